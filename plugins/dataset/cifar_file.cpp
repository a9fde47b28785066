#include "cifar_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include <byolab/error.hpp>

namespace cifar {
namespace {

namespace fs = std::filesystem;
using byolab::Error;

constexpr const char* kFetchAgain = "unpack the archive again, or fetch it again if it is shorter than it should be";

Variant cifar10(const fs::path& folder) {
  return {"cifar10",
          folder,
          {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"},
          {"test_batch.bin"},
          "batches.meta.txt",
          "",
          10,
          0};
}

Variant cifar100(const fs::path& folder) {
  return {"cifar100", folder, {"train.bin"}, {"test.bin"}, "fine_label_names.txt", "coarse_label_names.txt", 100, 20};
}

}  // namespace

Variant find_variant(const fs::path& root) {
  std::error_code none;
  for (const fs::path& folder : {root, root / "cifar-10-batches-bin", root / "cifar-100-binary"}) {
    if (fs::exists(folder / "data_batch_1.bin", none) || fs::exists(folder / "test_batch.bin", none))
      return cifar10(folder);
    if (fs::exists(folder / "train.bin", none) || fs::exists(folder / "test.bin", none)) return cifar100(folder);
  }
  if (!fs::exists(root, none))
    throw Error("the CIFAR folder " + root.string() + " does not exist", "check [data] root");
  throw Error(
      root.string() + " holds neither CIFAR-10 (data_batch_1.bin …) nor CIFAR-100 (train.bin) in its binary version",
      "unpack cifar-10-binary.tar.gz or cifar-100-binary.tar.gz there; for a folder of JPEGs or PNGs use plugin = "
      "\"image_folder\"");
}

std::vector<std::string> read_names(const fs::path& path, int count) {
  std::ifstream file(path);
  if (!file) throw Error(path.string() + " cannot be read: " + std::strerror(errno), kFetchAgain);
  std::vector<std::string> names;
  for (std::string line; std::getline(file, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) names.push_back(line);
  }
  if (static_cast<int>(names.size()) != count)
    throw Error(path.string() + " holds " + std::to_string(names.size()) + " class names, not " + std::to_string(count),
                kFetchAgain);
  return names;
}

File::File(std::string path, int record_bytes) : path_(std::move(path)), record_bytes_(record_bytes) {
  descriptor_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) throw Error(path_ + " cannot be opened: " + std::strerror(errno), kFetchAgain);
  struct stat status {};
  ::fstat(descriptor_, &status);
  records_ = status.st_size / record_bytes_;
  if (records_ > 0 && status.st_size % record_bytes_ == 0) return;
  ::close(descriptor_);
  throw Error(path_ + " has " + std::to_string(status.st_size) + " bytes, which is no whole number of images of " +
                  std::to_string(record_bytes_) + " bytes each",
              kFetchAgain);
}

File::~File() { ::close(descriptor_); }

void File::read(std::int64_t number, std::int64_t offset, std::vector<std::uint8_t>& bytes) const {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto at = static_cast<off_t>(number * record_bytes_ + offset + static_cast<std::int64_t>(done));
    const ssize_t got = ::pread(descriptor_, bytes.data() + done, bytes.size() - done, at);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0)
      throw Error(path_ + ": image " + std::to_string(number) +
                      " cannot be read: " + (got < 0 ? std::strerror(errno) : "the file became shorter"),
                  kFetchAgain);
    done += static_cast<std::size_t>(got);
  }
}

}  // namespace cifar
