#include "checkpoint/checkpoint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/linear.h>
#include <torch/types.h>

#include <cstdlib>
#include <fstream>
#include <limits>
#include <random>

#include "checkpoint/checkpoint_parts.hpp"
#include "framework/record/example_run.hpp"
#include "framework/record/temporary_folder.hpp"
#include "record/disk.hpp"

namespace byolab::testing {
namespace {

using ::testing::HasSubstr;

template <class Function>
std::string error_of(Function&& function) {
  try {
    function();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

void write_file(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

bool same_bits(const at::Tensor& a, const at::Tensor& b) {
  return a.scalar_type() == b.scalar_type() && a.sizes() == b.sizes() && a.strides() == b.strides() &&
         a.contiguous().view(-1).view(at::kByte).equal(b.contiguous().view(-1).view(at::kByte));
}

Checkpoint example() {
  torch::manual_seed(1);
  Checkpoint checkpoint;
  auto& tensors = checkpoint.tensors;
  tensors["online/encoder/conv.weight"] = torch::randn({4, 3, 3, 3}).contiguous(at::MemoryFormat::ChannelsLast);
  tensors["wide"] = torch::randn({3, 5}, at::kDouble);
  tensors["brain"] = torch::randn({7}).to(at::kBFloat16);
  tensors["half"] = torch::randn({7}).to(at::kHalf);
  tensors["count"] = torch::tensor(std::numeric_limits<std::int64_t>::min());
  tensors["generator"] = torch::randint(0, 256, {5056}, at::kByte);
  tensors["flags"] = torch::tensor({1, 0, 1}).to(at::kBool);
  tensors["empty"] = torch::empty({0, 3});
  tensors["special"] =
      torch::tensor({std::nan(""), -0.0, 1e-310, std::numeric_limits<double>::infinity()}, at::kDouble);
  tensors["transposed"] = torch::randn({3, 4}).t();
  checkpoint.integers = {{"zero", 0},
                         {"small", -1},
                         {"big", std::numeric_limits<std::int64_t>::max()},
                         {"low", std::numeric_limits<std::int64_t>::min()},
                         {"byte", 200},
                         {"short", 60'000}};
  checkpoint.numbers = {{"tau", 0.1 + 0.2}, {"tiny", 5e-324}, {"minus", -1.0 / 3}, {"none", -0.0}};
  checkpoint.texts = {{"identity", "päper \"quoted\"\nline"}, {"empty", ""}, {"long", std::string(70'000, 'x')}};
  return checkpoint;
}

/// Writes an example where BYOLAB_CHECKPOINT_OUT says, for checkpoint_python_test.py; else in a temporary folder.
TEST(Checkpoint, ComesBackBitForBit) {
  const TemporaryFolder folder;
  const char* wanted = std::getenv("BYOLAB_CHECKPOINT_OUT");
  const std::filesystem::path path = wanted ? std::filesystem::path(wanted) : folder / "a.pt";
  const Checkpoint saved = example();
  write_checkpoint(path, saved);
  const Checkpoint loaded = read_checkpoint(path);
  ASSERT_EQ(loaded.tensors.size(), saved.tensors.size());
  for (const auto& [name, tensor] : saved.tensors) EXPECT_TRUE(same_bits(loaded.tensors.at(name), tensor)) << name;
  EXPECT_EQ(loaded.integers, saved.integers);
  EXPECT_EQ(loaded.numbers, saved.numbers);
  EXPECT_TRUE(std::signbit(loaded.numbers.at("none")));
  EXPECT_EQ(loaded.texts, saved.texts);
}

TEST(Checkpoint, WritesOnlyTheSeenPartOfAStorage) {
  const TemporaryFolder folder;
  Checkpoint checkpoint;
  const at::Tensor big = torch::randn({1000, 1000});
  checkpoint.tensors["row"] = big[7];
  checkpoint.tensors["column"] = big.select(1, 7);
  checkpoint.tensors["shared"] = big[7];
  write_checkpoint(folder / "a.pt", checkpoint);
  EXPECT_LT(std::filesystem::file_size(folder / "a.pt"), 20'000u);
  EXPECT_TRUE(read_checkpoint(folder / "a.pt").tensors["row"].equal(big[7]));
  EXPECT_TRUE(read_checkpoint(folder / "a.pt").tensors["column"].equal(big.select(1, 7)));
}

TEST(Checkpoint, ReplacesAtomicallyAndLeavesNoTemporary) {
  const TemporaryFolder folder;
  write_checkpoint(folder / "a.pt", example());
  Checkpoint second;
  second.integers["step"] = 2;
  write_checkpoint(folder / "a.pt", second);
  EXPECT_EQ(read_checkpoint(folder / "a.pt").integers.at("step"), 2);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
  second.tensors["undefined"] = at::Tensor();
  EXPECT_THAT(error_of([&] { write_checkpoint(folder / "a.pt", second); }), HasSubstr("'undefined' is undefined"));
  EXPECT_EQ(read_checkpoint(folder / "a.pt").integers.at("step"), 2);
}

TEST(Checkpoint, LeavesTheOldOneWhereTheDiskIsFull) {
  const TemporaryFolder folder;
  if (::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=1m") != 0)
    GTEST_SKIP() << "a small disk cannot be mounted without root";
  const Mounted mounted{folder.path()};
  write_checkpoint(folder / "a.pt", example());
  Checkpoint big;
  big.tensors["big"] = torch::zeros({1'000'000});
  EXPECT_EQ(error_of([&] { write_checkpoint(folder / "a.pt", big); }),
            (folder / "a.pt").string() + ": cannot write: No space left on device");
  EXPECT_EQ(read_checkpoint(folder / "a.pt").numbers, example().numbers);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(Checkpoint, NamesWhatIsWrongWithAFile) {
  const TemporaryFolder folder;
  EXPECT_EQ(error_of([&] { read_checkpoint(folder / "no.pt"); }),
            (folder / "no.pt").string() + ": cannot be read: cannot open the file: No such file or directory");
  write_file(folder / "text.pt", "hello");
  EXPECT_THAT(error_of([&] { read_checkpoint(folder / "text.pt"); }),
              HasSubstr("not a file of torch.save's zip format"));
  EXPECT_THAT(error_of([&] { read_checkpoint(std::string(BYOLAB_SOURCE_DIR) + "/tests/reference/weights.pt"); }),
              HasSubstr("not a checkpoint of byolab"));
  EXPECT_THAT(error_of([&] { write_checkpoint("/nonexistent/a.pt", {}); }), HasSubstr("No such file or directory"));
}

TEST(Checkpoint, RefusesEveryTruncation) {
  const TemporaryFolder folder;
  write_checkpoint(folder / "a.pt", example());
  const std::string whole = read_file(folder / "a.pt");
  for (std::size_t part = 0; part < 50; ++part) {
    write_file(folder / "b.pt", whole.substr(0, whole.size() * part / 50));
    EXPECT_THROW(read_checkpoint(folder / "b.pt"), Error) << part;
    EXPECT_THROW(read_weights(folder / "b.pt"), Error) << part;
  }
  for (std::size_t less = 1; less < 120; ++less) {
    write_file(folder / "b.pt", whole.substr(0, whole.size() - less));
    EXPECT_THROW(read_checkpoint(folder / "b.pt"), Error) << less;
  }
}

TEST(Checkpoint, RefusesEveryChangedByte) {
  const TemporaryFolder folder;
  write_checkpoint(folder / "a.pt", example());
  const std::string whole = read_file(folder / "a.pt");
  std::mt19937 random(7);
  for (int trial = 0; trial < 400; ++trial) {
    std::string changed = whole;
    for (int flips = 1 + trial % 3; flips > 0; --flips) {
      // The last trials change the zip's directory and end, where the structure is densest.
      const std::size_t reach = trial < 200 ? whole.size() : 2500;
      changed[whole.size() - 1 - random() % reach] ^= static_cast<char>(1 + random() % 255);
    }
    if (changed == whole) continue;
    write_file(folder / "b.pt", changed);
    EXPECT_THROW(read_checkpoint(folder / "b.pt"), Error) << trial;
  }
}

const std::string kWeights = std::string(BYOLAB_SOURCE_DIR) + "/tests/reference/weights.pt";

at::Tensor counted(at::IntArrayRef shape, at::ScalarType type = at::kFloat) {
  return torch::arange(c10::multiply_integers(shape)).to(type).reshape(shape);
}

TEST(Weights, ReadsAStateDictOfPython) {
  const auto weights = read_weights(kWeights);
  ASSERT_EQ(weights.size(), 18u);
  EXPECT_TRUE(weights.at("conv1.weight").equal(counted({4, 3, 3, 3})));
  EXPECT_TRUE(weights.at("bn1.running_var").equal(counted({4})));
  EXPECT_EQ(weights.at("bn1.num_batches_tracked").item<std::int64_t>(), 0);
  EXPECT_EQ(weights.at("bn1.num_batches_tracked").scalar_type(), at::kLong);
  EXPECT_TRUE(weights.at("tied.weight").equal(counted({2, 4})));
  EXPECT_TRUE(weights.at("half").equal(counted({5}, at::kHalf)));
  EXPECT_TRUE(weights.at("brain").equal(counted({5}, at::kBFloat16)));
  EXPECT_TRUE(weights.at("transposed").equal(counted({2, 3}).t()));
  EXPECT_TRUE(weights.at("part_of_more").equal(torch::tensor({3.f, 4.f, 5.f, 6.f})));
  EXPECT_EQ(weights.at("nothing").sizes(), (std::vector<std::int64_t>{0, 4}));
  EXPECT_EQ(weights.at("scalar").item<double>(), 2.5);
  EXPECT_TRUE(weights.at("flags").equal(torch::tensor({1, 0, 1}).to(at::kBool)));
  EXPECT_TRUE(weights.at("a_parameter").equal(torch::tensor({1.f, 2.f})));
}

const std::string kLegacy = std::string(BYOLAB_SOURCE_DIR) + "/tests/reference/weights_legacy.pt";

TEST(Weights, ReadsTheFormatBeforeZipToo) {
  const auto older = read_weights(kLegacy), newer = read_weights(kWeights);
  ASSERT_EQ(older.size(), newer.size());
  for (const auto& [name, tensor] : newer) EXPECT_TRUE(same_bits(older.at(name), tensor)) << name;
}

/// What safetensors' own program wrote: `save_file({"a": [[0, 1, 2], [3, 4, 5]] as float16, "n": 7 as int64})`.
std::string safetensors(const std::string& header, const std::string& data) {
  const auto length = static_cast<std::uint64_t>(header.size());
  return std::string(reinterpret_cast<const char*>(&length), sizeof length) + header + data;
}

TEST(Weights, ReadsSafetensors) {
  const TemporaryFolder folder;
  const at::Tensor a = counted({2, 3}, at::kHalf);
  const std::string bytes(static_cast<const char*>(a.const_data_ptr()), a.nbytes());
  const auto read = [&](const std::string& header, const std::string& data) {
    write_file(folder / "a.safetensors", safetensors(header, data));
    return read_weights(folder / "a.safetensors");
  };
  const auto whole = read(
      R"({"__metadata__":{"format":"pt"},"a":{"dtype":"F16","shape":[2,3],"data_offsets":[0,12]},"n":{"dtype":"I64","shape":[],"data_offsets":[12,20]}})",
      bytes + std::string("\7\0\0\0\0\0\0\0", 8));
  ASSERT_EQ(whole.size(), 2u);
  EXPECT_TRUE(same_bits(whole.at("a"), a));
  EXPECT_EQ(whole.at("n").item<std::int64_t>(), 7);
  const std::string entry = R"({"dtype":"F16","shape":[2,3],"data_offsets":[0,12]})";
  EXPECT_THROW(read(R"({"a":)" + entry + "}", bytes.substr(1)), Error);             // cut short
  EXPECT_THROW(read(R"({"a":)" + entry + R"(,"b":)" + entry + "}", bytes), Error);  // one over the other
  EXPECT_THROW(read(R"({"a":{"dtype":"F16","shape":[9],"data_offsets":[0,12]}})", bytes), Error);
  EXPECT_THROW(read(R"({"a":{"dtype":"F16","shape":[-2,-3],"data_offsets":[0,12]}})", bytes), Error);
  EXPECT_THROW(read(R"({"a":{"dtype":"F8_E4M3","shape":[12],"data_offsets":[0,12]}})", bytes), Error);
  EXPECT_THROW(read(R"({"a":3})", bytes), Error);
  EXPECT_THROW(read(R"({"a":)", bytes), Error);
  EXPECT_THROW(read("{}", bytes), Error);
}

/// The format before zip has no checksums: damaged numbers are read as they are, all else is an Error.
TEST(Weights, SurvivesDamageOfTheOlderFormat) {
  const TemporaryFolder folder;
  const std::string whole = read_file(kLegacy);
  std::mt19937 random(5);
  int refused = 0;
  for (int trial = 0; trial < 600; ++trial) {
    std::string changed = whole;
    if (trial < 50)
      changed.resize(whole.size() * static_cast<std::size_t>(trial) / 50);
    else
      changed[random() % whole.size()] ^= static_cast<char>(1 + random() % 255);
    write_file(folder / "b.pt", changed);
    try {
      read_weights(folder / "b.pt");
    } catch (const Error&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 100);
}

TEST(Weights, ReadsACheckpointToo) {
  const TemporaryFolder folder;
  write_checkpoint(folder / "a.pt", example());
  EXPECT_TRUE(same_bits(read_weights(folder / "a.pt").at("wide"), example().tensors.at("wide")));
}

/// Damage of a file that has no digest: an Error, or the tensors as they were (bytes that nothing reads).
TEST(Weights, SurvivesDamageOfAStateDict) {
  const TemporaryFolder folder;
  const std::string whole = read_file(kWeights);
  const auto good = read_weights(kWeights);
  std::mt19937 random(3);
  int refused = 0;
  for (int trial = 0; trial < 600; ++trial) {
    std::string changed = whole;
    if (trial < 50)
      changed.resize(whole.size() * static_cast<std::size_t>(trial) / 50);
    else
      changed[random() % whole.size()] ^= static_cast<char>(1 + random() % 255);
    write_file(folder / "b.pt", changed);
    try {
      for (const auto& [name, tensor] : read_weights(folder / "b.pt")) {
        const auto same = good.find(name);
        EXPECT_TRUE(same != good.end() && tensor.equal(same->second)) << trial << name;
      }
    } catch (const Error&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 300);
}

struct Part final : Component {
  std::vector<at::Tensor> momenta{torch::zeros({2}), at::Tensor()};
  std::int64_t steps = 0;
  double scale = 0;
  at::Tensor queue = torch::zeros({3});
  bool longer = false, shorter = false;
  void state(State& state) override {
    state("momentum", momenta);
    state("steps", steps);
    if (!shorter) state("scale", scale);
    state("queue", queue);
    if (longer) state("extra", scale);
  }
};

TEST(StateInCheckpoint, ComesBack) {
  Part saved;
  saved.momenta = {torch::randn({2}), torch::randn({3, 3}).t()};
  saved.steps = 12;
  saved.scale = 0.1;
  saved.queue = at::Tensor();
  Checkpoint checkpoint;
  save_state(saved, checkpoint, "optimizer");
  Part loaded;
  const at::Tensor kept = loaded.momenta[0];
  load_state(loaded, checkpoint, "optimizer");
  EXPECT_TRUE(same_bits(kept, saved.momenta[0]));  // filled in place
  EXPECT_TRUE(same_bits(loaded.momenta[1], saved.momenta[1]));
  EXPECT_NE(loaded.momenta[1].data_ptr(), saved.momenta[1].data_ptr());
  EXPECT_EQ(loaded.steps, 12);
  EXPECT_EQ(loaded.scale, 0.1);
  EXPECT_FALSE(loaded.queue.defined());
  EXPECT_THAT(error_of([&] { save_state(saved, checkpoint, "optimizer"); }), HasSubstr("is declared twice"));
}

TEST(StateInCheckpoint, NamesAllThatDoesNotFit) {
  Part saved;
  saved.shorter = saved.longer = true;
  saved.queue = torch::zeros({4});
  Checkpoint checkpoint;
  save_state(saved, checkpoint, "rule");
  Part loaded;
  EXPECT_EQ(error_of([&] { load_state(loaded, checkpoint, "rule"); }),
            "the checkpoint does not fit what it is loaded into:\n"
            "  'rule/scale' is missing\n"
            "  'rule/queue' is Float [4], but Float [3] is wanted\n"
            "  'rule/extra' is there, but nothing wants it");
}

TEST(ModuleInCheckpoint, ComesBackWithItsBuffers) {
  torch::nn::BatchNorm1d saved(3), loaded(3);
  saved->forward(torch::randn({8, 3}));
  Checkpoint checkpoint;
  save_module(*saved, checkpoint, "online/head");
  load_module(*loaded, checkpoint, "online/head");
  EXPECT_TRUE(loaded->running_mean.equal(saved->running_mean));
  EXPECT_EQ(loaded->num_batches_tracked.item<std::int64_t>(), 1);

  torch::nn::Linear other(3, 3);
  EXPECT_EQ(error_of([&] { load_module(*other, checkpoint, "online/head"); }),
            "the checkpoint does not fit what it is loaded into:\n"
            "  'online/head/weight' is Float [3], but Float [3, 3] is wanted\n"
            "  'online/head/num_batches_tracked' is there, but nothing wants it\n"
            "  'online/head/running_mean' is there, but nothing wants it\n"
            "  'online/head/running_var' is there, but nothing wants it");
}

TEST(HistoryInCheckpoint, ComesBackThroughTheFile) {
  const TemporaryFolder folder;
  RunRecord record(folder / "run.h5", example_info(), example_groups());
  for (int step = 0; step < 100; ++step) append_example(record, step);
  Checkpoint checkpoint;
  save_history(record.history(), checkpoint);
  write_checkpoint(folder / "a.pt", checkpoint);
  const History loaded = load_history(read_checkpoint(folder / "a.pt"));
  EXPECT_EQ(count_right_rows(loaded), 100);
  RunRecord again(folder / "again.h5", example_info(), example_groups(), loaded);
  EXPECT_EQ(count_right_rows(again.history()), 100);
}

}  // namespace
}  // namespace byolab::testing
