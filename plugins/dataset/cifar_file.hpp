#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace cifar {

inline constexpr int kEdge = 32;
inline constexpr int kPixels = 3 * kEdge * kEdge;  ///< bytes of an image: red, green, blue planes, rows after rows

/// Which of the two data sets a folder holds, and in which files.
struct Variant {
  std::string name;  ///< "cifar10" or "cifar100"
  std::filesystem::path folder;
  std::vector<std::string> train, test;
  std::string fine_names, coarse_names;  ///< files of class names; the second is empty for CIFAR-10
  int classes = 10, superclasses = 0;
  int labels() const { return superclasses > 0 ? 2 : 1; }  ///< bytes before the pixels: coarse, fine
};

/// Looks in `root` and in the folders in it that the archives make. Throws Error if there is neither.
Variant find_variant(const std::filesystem::path& root);

/// The class names, one a line. Throws Error if there are not `count`.
std::vector<std::string> read_names(const std::filesystem::path& path, int count);

/// A file of records of one size, read in any order by any number of threads.
class File {
 public:
  /// Throws Error if the file is missing, empty, or does not hold a whole number of records.
  File(std::string path, int record_bytes);
  ~File();
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  std::int64_t records() const { return records_; }
  const std::string& path() const { return path_; }
  /// Fills `bytes` from record `number`, from its byte `offset` on.
  void read(std::int64_t number, std::int64_t offset, std::vector<std::uint8_t>& bytes) const;

 private:
  std::string path_;
  std::int64_t record_bytes_, records_ = 0;
  int descriptor_ = -1;
};

}  // namespace cifar
