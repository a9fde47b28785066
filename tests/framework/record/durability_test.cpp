#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <csignal>
#include <cstring>
#include <fstream>
#include <random>
#include <thread>

#include "framework/record/example_run.hpp"
#include "framework/record/temporary_folder.hpp"
#include "record/repair.hpp"
#include "record/run_reader.hpp"

namespace byolab::testing {
namespace {

using namespace std::chrono_literals;

/// Runs `body` in a child process; its exit status, or −signal.
template <class Body>
int in_child(Body&& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

[[noreturn]] void write_for_ever(const std::filesystem::path& path) {
  const RunLock lock(path.parent_path());
  RunRecord record(path, example_info(), example_groups(50), {}, 2ms);
  for (int step = 0;; ++step) append_example(record, step, 50);
}

TEST(Durability, KeepsEveryFlushedRowThroughKill9) {
  std::mt19937 random(1);
  int killed_while_open = 0, torn = 0;
  for (int trial = 0; trial < 12; ++trial) {
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    const pid_t child = ::fork();
    if (child == 0) write_for_ever(path);
    std::this_thread::sleep_for(std::chrono::microseconds(30'000 + random() % 150'000));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    if (!std::filesystem::exists(path)) continue;
    std::int64_t flushed = -1;
    try {
      flushed = count_right_rows(read_history(path));  // readable with SWMR even before
    } catch (const Error& error) {
      // Linux may end a write of several pages between two of them when a process is killed: rare, and told as what it
      // is. The checkpoint has the rows, from which a run that goes on writes its record anew.
      ASSERT_NE(std::string_view(error.what()).find("checksum"), std::string_view::npos) << error.what();
      ++torn;
      continue;
    }
    ASSERT_GE(flushed, 0) << "trial " << trial;
    killed_while_open += repair(path).was_open;
    EXPECT_EQ(count_right_rows(read_history(path)), flushed) << "trial " << trial;
    EXPECT_FALSE(repair(path).was_open);
  }
  EXPECT_GT(killed_while_open, 5);
  EXPECT_LE(torn, 1);
}

TEST(Durability, RepairLeavesALiveWriterAlone) {
  const TemporaryFolder folder;
  const RunLock lock(folder.path());
  RunRecord record(folder / "run.h5", example_info(), example_groups());
  EXPECT_EQ(in_child([&] {
              try {
                repair(folder / "run.h5");
              } catch (const Error& error) {
                return std::strstr(error.what(), "is being written by process") ? 3 : 2;
              }
              return 1;
            }),
            3);
}

/// A limit on the size of files makes HDF5's own writes fail, after space was claimed: the worst case.
TEST(Durability, SurvivesAFailingWriteAndLosesNoRow) {
  const TemporaryFolder folder;
  const auto path = folder / "run.h5";
  const int result = in_child([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    RunRecord record(path, example_info(), example_groups(50), {}, 1h);
    int step = 0;
    for (; step < 3000; ++step) append_example(record, step, 50);
    if (!record.flush()) return 1;
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = std::filesystem::file_size(path) + 20'000;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    for (; step < 6000; ++step) append_example(record, step, 50);
    if (record.flush() || record.trouble().find("File too large; 3000 rows wait") == std::string::npos) return 2;
    if (record.flush()) return 3;  // the attempt to make it anew fails as well
    if (count_right_rows(record.history()) != 6000) return 4;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    append_example(record, step, 50);
    if (!record.flush() || !record.trouble().empty()) return 5;
    record.finish(RunStatus::finished);
    return 0;
  });
  EXPECT_EQ(result, 0);
  EXPECT_EQ(count_right_rows(read_history(path)), 6001);
  EXPECT_FALSE(repair(path).was_open);
}

TEST(Durability, KeepsWhatWasFlushedWhenTheEndFails) {
  const TemporaryFolder folder;
  const auto path = folder / "run.h5";
  const int result = in_child([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    RunRecord record(path, example_info(), example_groups(50), {}, 1h);
    for (int step = 0; step < 3000; ++step) append_example(record, step, 50);
    record.flush();
    const rlimit limit{std::filesystem::file_size(path) + 20'000, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    for (int step = 3000; step < 6000; ++step) append_example(record, step, 50);
    try {
      record.finish(RunStatus::finished);
    } catch (const Error& error) {
      return std::strstr(error.what(), "File too large; 3000 rows wait in memory") ? 0 : 2;
    }
    return 1;
  });
  EXPECT_EQ(result, 0);
  repair(path);
  EXPECT_GE(count_right_rows(read_history(path)), 3000);
}

/// A real full disk, where the test may mount one.
TEST(Durability, WaitsForAFullDiskToBeFreed) {
  const TemporaryFolder folder;
  if (::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=3m") != 0)
    GTEST_SKIP() << "a small disk cannot be mounted without root";
  const Mounted mounted{folder.path()};
  {
    RunRecord record(folder / "run.h5", example_info(), example_groups(50), {}, 1h);
    std::ofstream(folder / "filler") << std::string(1'500'000, 'x');
    int step = 0;
    for (; step < 20'000 && record.flush(); ++step)
      for (int i = 0; i < 99; ++i) append_example(record, step * 99 + i, 50);
    EXPECT_THAT(record.trouble(), ::testing::HasSubstr("run.h5: cannot write: No space left on device; 99 rows wait"));
    const auto in_file = count_right_rows(read_history(folder / "run.h5"));
    EXPECT_EQ(in_file, (step - 1) * 99);
    std::filesystem::remove(folder / "filler");
    EXPECT_TRUE(record.flush());
    EXPECT_EQ(record.trouble(), "");
    std::ofstream(folder / "filler") << std::string(5'000'000, 'x');
    for (int i = 0; i < 5000; ++i) append_example(record, step * 99 + i, 50);
    EXPECT_THROW(record.finish(RunStatus::finished), Error);
  }
  const RunContents contents = read_contents(folder / "run.h5");
  EXPECT_EQ(contents.attributes.at("status"), "failed");
  EXPECT_THAT(contents.attributes.at("reason"), ::testing::HasSubstr("No space left on device; 5000 rows wait"));
  EXPECT_GT(count_right_rows(read_history(folder / "run.h5")), 1000);
  EXPECT_FALSE(repair(folder / "run.h5").was_open);
}

TEST(RunLock, IsHeldOnceAndDiesWithItsProcess) {
  const TemporaryFolder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    const RunLock lock(folder.path());
    std::ofstream(folder / "ready").flush();
    ::pause();
  }
  while (!std::filesystem::exists(folder / "ready")) std::this_thread::sleep_for(1ms);
  try {
    const RunLock lock(folder.path());
    ADD_FAILURE() << "two locks at once";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("is being written by process " + std::to_string(child) + " on "));
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_NO_THROW(RunLock(folder.path()));
}

TEST(RunLock, NamesAFolderThatIsMissing) {
  try {
    const RunLock lock("/nonexistent");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "/nonexistent/lock: cannot make the file: No such file or directory");
  }
}

}  // namespace
}  // namespace byolab::testing
