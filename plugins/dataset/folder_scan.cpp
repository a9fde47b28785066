#include "folder_scan.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>

#include <byolab/error.hpp>

#include "text.hpp"

namespace images {
namespace {

namespace fs = std::filesystem;
using byolab::Error;

constexpr const char* kLayout =
    "expected: root/train/<class>/*.jpg and root/test/<class>/… (jpg, jpeg, png, webp, tif, tiff, bmp, ppm, pgm; "
    "folders in a class folder too), or root/train/*.jpg without classes";

/// In small letters, with its dot.
std::string ending_of(const fs::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return std::tolower(c); });
  return ending;
}

bool is_image(const fs::path& path) {
  // Those of torchvision's ImageFolder.
  constexpr std::array kEndings{".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp"};
  return std::find(kEndings.begin(), kEndings.end(), ending_of(path)) != kEndings.end();
}

bool hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

struct Entry {
  fs::path path;
  bool folder;
};

/// Sorted by name.
std::vector<Entry> entries_in(const fs::path& folder) {
  std::vector<Entry> found;
  for (const auto& entry : fs::directory_iterator(folder)) found.push_back({entry.path(), entry.is_directory()});
  std::sort(found.begin(), found.end(),
            [](const Entry& a, const Entry& b) { return a.path.native() < b.path.native(); });
  return found;
}

std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> found;
  for (Entry& entry : entries_in(folder))
    if (entry.folder && !hidden(entry.path)) found.push_back(std::move(entry.path));
  return found;
}

bool has_images(const fs::path& folder) {
  const auto all = fs::directory_iterator(folder);
  return std::any_of(begin(all), end(all), [](const auto& entry) { return !hidden(entry) && is_image(entry); });
}

std::string names(const std::vector<fs::path>& paths) {
  std::string text;
  for (std::size_t i = 0; i < paths.size() && i < 6; ++i) text += (i ? ", " : "") + paths[i].filename().string();
  return paths.size() > 6 ? text + ", …" : text;
}

/// The files of one class, or of a split without classes.
class Walk {
 public:
  Walk(Folder& split, std::int64_t label) : split_(split), label_(label) {}

  void visit(const fs::path& folder) {
    const Stamp here = stamp_of(folder.string());
    const std::pair<std::uint64_t, std::uint64_t> identity{here.device, here.inode};
    if (std::find(above_.begin(), above_.end(), identity) != above_.end())
      throw Error(folder.string() + " is a link to a folder above it", "remove the link: there is no end to it");
    above_.push_back(identity);
    std::vector<fs::path> below;
    for (Entry& entry : entries_in(folder)) {
      if (hidden(entry.path))
        ++split_.left_out.hidden;
      else if (entry.folder)
        below.push_back(std::move(entry.path));
      else
        add(entry.path);
    }
    for (const fs::path& path : below) visit(path);
    above_.pop_back();
  }

 private:
  void add(const fs::path& path) {
    // A link to nothing is left for the reader to name.
    if (is_image(path)) return split_.files.push_back({path.string(), label_, stamp_of(path.string())});
    leave_out(path);
  }

  void leave_out(const fs::path& path) {
    const std::string ending = ending_of(path);
    const bool plain = ending.size() <= 8 && std::all_of(ending.begin() + !ending.empty(), ending.end(),
                                                         [](unsigned char c) { return std::isalnum(c) != 0; });
    ++split_.left_out.by_ending[plain ? ending : ""];
    if (split_.left_out.first.empty()) split_.left_out.first = path.string();
  }

  Folder& split_;
  std::int64_t label_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> above_;
};

void check_name(const fs::path& folder) {
  if (!is_text(folder.filename().string()))
    throw Error("the class folder " + shown(folder.string()) +
                    " has a name that is no text in UTF-8, or holds a control character",
                "rename it: the name of a class stands in records and exports");
}

void add_class(const fs::path& folder, Folder& split) {
  check_name(folder);
  const std::size_t before = split.files.size();
  Walk(split, static_cast<std::int64_t>(split.classes.size())).visit(folder);
  if (split.files.size() == before)
    throw Error(
        "the class folder " + folder.string() + " holds no images (*.jpg, jpeg, png, webp, tif, tiff, bmp, ppm, pgm)",
        "remove the folder, or fill it");
  split.classes.push_back(folder.filename().string());
}

void note_beside_classes(const fs::path& folder, LeftOut& left_out) {
  for (const Entry& entry : entries_in(folder)) {
    if (entry.folder || hidden(entry.path) || !is_image(entry.path)) continue;
    if (left_out.without_class++ == 0) left_out.first_without_class = entry.path.string();
  }
}

template <class Work>
auto told(Work&& work) {
  try {
    return work();
  } catch (const fs::filesystem_error& error) {
    throw Error(error.path1().string() + " cannot be read: " + error.code().message(), "check that you may read it");
  }
}

}  // namespace

std::string at_home(const std::string& path) {
  const char* home = std::getenv("HOME");
  return home && (path == "~" || path.starts_with("~/")) ? home + path.substr(1) : path;
}

Stamp stamp_of(const struct stat& status) {
  const auto nanoseconds = [](const timespec& time) { return time.tv_sec * 1'000'000'000LL + time.tv_nsec; };
  return {status.st_dev, status.st_ino, status.st_size, nanoseconds(status.st_mtim), nanoseconds(status.st_ctim)};
}

Stamp stamp_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? stamp_of(status) : Stamp{};
}

std::optional<fs::path> split_if_there(const fs::path& root, const std::string& split, bool training) {
  return told([&]() -> std::optional<fs::path> {
    if (fs::is_directory(root / split)) return (root / split).lexically_normal();
    if (training && folders_in(root).empty() && has_images(root)) return root.lexically_normal();
    return std::nullopt;
  });
}

fs::path find_split(const fs::path& root, const std::string& split, bool training) {
  return told([&] {
    if (!fs::exists(root)) throw Error("the image folder " + root.string() + " does not exist", "check [data] root");
    if (!fs::is_directory(root))
      throw Error(root.string() + " is no folder", "[data] root names the folder that holds the splits' folders");
    if (const auto there = split_if_there(root, split, training)) return *there;
    const auto found = folders_in(root);
    throw Error(root.string() + " has no folder '" + split + "'" +
                    (found.empty() ? ", and no other folder" : ": it has " + names(found)),
                std::string(kLayout) + R"(; other names for the splits: [data] train = "…", test = "…"; train = "." )"
                                       "takes the folder itself");
  });
}

std::vector<std::string> class_names(const fs::path& split) {
  return told([&] {
    std::vector<std::string> all;
    for (const fs::path& folder : folders_in(split)) all.push_back(folder.filename().string());
    return all;
  });
}

Folder scan(const fs::path& split) {
  return told([&] {
    Folder result;
    result.path = split;
    const auto classes = folders_in(split);
    for (const fs::path& one : classes) add_class(one, result);
    if (classes.empty())
      Walk(result, -1).visit(split);
    else
      note_beside_classes(split, result.left_out);
    if (result.files.empty()) throw Error(split.string() + " holds no images", kLayout);
    return result;
  });
}

}  // namespace images
