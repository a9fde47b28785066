#pragma once

#include <byolab/plugin.hpp>

#include "contents.hpp"
#include "image_decode.hpp"

/// Image files in root/<split>/<class>/, folders below a class included, or in root/<split>/ without classes. Classes
/// are numbered in the order of their sorted names, the same in all splits. CIFAR-10 as a zip of such folders is made
/// ready by `unzip cifar10-images.zip -d FOLDER`, and read with root = "FOLDER".
class ImageFolder final : public byolab::Dataset {
 public:
  enum class OnError { fail, skip };
  struct Options {
    std::string root;
    std::string train = "train";
    std::string test = "test";
    OnError on_error = OnError::fail;
    double skip_at_most = 0.1;
    std::int64_t max_pixels = images::Limits().pixels;
    std::int64_t max_scans = images::Limits().scans;
  };
  static void describe(byolab::Fields& field, Options& options);
  /// Writes two classes of four PNG files in each split.
  static byolab::Table try_with(const std::string& folder);
  ImageFolder(const Options& options, const byolab::Context& context);

  std::int64_t size() const override { return static_cast<std::int64_t>(folder_.files.size()); }
  void read(std::int64_t index, byolab::Picture& picture) const override;
  std::int64_t label(std::int64_t index, std::string_view set) const override;
  std::vector<std::string> classes(std::string_view) const override { return folder_.classes; }
  std::string fingerprint() const override { return fingerprint_; }
  /// What was left out or changed: a run tells what is not 0.
  std::vector<byolab::Metric> metrics() const override { return told_; }
  std::vector<double> values() const override { return counts_; }
  std::string source(std::int64_t index) const override { return file(index).path; }

 private:
  const images::Folder::File& file(std::int64_t index) const { return folder_.files[static_cast<std::size_t>(index)]; }
  void number_classes_as(const std::filesystem::path& training);
  void tell(const char* name, std::int64_t count, const std::string& meaning, const std::string& first = {});
  void tell_left_out();
  void look_at_contents(bool skip);
  void leave_out_unreadable(double at_most);
  std::string make_fingerprint() const;

  std::string split_;
  images::Limits limits_;
  images::Folder folder_;
  std::vector<images::Contents> contents_;
  std::vector<byolab::Metric> told_;
  std::vector<double> counts_;
  std::string fingerprint_;
};
