// CIFAR's binary format, from files of a few images that are made here.
#include <gtest/gtest.h>

#include "framework/record/temporary_folder.hpp"
#include "plugins/dataset/files.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;
using testing::Bytes;
using testing::error_of;
using testing::read;
using testing::split_context;
using testing::stock;
using testing::TemporaryFolder;
using testing::write_file;

std::shared_ptr<Dataset> cifar(const fs::path& root, const std::string& split = "train") {
  return stock<Dataset>({{"plugin", "cifar"}, {"root", root.string()}}, split_context(split));
}

/// Image `number`: pixel (y, x) of channel c is 10·number + c + x + 2·y.
void add_image(Bytes& bytes, std::initializer_list<std::uint8_t> labels, int number) {
  bytes.insert(bytes.end(), labels);
  for (int c = 0; c < 3; ++c)
    for (int y = 0; y < 32; ++y)
      for (int x = 0; x < 32; ++x) bytes.push_back(static_cast<std::uint8_t>(10 * number + c + x + 2 * y));
}

void write_names(const fs::path& path, int count) {
  std::ofstream file(path);
  for (int i = 0; i < count; ++i) file << "name" << i << "\n";
  file << "\n";  // as in the archive
}

void make_cifar10(const fs::path& folder) {
  int number = 0;
  for (const char* name : {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
                           "data_batch_5.bin", "test_batch.bin"}) {
    Bytes bytes;
    for (int i = 0; i < 2; ++i, ++number) add_image(bytes, {static_cast<std::uint8_t>(number % 10)}, number);
    write_file(folder / name, bytes);
  }
  write_names(folder / "batches.meta.txt", 10);
}

void make_cifar100(const fs::path& folder) {
  Bytes bytes;
  for (int i = 0; i < 3; ++i)
    add_image(bytes, {static_cast<std::uint8_t>(19 - i), static_cast<std::uint8_t>(97 + i)}, i);
  write_file(folder / "train.bin", bytes);
  write_file(folder / "test.bin", bytes);
  write_names(folder / "fine_label_names.txt", 100);
  write_names(folder / "coarse_label_names.txt", 20);
}

void expect_image(const Picture& picture, int number) {
  ASSERT_EQ(picture.height, 32);
  ASSERT_EQ(picture.width, 32);
  for (int y = 0; y < 32; ++y)
    for (int x = 0; x < 32; ++x)
      for (int c = 0; c < 3; ++c)
        ASSERT_EQ(picture.pixels[static_cast<std::size_t>((32 * y + x) * 3 + c)],
                  static_cast<std::uint8_t>(10 * number + c + x + 2 * y));
}

TEST(Cifar10, ReadsAllBatchesInOrder) {
  TemporaryFolder temporary;
  make_cifar10(temporary / "cifar-10-batches-bin");
  const auto train = cifar(temporary.path()), test = cifar(temporary / "cifar-10-batches-bin", "test");
  ASSERT_EQ(train->size(), 10);
  ASSERT_EQ(test->size(), 2);
  for (int i = 0; i < 10; ++i) {
    expect_image(read(*train, i), i);
    EXPECT_EQ(train->label(i), i);
  }
  expect_image(read(*test, 1), 11);
  EXPECT_EQ(test->label(1), 1);
  EXPECT_EQ(train->classes()[9], "name9");
  EXPECT_TRUE(train->label_sets().empty());
  EXPECT_EQ(train->source(3), (temporary / "cifar-10-batches-bin/data_batch_2.bin").string() + ", image 1");
}

TEST(Cifar100, HasFineAndCoarseLabels) {
  TemporaryFolder temporary;
  make_cifar100(temporary.path());
  const auto train = cifar(temporary.path());
  ASSERT_EQ(train->size(), 3);
  expect_image(read(*train, 2), 2);
  EXPECT_EQ(train->label(1), 98);
  EXPECT_EQ(train->label(1, "coarse"), 18);
  EXPECT_EQ(train->classes().size(), 100U);
  EXPECT_EQ(train->classes("coarse").size(), 20U);
  EXPECT_EQ(train->label_sets(), std::vector<std::string>{"coarse"});
}

TEST(Cifar10, FingerprintTellsContent) {
  TemporaryFolder a, b;
  make_cifar10(a.path());
  make_cifar10(b.path());
  EXPECT_EQ(cifar(a.path())->fingerprint(), cifar(b.path())->fingerprint());
  Bytes other;
  add_image(other, {1}, 3);
  add_image(other, {2}, 4);
  write_file(b / "data_batch_4.bin", other);
  EXPECT_NE(cifar(a.path())->fingerprint(), cifar(b.path())->fingerprint());
}

TEST(Cifar10, SaysWhatIsWrong) {
  TemporaryFolder temporary;
  const fs::path root = temporary.path();
  const std::string again = " | unpack the archive again, or fetch it again if it is shorter than it should be";
  EXPECT_EQ(error_of([&] { cifar(root / "x"); }),
            "the CIFAR folder " + (root / "x").string() + " does not exist | check [data] root");
  EXPECT_EQ(error_of([&] { cifar(root); }),
            root.string() +
                " holds neither CIFAR-10 (data_batch_1.bin …) nor CIFAR-100 (train.bin) in its binary version | unpack "
                "cifar-10-binary.tar.gz or cifar-100-binary.tar.gz there; for a folder of JPEGs or PNGs use plugin = "
                "\"image_folder\"");
  make_cifar10(root);
  fs::resize_file(root / "data_batch_3.bin", 2 * 3073 - 1);
  EXPECT_EQ(error_of([&] { cifar(root); }),
            (root / "data_batch_3.bin").string() +
                " has 6145 bytes, which is no whole number of images of 3073 bytes each" + again);
  fs::resize_file(root / "data_batch_3.bin", 0);
  EXPECT_NE(error_of([&] { cifar(root); }).find("has 0 bytes"), std::string::npos);
  fs::remove(root / "data_batch_3.bin");
  EXPECT_EQ(error_of([&] { cifar(root); }),
            (root / "data_batch_3.bin").string() + " cannot be opened: No such file or directory" + again);
  Bytes strange;
  add_image(strange, {10}, 0);
  write_file(root / "data_batch_3.bin", strange);
  EXPECT_EQ(error_of([&] { cifar(root); }),
            (root / "data_batch_3.bin").string() +
                ": image 0 has class 10, but cifar10 has 10 classes | the file is damaged, or of another "
                "format: fetch it again");
  write_names(root / "batches.meta.txt", 9);
  EXPECT_EQ(error_of([&] { cifar(root); }),
            (root / "batches.meta.txt").string() + " holds 9 class names, not 10" + again);
}

}  // namespace
}  // namespace byolab
