// CIFAR-10's test images as JPEGs, if they are there: shared/data/cifar10-images.zip beside the checkout, unpacked as
// a user would (`unzip cifar10-images.zip -d FOLDER`).
#include <gtest/gtest.h>

#include <cstdlib>
#include <mutex>

#include "byolab/ops.hpp"
#include "framework/record/temporary_folder.hpp"
#include "plugins/dataset/files.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

TEST(RealCifar10, IsReadAsAnImageFolder) {
  const fs::path archive = fs::path(BYOLAB_SOURCE_DIR) / ".." / "shared" / "data" / "cifar10-images.zip";
  if (!fs::exists(archive)) GTEST_SKIP() << "there is no shared/data/cifar10-images.zip beside the checkout";
  if (std::system("command -v unzip >/dev/null") != 0) GTEST_SKIP() << "there is no unzip";
  testing::TemporaryFolder folder;
  ASSERT_EQ(std::system(("unzip -qq '" + archive.string() + "' 'test/*' -d '" + folder.path().string() + "'").c_str()),
            0);

  const auto test = testing::stock<Dataset>({{"plugin", "image_folder"}, {"root", folder.path().string()}},
                                            testing::split_context("test"));
  ASSERT_EQ(test->size(), 10000);
  EXPECT_EQ(test->classes(), (std::vector<std::string>{"airplane", "automobile", "bird", "cat", "deer", "dog", "frog",
                                                       "horse", "ship", "truck"}));
  std::vector<int> count(10);
  for (std::int64_t i = 0; i < test->size(); ++i) ++count[static_cast<std::size_t>(test->label(i))];
  EXPECT_EQ(count, std::vector<int>(10, 1000));

  double sum[3] = {};
  std::mutex mutex;
  parallel_for(test->size(), 100, [&](std::int64_t begin, std::int64_t end) {
    double mine[3] = {};
    for (std::int64_t i = begin; i < end; ++i) {
      const Picture picture = testing::read(*test, i);
      ASSERT_EQ(picture.pixels.size(), 3072U) << test->source(i);
      for (std::size_t p = 0; p < 3072; ++p) mine[p % 3] += picture.pixels[p];
    }
    const std::lock_guard lock(mutex);
    for (std::size_t c = 0; c < 3; ++c) sum[c] += mine[c];
  });
  // The test images' means, from the original files: 0.4942, 0.4851, 0.4504.
  EXPECT_NEAR(sum[0] / 10000 / 1024 / 255, 0.4942, 0.003);
  EXPECT_NEAR(sum[1] / 10000 / 1024 / 255, 0.4851, 0.003);
  EXPECT_NEAR(sum[2] / 10000 / 1024 / 255, 0.4504, 0.003);
}

}  // namespace
}  // namespace byolab
