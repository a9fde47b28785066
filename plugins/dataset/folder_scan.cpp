#include "folder_scan.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include <byolab/error.hpp>

namespace images {
namespace {

namespace fs = std::filesystem;
using byolab::Error;

constexpr const char* kLayout = "expected: root/train/<class>/*.jpg|jpeg|png and root/test/<class>/…";

bool is_image(const fs::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return std::tolower(c); });
  return ending == ".jpg" || ending == ".jpeg" || ending == ".png";
}

bool hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

/// The folders in a folder, sorted by name.
std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_directory() && !hidden(entry.path())) found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

bool has_images(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder))
    if (is_image(entry.path())) return true;
  return false;
}

std::string names(const std::vector<fs::path>& paths) {
  std::string text;
  for (std::size_t i = 0; i < paths.size() && i < 6; ++i) text += (i ? ", " : "") + paths[i].filename().string();
  return paths.size() > 6 ? text + ", …" : text;
}

void check_root(const fs::path& root, const std::string& split) {
  if (!fs::exists(root)) throw Error("the image folder " + root.string() + " does not exist", "check [data] root");
  if (!fs::is_directory(root))
    throw Error(root.string() + " is no folder", "[data] root names the folder that holds the splits' folders");
  if (fs::is_directory(root / split)) return;
  const auto found = folders_in(root);
  throw Error(root.string() + " has no folder '" + split + "'" +
                  (found.empty() ? ", and no other folder" : ": it has " + names(found)),
              std::string(kLayout) + "; other names for the splits: [data] train = \"…\", test = \"…\"");
}

void add_class(const fs::path& folder, Folder& split) {
  const auto label = static_cast<std::int64_t>(split.classes.size());
  const std::size_t before = split.files.size();
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (hidden(entry.path()) || !is_image(entry.path()) || entry.is_directory()) continue;
    std::error_code gone;  // a dangling link is left for the reader to name
    const auto bytes = fs::file_size(entry.path(), gone);
    split.files.push_back({entry.path().string(), label, gone ? 0 : static_cast<std::int64_t>(bytes)});
  }
  if (split.files.size() == before)
    throw Error("the class folder " + folder.string() + " holds no images (*.jpg, *.jpeg, *.png)",
                "remove the folder, or fill it");
  std::sort(split.files.begin() + static_cast<std::ptrdiff_t>(before), split.files.end(),
            [](const Folder::File& a, const Folder::File& b) { return a.path < b.path; });
  split.classes.push_back(folder.filename().string());
}

}  // namespace

std::string at_home(const std::string& path) {
  const char* home = std::getenv("HOME");
  return home && (path == "~" || path.starts_with("~/")) ? home + path.substr(1) : path;
}

Folder scan(const fs::path& root, const std::string& split) {
  try {
    check_root(root, split);
    const fs::path folder = root / split;
    const auto classes = folders_in(folder);
    if (classes.empty())
      throw Error(folder.string() + (has_images(folder) ? " holds images, but no folder for each class" : " is empty"),
                  kLayout);
    Folder result;
    for (const fs::path& one : classes) add_class(one, result);
    return result;
  } catch (const fs::filesystem_error& error) {
    throw Error(error.path1().string() + " cannot be read: " + error.code().message(), "check that you may read it");
  }
}

}  // namespace images
