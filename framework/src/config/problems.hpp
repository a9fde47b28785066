#pragma once

#include <string>
#include <vector>

#include "byolab/error.hpp"
#include "byolab/value.hpp"

namespace byolab {

/// One mistake in an experiment: where it stands, what it is, and what to do.
struct BYOLAB_API Problem {
  Place place;
  std::string sentence;
  std::vector<std::string> hints;  ///< lines that follow, indented by two
  std::string text() const;        ///< "error: file:line:col: sentence" and the hints; no line break at the end
};

/// What a plugin has against its options as a whole, which is heard when it is made. `what()` begins with the place.
class BYOLAB_API PlacedError : public Error {
 public:
  PlacedError(Place place, const Error& error);
  ~PlacedError() override;

  const Place& place() const { return place_; }
  const std::string& sentence() const { return sentence_; }  ///< without the place

 private:
  Place place_;
  std::string sentence_;
};

/// All mistakes of an experiment, so that a user sees them at once.
class BYOLAB_API Problems {
 public:
  void add(Place place, std::string sentence, std::vector<std::string> hints = {});
  /// The same for what a plugin threw; its hint becomes the first hint line. A PlacedError keeps its own place.
  void add(Place place, const std::exception& error, const std::string& doing);

  /// What stands at a place is no value at all, as was said: nothing more is said about it.
  void settle(const Place& place) { settled_.push_back(place.text()); }

  bool empty() const { return list_.empty(); }
  std::size_t size() const { return list_.size(); }
  /// In the order of files as first met, lines and columns.
  std::vector<Problem> sorted() const;
  /// What the program prints: all of them, one after the other, each ending with a line break.
  std::string text() const;

 private:
  std::vector<Problem> list_;
  std::vector<std::string> settled_;
};

}  // namespace byolab
