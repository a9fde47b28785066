#include "image_folder.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>

#include "image_decode.hpp"

namespace fs = std::filesystem;

void ImageFolder::describe(byolab::Fields& field, Options& options) {
  // What counts is what the folder holds, which the fingerprint tells, not where it lies.
  field("root", options.root, "folder that holds a folder for each split; ~ is replaced, and ${NAME} as in every text",
        {.unit = "path", .changes_results = false, .required = true});
  field("train", options.train, "name of the training split's folder");
  field("test", options.test, "name of the test split's folder");
  field(
      "on_error", options.on_error, {{"fail", OnError::fail}, {"skip", OnError::skip}},
      "what to do about an image that cannot be read: stop, or decode all once at the start and leave such images out");
}

ImageFolder::ImageFolder(const Options& options, const byolab::Context& context)
    : split_(context.split == "test" ? options.test : options.train) {
  const fs::path root = images::at_home(options.root);
  folder_ = images::scan(root, split_);
  if (split_ != options.train && fs::is_directory(root / options.train)) number_classes_as(root, options.train);
  if (options.on_error == OnError::skip) leave_out_unreadable();
}

/// A split that lacks a class must not number the others differently.
void ImageFolder::number_classes_as(const fs::path& root, const std::string& split) {
  std::vector<std::string> all;
  for (const auto& entry : fs::directory_iterator(root / split))
    if (entry.is_directory() && !entry.path().filename().string().starts_with('.'))
      all.push_back(entry.path().filename().string());
  std::sort(all.begin(), all.end());
  std::vector<std::int64_t> number;
  for (const std::string& name : folder_.classes) {
    const auto found = std::lower_bound(all.begin(), all.end(), name);
    if (found == all.end() || *found != name)
      throw byolab::Error((root / split_ / name).string() + " is a class that the training split (" +
                              (root / split).string() + ") does not have",
                          "give both splits the same classes");
    number.push_back(found - all.begin());
  }
  for (auto& file : folder_.files) file.label = number[static_cast<std::size_t>(file.label)];
  folder_.classes = std::move(all);
}

void ImageFolder::leave_out_unreadable() {
  std::vector<std::string> wrong(folder_.files.size());  // by index, so that nothing depends on threads
  byolab::parallel_for(size(), 16, [&](std::int64_t begin, std::int64_t end) {
    byolab::Picture picture;
    for (std::int64_t i = begin; i < end; ++i) {
      try {
        read(i, picture);
      } catch (const byolab::Error& error) {
        wrong[static_cast<std::size_t>(i)] = error.what();
      }
    }
  });
  const std::size_t before = folder_.files.size();
  std::vector<images::Folder::File> kept;
  std::string first;
  for (std::size_t i = 0; i < before; ++i) {
    if (wrong[i].empty())
      kept.push_back(std::move(folder_.files[i]));
    else if (first.empty())
      first = wrong[i];
  }
  folder_.files = std::move(kept);
  if (first.empty()) return;
  if (folder_.files.empty())
    throw byolab::Error("none of the " + std::to_string(before) + " images can be read; the first: " + first);
  std::fprintf(stderr, "image_folder: left out %zu of %zu images of '%s'; the first: %s\n",
               before - folder_.files.size(), before, split_.c_str(), first.c_str());
}

void ImageFolder::read(std::int64_t index, byolab::Picture& picture) const {
  images::decode_file(file(index).path, picture);
}

std::int64_t ImageFolder::label(std::int64_t index, std::string_view) const { return file(index).label; }

std::string ImageFolder::fingerprint() const {
  // Names and sizes, not times: a data set that was unpacked twice is the same.
  std::string listing;
  for (const auto& one : folder_.files) {
    const fs::path path(one.path);
    listing += path.parent_path().filename().string() + "/" + path.filename().string() + ":" +
               std::to_string(one.bytes) + "\n";
  }
  char digest[17];
  std::snprintf(digest, sizeof digest, "%016llx", static_cast<unsigned long long>(byolab::stream_of(listing)));
  return "image_folder: " + std::to_string(size()) + " images of " + std::to_string(folder_.classes.size()) +
         " classes in '" + split_ + "', names and sizes " + digest;
}
