// Pictures kept in memory where they fit, and decoded on demand where they do not.
#include <gtest/gtest.h>

#include <malloc.h>

#include "data/store.hpp"
#include "framework/data/memory_dataset.hpp"

namespace byolab {
namespace {

using testing::first_indices;
using testing::memory_callee;
using testing::MemoryDataset;

TEST(Store, DecodesOnceWhatFits) {
  const auto data = MemoryDataset::by_turns(500, 10);
  Indices odd;
  for (std::int64_t i = 1; i < 500; i += 2) odd.push_back(i);
  const Store store(data, memory_callee(), odd);
  ASSERT_TRUE(store.in_memory());
  const std::int64_t reads = data.reads;
  EXPECT_LE(reads, 250 + 16);
  Picture room;
  for (std::int64_t i = 0; i < store.size(); ++i) {
    EXPECT_EQ(store.index(i), 2 * i + 1);
    EXPECT_EQ(store.get(i, room).data[0], static_cast<std::uint8_t>(2 * i + 1));
  }
  EXPECT_EQ(data.reads, reads);
}

TEST(Store, DecodesOnDemandWhatDoesNotFit) {
  const auto data = MemoryDataset::by_turns(500, 10);
  const Store store(data, memory_callee(), first_indices(500), 500 * 8 * 8 * 3 / 2);
  EXPECT_FALSE(store.in_memory());
  Picture room;
  EXPECT_EQ(store.get(77, room).data[5], 77);
  EXPECT_EQ(store.get(78, room).data, room.pixels.data());
}

TEST(Store, NoticesThatTheFirstFewWereSmallerThanTheRest) {
  auto data = MemoryDataset::by_turns(500, 10);
  data.large = 333;  // 64 times as wide and high
  const Store store(data, memory_callee(), first_indices(500), 500 * (8 * 8 * 3 + 64));
  EXPECT_FALSE(store.in_memory());
}

TEST(Store, MemoryStaysFlatWhenItStreams) {
  const auto data = MemoryDataset::by_turns(200, 10, 256);
  const Store store(data, memory_callee(), first_indices(200), 1 << 20);
  ASSERT_FALSE(store.in_memory());
  Picture room;
  for (std::int64_t i = 0; i < 20; ++i) store.get(i, room);
  const auto in_use = [] {
    const struct mallinfo2 info = ::mallinfo2();
    return info.uordblks + info.hblkhd;
  };
  const std::size_t before = in_use();
  for (int pass = 0; pass < 5; ++pass)
    for (std::int64_t i = 0; i < store.size(); ++i) store.get(i, room);
  EXPECT_LT(in_use(), before + 100'000);  // all pictures: 39 MB
}

TEST(Store, NamesTheFirstPictureThatCannotBeRead) {
  for (int attempt = 0; attempt < 5; ++attempt) {
    auto data = MemoryDataset::by_turns(500, 10);
    data.broken = {123, 124, 401};
    try {
      const Store store(data, memory_callee(), first_indices(500));
      FAIL() << "it was read";
    } catch (const Error& error) {
      EXPECT_STREQ(error.what(), "dataset 'memory' (libtest.so) failed in read(): picture 123.jpg is broken");
      EXPECT_EQ(error.hint(), "mend it");
    }
  }
}

TEST(Store, MayBeEmpty) {
  const auto data = MemoryDataset::by_turns(5, 1);
  EXPECT_EQ(Store(data, memory_callee(), {}).size(), 0);
}

}  // namespace
}  // namespace byolab
