#pragma once

#include <byolab/plugin.hpp>

#include "shapes_scene.hpp"

/// Pictures that the project draws itself: coloured, textured, overlapping shapes on textured grounds. The class
/// is the outline of the figure in front; colours and textures are drawn independently of it. Which picture an
/// index gives depends on the seed and the split alone, and the two splits share none.
class Shapes final : public byolab::Dataset, public byolab::Annotated {
 public:
  struct Options {
    std::int64_t size = 32;
    std::int64_t train = 5000;
    std::int64_t test = 2000;
    std::int64_t outlines = 10;
    std::int64_t clutter = 2;
    std::int64_t seed = 0;
  };
  static void describe(byolab::Fields& field, Options& options);
  static byolab::Table try_with() { return {{"train", 50}, {"test", 20}}; }
  Shapes(const Options& options, const byolab::Context& context);

  std::int64_t size() const override { return count_; }
  void read(std::int64_t index, byolab::Picture& picture) const override;
  std::int64_t label(std::int64_t index, std::string_view set) const override;
  std::vector<std::string> classes(std::string_view set) const override;
  std::vector<std::string> label_sets() const override { return {"colour", "texture"}; }
  std::string fingerprint() const override;
  std::string source(std::int64_t index) const override;
  /// The front figure's box, outline and mask.
  std::vector<byolab::Annotation> annotations(std::int64_t index) const override;

 private:
  shapes::Outline outline(std::int64_t index) const;
  shapes::Scene scene(std::int64_t index) const;

  Options options_;
  shapes::Recipe recipe_;
  std::string split_;
  std::uint64_t stream_;
  std::int64_t count_;
};
