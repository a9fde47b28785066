#include "train/run_guard.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace byolab {

RunGuard::RunGuard(double watchdog)
    : seconds_(watchdog), watchdog_(watchdog, [this](const std::string& call) { end_hung(call); }) {}

RunGuard::~RunGuard() { release(); }

void RunGuard::protect(RunRecord& record, const std::filesystem::path& folder) {
  const std::lock_guard lock(recording_);
  record_ = &record;
  folder_ = folder;
  exits_ = std::make_unique<ExitWatch>([this](const std::string& sentence) {
    const std::lock_guard writing(recording_);
    fail(sentence);
  });
}

void RunGuard::release() {
  const std::lock_guard lock(recording_);
  record_ = nullptr;
  exits_.reset();
}

/// On the watchdog's thread: no thread can be made to leave a call, so the process ends.
void RunGuard::end_hung(const std::string& call) {
  const std::lock_guard lock(recording_);
  const std::string sentence = fmt::format("{} did not come back within {} s ([run] watchdog)", call, seconds_);
  fail(sentence);
  std::fprintf(stderr, "\nerror: %s\n", sentence.c_str());
  if (record_)
    std::fprintf(stderr, "  fix: the record in %s is complete until then; --resume goes on from the last checkpoint\n",
                 folder_.c_str());
  std::fflush(nullptr);
  ::_exit(1);
}

void RunGuard::fail(const std::string& reason) noexcept {
  if (!record_) return;
  try {
    record_->finish(RunStatus::failed, reason);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "\nwarning: %s\n", error.what());
  }
}

}  // namespace byolab
