#include "contents.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>

#include <byolab/error.hpp>
#include <byolab/ops.hpp>

#include "image_decode.hpp"
#include "kept_contents.hpp"
#include "text.hpp"

namespace images {
namespace {

using Clock = std::chrono::steady_clock;

/// Files change as fast as the clock of their times ticks: one that changed so lately may do it again unseen.
constexpr std::int64_t kSettled = 2'000'000'000;  // nanoseconds; FAT counts in two seconds

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Contents look(const Folder::File& file) {
  thread_local std::vector<std::uint8_t> bytes;
  try {
    read_whole(file.path, bytes);
    const Peek peek = peek_at(bytes);
    return {digest_of(bytes), peek.deep, peek.further, peek.turned};
  } catch (const byolab::Error& error) {
    return {{}, false, false, false, error.what(), error.hint()};
  }
}

/// Said once where it takes so long that one might wonder.
class Patience {
 public:
  Patience(const Folder& split, std::size_t files) : split_(split), files_(files) {}
  void look() {
    if (Clock::now() - start_ < std::chrono::seconds(5) || said_.exchange(true)) return;
    std::fprintf(stderr, "image_folder: reading %s of %s once, to tell these images from others\n",
                 count_of(static_cast<std::int64_t>(files_), "file").c_str(), shown(split_.path.string()).c_str());
  }

 private:
  const Folder& split_;
  std::size_t files_;
  Clock::time_point start_ = Clock::now();
  std::atomic<bool> said_{false};
};

}  // namespace

Digest digest_of(std::span<const std::uint8_t> bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> whole{};
  if (EVP_Digest(bytes.data(), bytes.size(), whole.data(), nullptr, EVP_sha256(), nullptr) != 1)
    throw byolab::Error("OpenSSL could not compute a SHA-256");
  Digest digest;
  std::copy_n(whole.begin(), digest.size(), digest.begin());
  return digest;
}

std::string hex(const Digest& digest) {
  std::string text;
  for (const std::uint8_t byte : digest) {
    constexpr const char* kDigits = "0123456789abcdef";
    text += {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return text;
}

AllContents contents_of(const Folder& split) {
  KeptContents kept(split.path);
  AllContents all{std::vector<Contents>(split.files.size()), {}};
  std::vector<std::size_t> unknown;
  for (std::size_t i = 0; i < split.files.size(); ++i)
    if (!kept.find(split.files[i].stamp, all.files[i])) unknown.push_back(i);
  if (unknown.empty()) return all;

  const std::int64_t before = now();
  Patience patience(split, unknown.size());
  byolab::parallel_for(static_cast<std::int64_t>(unknown.size()), 16, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::size_t file = unknown[static_cast<std::size_t>(i)];
      all.files[file] = look(split.files[file]);
      patience.look();
    }
  });
  for (std::size_t i = 0; i < split.files.size(); ++i) {
    const Stamp& stamp = split.files[i].stamp;
    if (!all.files[i].trouble.empty() || stamp.inode == 0) continue;
    const bool settled = stamp.changed < before - kSettled;
    if (settled && stamp == stamp_of(split.files[i].path)) kept.add(stamp, all.files[i]);
  }
  all.not_kept = kept.write();
  return all;
}

}  // namespace images
