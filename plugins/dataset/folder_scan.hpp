#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace images {

/// What tells a file from every other, and from itself at another time.
struct Stamp {
  std::uint64_t device = 0, inode = 0;
  std::int64_t size = 0, modified = 0, changed = 0;  ///< bytes; nanoseconds
  bool operator==(const Stamp&) const = default;
};

/// Files that are no images by their names, or lie where no image is looked for.
struct LeftOut {
  std::map<std::string, std::int64_t> by_ending;  ///< ".gif"; "" for names without or with an odd one
  std::string first;
  std::int64_t hidden = 0;         ///< names that begin with a dot
  std::int64_t without_class = 0;  ///< images beside the class folders
  std::string first_without_class;
};

/// The images of one split, as they lie in a folder for each class, in folders of these too, or all in one folder
/// without classes. Sorted bytewise by class, then by name; what lies in folders of a class stands after what lies in
/// it.
struct Folder {
  std::filesystem::path path;
  std::vector<std::string> classes;
  struct File {
    std::string path;
    std::int64_t label;  ///< −1 without classes
    Stamp stamp;
  };
  std::vector<File> files;
  LeftOut left_out;
};

/// The path, with a leading `~` replaced by the user's home folder.
std::string at_home(const std::string& path);

/// Where a split lies: root/split, or root itself if it has no such folder and holds images, no other folder, and the
/// split is the one to train on.
std::optional<std::filesystem::path> split_if_there(const std::filesystem::path& root, const std::string& split,
                                                    bool training);

/// The same. Throws Error where there is neither.
std::filesystem::path find_split(const std::filesystem::path& root, const std::string& split, bool training);

/// The names of the class folders in a split, sorted; none for a folder of images alone.
std::vector<std::string> class_names(const std::filesystem::path& split);

/// What is in a split. Throws Error for one without images, for a class folder without, for links that lead in a
/// ring, and for names of classes that are no text.
Folder scan(const std::filesystem::path& split);

/// All zero where there is no file.
Stamp stamp_of(const std::string& path);
Stamp stamp_of(const struct stat& status);

}  // namespace images
