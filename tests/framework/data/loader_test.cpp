// Batches: the same whatever the threads, from any position on, and errors where they belong.
#include <gtest/gtest.h>

#include <ATen/Functions.h>

#include <dirent.h>

#include <chrono>

#include "data/epoch_order.hpp"
#include "data/loader.hpp"
#include "framework/data/memory_dataset.hpp"

namespace byolab {
namespace {

using testing::first_indices;
using testing::memory_callee;
using testing::MemoryDataset;

/// Adds noise, drawn for each image.
class AddNoise final : public Augmentation {
 public:
  explicit AddNoise(int milliseconds = 0) : pause_(milliseconds) {}
  Draw draw(Random& random, Size) const override { return {true, {random.uniform()}}; }
  Form form(const Draw&, int) const override { return Form::pointwise; }
  void apply(Tile& tile, const Draw& draw, int, float) const override {
    if (pause_.count()) std::this_thread::sleep_for(pause_);
    for (int c = 0; c < tile.channels; ++c)
      for (int i = 0; i < tile.rows * tile.stride; ++i)
        tile.plane[static_cast<std::size_t>(c)][i] += draw.value[0] * static_cast<float>(c + 1);
  }

 private:
  std::chrono::milliseconds pause_;
};

struct Setting {
  explicit Setting(std::int64_t n, int pause = 0, bool in_memory = true)
      : data(MemoryDataset::by_turns(n, 10)),
        store(data, memory_callee(), first_indices(n), in_memory ? std::int64_t{1} << 30 : 0) {
    const auto noise = std::make_shared<AddNoise>(pause);
    for (int view = 0; view < 2; ++view)
      pipelines.emplace_back(std::vector<NamedAugmentation>{{"noise", noise, "libtest.so"}}, Size{8, 8});
    plan.seed = 7;
    plan.batch_size = 20;
    plan.batches_per_epoch = n / 20;
  }
  MemoryDataset data;
  Store store;
  std::vector<Pipeline> pipelines;
  LoaderPlan plan;
};

struct Copy {
  std::vector<at::Tensor> views;
  std::vector<std::int64_t> positions;
};

std::vector<Copy> take(Loader& loader, int batches) {
  std::vector<Copy> copies;
  for (int i = 0; i < batches; ++i) {
    const Loader::Batch& batch = loader.next();
    copies.push_back({{batch.views[0].clone(), batch.views[1].clone()}, batch.positions});
  }
  return copies;
}

void expect_equal(const Copy& a, const Copy& b) {
  EXPECT_EQ(a.positions, b.positions);
  for (std::size_t v = 0; v < 2; ++v) EXPECT_TRUE(at::equal(a.views[v], b.views[v]));
}

TEST(Loader, GivesTheSameWhateverTheWorkersAndWhereverItStarts) {
  for (const auto dtype : {c10::kFloat, c10::kBFloat16}) {
    Setting setting(110);  // five batches an epoch, ten images left over
    setting.plan.dtype = dtype;
    setting.plan.workers = 0;
    Loader inline_loader(setting.store, setting.pipelines, setting.plan);
    const auto expected = take(inline_loader, 17);
    for (const int workers : {1, 2, 7}) {
      for (const int ahead : {1, 4}) {
        for (const std::int64_t first : {0, 4, 5, 13}) {
          setting.plan.workers = workers;
          setting.plan.ahead = ahead;
          Loader loader(setting.store, setting.pipelines, setting.plan, first);
          const auto got = take(loader, static_cast<int>(17 - first));
          for (std::size_t i = 0; i < got.size(); ++i)
            expect_equal(got[i], expected[i + static_cast<std::size_t>(first)]);
        }
      }
    }
  }
}

TEST(Loader, GivesTheSameWhenItStreams) {
  Setting kept(60), streamed(60, 0, false);
  ASSERT_TRUE(kept.store.in_memory());
  ASSERT_FALSE(streamed.store.in_memory());
  Loader a(kept.store, kept.pipelines, kept.plan), b(streamed.store, streamed.pipelines, streamed.plan);
  const auto from_a = take(a, 6), from_b = take(b, 6);
  for (std::size_t i = 0; i < 6; ++i) expect_equal(from_a[i], from_b[i]);
}

TEST(Loader, VisitsTheEpochsOrderWithoutWhatIsLeftOver) {
  Setting setting(110);
  Loader loader(setting.store, setting.pipelines, setting.plan);
  for (std::int64_t epoch = 0; epoch < 3; ++epoch) {
    const auto order = epoch_order(7, epoch, 110);
    for (std::size_t b = 0; b < 5; ++b) {
      const auto& positions = loader.next().positions;
      EXPECT_TRUE(std::equal(positions.begin(), positions.end(), order.begin() + static_cast<std::ptrdiff_t>(20 * b)));
    }
  }
}

TEST(Loader, WritesPicturesWhereTheNetworkReadsThem) {
  Setting setting(40);
  setting.pipelines.clear();
  setting.pipelines.emplace_back(std::vector<NamedAugmentation>{}, Size{8, 8});
  for (const auto format : {c10::MemoryFormat::ChannelsLast, c10::MemoryFormat::Contiguous}) {
    setting.plan.format = format;
    Loader loader(setting.store, setting.pipelines, setting.plan);
    const Loader::Batch& batch = loader.next();
    EXPECT_TRUE(batch.views[0].is_contiguous(format));
    for (std::size_t i = 0; i < 20; ++i)
      EXPECT_TRUE(batch.views[0][static_cast<std::int64_t>(i)]
                      .mul(255)
                      .round()
                      .eq(static_cast<double>(batch.positions[i]))
                      .all()
                      .item<bool>());
  }
}

TEST(Loader, ReusesItsTensors) {
  Setting setting(200);
  setting.plan.ahead = 2;
  Loader loader(setting.store, setting.pipelines, setting.plan);
  std::set<const void*> places;
  for (int i = 0; i < 30; ++i) places.insert(loader.next().views[0].data_ptr());
  EXPECT_EQ(places.size(), 3U);  // two ahead, one in use
}

TEST(Loader, LeavesABatchAloneUntilTheNextIsAskedFor) {
  Setting setting(200);
  setting.plan.workers = 4;
  setting.plan.ahead = 1;
  Loader loader(setting.store, setting.pipelines, setting.plan);
  for (int i = 0; i < 10; ++i) {
    const Loader::Batch& batch = loader.next();
    const at::Tensor before = batch.views[0].clone();
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    EXPECT_TRUE(at::equal(before, batch.views[0]));
  }
}

TEST(Loader, ThrowsTheFirstFailureOfABatchWhenItIsAskedFor) {
  const auto order = epoch_order(7, 0, 100);
  for (const int workers : {0, 1, 4}) {
    Setting setting(100, 0, false);
    setting.data.broken = {order[43], order[58]};  // in the third batch
    setting.plan.workers = workers;
    Loader loader(setting.store, setting.pipelines, setting.plan);
    take(loader, 2);
    try {
      loader.next();
      FAIL() << "it was read";
    } catch (const Error& error) {
      EXPECT_EQ(error.what(), "dataset 'memory' (libtest.so) failed in read(): picture " + std::to_string(order[43]) +
                                  ".jpg is broken");
    }
    EXPECT_EQ(take(loader, 1)[0].positions[0], order[60]);
  }
}

int threads() {
  int count = 0;
  DIR* const tasks = ::opendir("/proc/self/task");
  while (const dirent* entry = ::readdir(tasks)) count += entry->d_name[0] != '.';
  ::closedir(tasks);
  return count;
}

TEST(Loader, HasAsManyThreadsAsAskedForAndEndsThem) {
  Setting setting(200, 1);
  const int before = threads();
  for (const int workers : {0, 3}) {
    setting.plan.workers = workers;
    Loader loader(setting.store, setting.pipelines, setting.plan);
    loader.next();
    EXPECT_EQ(threads(), before + workers);
  }
  EXPECT_EQ(threads(), before);
}

TEST(Loader, EndsAtAnyMoment) {
  Setting setting(200, 1);
  setting.plan.workers = 3;
  for (int i = 0; i < 40; ++i) {
    Loader loader(setting.store, setting.pipelines, setting.plan);
    std::this_thread::sleep_for(std::chrono::microseconds(150 * i));
    if (i % 3 == 0) loader.next();
  }
}

TEST(Loader, MeasuresHowLongItWaited) {
  Setting setting(200, 1);  // 20 images of two views: 40 ms on one thread
  setting.plan.workers = 1;
  setting.plan.ahead = 1;
  Loader slow(setting.store, setting.pipelines, setting.plan);
  while (slow.waited() <= 0.1) take(slow, 1);  // for ever, if it measures nothing

  // Given time enough, a batch is there before it is asked for; on a busy machine that may take long.
  Setting fast(200);
  Loader loader(fast.store, fast.pipelines, fast.plan);
  double waited = 1;
  for (std::chrono::milliseconds pause(200); waited >= 0.1 && pause < std::chrono::minutes(1); pause *= 4) {
    loader.next();
    std::this_thread::sleep_for(pause);
    const double before = loader.waited();
    loader.next();
    waited = loader.waited() - before;
  }
  EXPECT_LT(waited, 0.1);
}

TEST(Loader, RefusesMoreThanThereIs) {
  Setting setting(100);
  setting.plan.batches_per_epoch = 6;
  EXPECT_THROW(Loader(setting.store, setting.pipelines, setting.plan), Error);
}

}  // namespace
}  // namespace byolab
