#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace images {

/// The images of one split, as they lie in a folder for each class. Sorted by class, then by name, bytewise.
struct Folder {
  std::vector<std::string> classes;
  struct File {
    std::string path;
    std::int64_t label;
    std::int64_t bytes;
  };
  std::vector<File> files;
};

/// The path, with a leading `~` replaced by the user's home folder.
std::string at_home(const std::string& path);

/// What is in root/split. Throws Error for a folder that is missing, that has no class folders, or that has a
/// class folder without images.
Folder scan(const std::filesystem::path& root, const std::string& split);

}  // namespace images
