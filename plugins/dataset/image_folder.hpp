#pragma once

#include <byolab/plugin.hpp>

#include "folder_scan.hpp"

/// JPEG and PNG files in root/<split>/<class>/. Classes are numbered in the order of their sorted names, the same
/// in all splits. CIFAR-10 as a zip of such folders is made ready by `unzip cifar10-images.zip -d FOLDER`, and read
/// with root = "FOLDER".
class ImageFolder final : public byolab::Dataset {
 public:
  enum class OnError { fail, skip };
  struct Options {
    std::string root;
    std::string train = "train";
    std::string test = "test";
    OnError on_error = OnError::fail;
  };
  static void describe(byolab::Fields& field, Options& options);
  ImageFolder(const Options& options, const byolab::Context& context);

  std::int64_t size() const override { return static_cast<std::int64_t>(folder_.files.size()); }
  void read(std::int64_t index, byolab::Picture& picture) const override;
  std::int64_t label(std::int64_t index, std::string_view set) const override;
  std::vector<std::string> classes(std::string_view) const override { return folder_.classes; }
  std::string fingerprint() const override;
  std::string source(std::int64_t index) const override { return file(index).path; }

 private:
  const images::Folder::File& file(std::int64_t index) const { return folder_.files[static_cast<std::size_t>(index)]; }
  void number_classes_as(const std::filesystem::path& root, const std::string& split);
  void leave_out_unreadable();

  std::string split_;
  images::Folder folder_;
};
