#include "record/run_record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <limits>
#include <thread>

#include "framework/record/example_run.hpp"
#include "framework/record/temporary_folder.hpp"
#include "record/repair.hpp"
#include "record/run_reader.hpp"

namespace byolab::testing {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

/// Writes an example where BYOLAB_RECORD_OUT says, for the tests in Python; else in a temporary folder.
TEST(RunRecord, HoldsWhatWasWritten) {
  const TemporaryFolder folder;
  const char* wanted = std::getenv("BYOLAB_RECORD_OUT");
  const std::filesystem::path path = wanted ? std::filesystem::path(wanted) : folder / "run.h5";
  {
    RunRecord record(path, example_info(), example_groups());
    for (int step = 0; step < 2500; ++step) append_example(record, step);
    record.append("metrics/knn", 999, std::vector<double>{41.5});
    record.append("metrics/knn", 1999, std::vector<double>{43.25});
    record.append("timing", 1, std::vector<double>{0.25, 0.5});
    record.finish(RunStatus::collapsed, "std below 0.02");
  }
  const RunContents contents = read_contents(path);
  EXPECT_EQ(contents.attributes.at("byolab_schema"), "1");
  EXPECT_EQ(contents.attributes.at("run_id"), "2f9c0a");
  EXPECT_EQ(contents.attributes.at("name"), "émulation");
  EXPECT_EQ(contents.attributes.at("seed"), "7");
  EXPECT_EQ(contents.attributes.at("status"), "collapsed");
  EXPECT_EQ(contents.attributes.at("reason"), "std below 0.02");
  EXPECT_EQ(contents.attributes.at("ended").size(), 20u);
  EXPECT_EQ(contents.environment.at("cpu"), "a processor");
  EXPECT_EQ(contents.environment.at("command_line"), "byolab run example.toml");
  EXPECT_EQ(contents.source_toml, example_info().source_toml);
  EXPECT_EQ(contents.resolved_toml, example_info().resolved_toml);
  ASSERT_EQ(contents.groups.size(), 3u);
  EXPECT_EQ(contents.groups[1].columns[0].unit, "%");
  EXPECT_EQ(contents.groups[1].columns[0].meaning, "images whose class was found");
  EXPECT_EQ(contents.groups[2].scale, "epoch");

  const History history = read_history(path);
  EXPECT_EQ(count_right_rows(history), 2500);
  EXPECT_EQ(history[1].steps, (std::vector<std::int64_t>{999, 1999}));
  EXPECT_EQ(history[1].columns[0], (std::vector<float>{41.5f, 43.25f}));
  EXPECT_EQ(history[2].columns[1], (std::vector<float>{0.5f}));
  EXPECT_EQ(read_history(path, {"metrics/knn"}).size(), 1u);
  EXPECT_FALSE(repair(path).was_open);
}

/// Goes on for a while, so that results_doc_test.py can follow it, and begins when that says that it is ready; here
/// this process itself looks in.
TEST(RunRecord, CanBeFollowed) {
  const TemporaryFolder folder;
  const char* wanted = std::getenv("BYOLAB_RECORD_OUT");
  const std::filesystem::path path = wanted ? std::filesystem::path(wanted) : folder / "run.h5";
  const char* ready = std::getenv("BYOLAB_RECORD_READER");
  RunRecord record(path, example_info(), example_groups(), {}, 1ms);
  while (ready && !std::filesystem::exists(ready)) std::this_thread::sleep_for(1ms);
  for (int step = 0; step < 40; ++step) {
    std::this_thread::sleep_for(ready ? 100ms : 2ms);
    append_example(record, step);
    EXPECT_EQ(count_right_rows(read_history(path)), step + 1);
  }
  EXPECT_EQ(read_contents(path).attributes.at("status"), "running");
  record.finish(RunStatus::finished);
  EXPECT_EQ(read_contents(path).attributes.at("status"), "finished");
}

TEST(RunRecord, GoesOnFromAHistory) {
  const TemporaryFolder folder;
  const auto path = folder / "run.h5";
  History at_checkpoint;
  {
    RunRecord record(path, example_info(), example_groups());
    for (int step = 0; step < 1500; ++step) append_example(record, step);
    at_checkpoint = record.history();
    for (int step = 1500; step < 1600; ++step) append_example(record, step);
  }
  EXPECT_EQ(read_contents(path).attributes.at("status"), "running");
  EXPECT_EQ(count_right_rows(read_history(path)), 1600);
  // Even if the file is torn, the run goes on from its checkpoint.
  std::filesystem::resize_file(path, 5000);
  RunRecord record(path, example_info(), example_groups(), at_checkpoint);
  for (int step = 1500; step < 3000; ++step) append_example(record, step);
  record.finish(RunStatus::finished);
  EXPECT_EQ(count_right_rows(read_history(path)), 3000);
  EXPECT_FALSE(std::filesystem::exists(folder / "run.h5.new"));
}

TEST(RunRecord, FlushesByTime) {
  const TemporaryFolder folder;
  RunRecord record(folder / "run.h5", example_info(), example_groups(), {}, 10ms);
  append_example(record, 0);
  std::this_thread::sleep_for(15ms);
  append_example(record, 1);
  const auto copy = folder / "copy.h5";  // as another process finds it now
  std::filesystem::copy_file(folder / "run.h5", copy);
  EXPECT_EQ(count_right_rows(read_history(copy)), 2);
}

TEST(RunRecord, KeepsNothingThatFloatsCannotHoldButSaysSo) {
  const TemporaryFolder folder;
  const double infinity = std::numeric_limits<double>::infinity();
  RunRecord record(folder / "run.h5", example_info(), example_groups());
  record.append("metrics/train", 0, std::vector<double>{std::nan(""), infinity, -infinity});
  record.finish(RunStatus::diverged, "the loss is not finite");
  const History history = read_history(folder / "run.h5", {"metrics/train"});
  EXPECT_TRUE(std::isnan(history[0].columns[0][0]));
  EXPECT_EQ(history[0].columns[1][0], std::numeric_limits<float>::infinity());
  EXPECT_EQ(history[0].columns[2][0], -std::numeric_limits<float>::infinity());
}

TEST(RunRecord, CutsALongReasonAtACharacter) {
  const TemporaryFolder folder;
  std::string reason = "a";
  while (reason.size() < 600) reason += "é";
  RunRecord record(folder / "run.h5", example_info(), example_groups());
  record.finish(RunStatus::failed, reason);
  const std::string kept = read_contents(folder / "run.h5").attributes.at("reason");
  EXPECT_EQ(kept, reason.substr(0, 511));
}

template <class Function>
std::string error_of(Function&& function) {
  try {
    function();
  } catch (const Error& error) {
    return std::string(error.what()) + " | " + error.hint();
  }
  return "no error";
}

TEST(RunRecord, RefusesWhatItsGroupsDoNotDeclare) {
  const TemporaryFolder folder;
  RunRecord record(folder / "run.h5", example_info(), example_groups());
  const std::vector<double> row{1, 2};
  EXPECT_EQ(error_of([&] { record.append("metrics/trian", 0, row); }), "the record has no group 'metrics/trian' | ");
  EXPECT_EQ(error_of([&] { record.append("metrics/train", 0, row); }),
            "group 'metrics/train' has 3 columns, and was given 2 values | ");
  History other = record.history();
  other[0].names[0] = "lost";
  EXPECT_THAT(error_of([&] { RunRecord(folder / "b.h5", example_info(), example_groups(), other); }),
              HasSubstr("other columns in 'metrics/train'"));
  record.finish(RunStatus::finished);
  EXPECT_THAT(error_of([&] { append_example(record, 0); }), HasSubstr("after its end"));
}

TEST(RunRecord, NamesThePathThatCannotBeWritten) {
  EXPECT_EQ(error_of([] { RunRecord("/nonexistent/run.h5", example_info(), example_groups()); }),
            "/nonexistent/run.h5: cannot make the file: No such file or directory | check the path; the folder must "
            "exist");
}

TEST(RunReader, RefusesOtherFiles) {
  const TemporaryFolder folder;
  EXPECT_THAT(error_of([&] { read_contents(folder / "no.h5"); }), HasSubstr("no.h5: no such file"));
  std::ofstream(folder / "text.h5") << "not HDF5";
  EXPECT_THAT(error_of([&] { read_contents(folder / "text.h5"); }), HasSubstr("text.h5: cannot open the file"));
  EXPECT_THAT(error_of([&] { repair(folder / "text.h5"); }), HasSubstr("not a record that can be repaired"));
}

}  // namespace
}  // namespace byolab::testing
