// Image files that are damaged, that claim too much, or that change: one does no harm to the next.
#include "plugins/dataset/image_files.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;
using testing::Bytes;
using testing::error_of;
using testing::file_of;
using testing::image_folder;
using testing::read;
using testing::told;

using ImageTrouble = testing::ImageFolderTest;

/// A quantisation table of a number that there is not: the decoder refuses the header.
Bytes with_a_damaged_header() {
  Bytes jpeg = file_of("jpeg_444");
  for (std::size_t i = 0; i + 4 < jpeg.size(); ++i)
    if (jpeg[i] == 0xFF && jpeg[i + 1] == 0xDB) {
      jpeg[i + 4] = 15;
      break;
    }
  return jpeg;
}

/// A progressive JPEG with its last scan again and again.
Bytes with_scans(int count) {
  const Bytes jpeg = file_of("jpeg_progressive");
  std::size_t last = 0, scans = 0;
  for (std::size_t i = 0; i + 1 < jpeg.size(); ++i)
    if (jpeg[i] == 0xFF && jpeg[i + 1] == 0xDA) {
      last = i;
      ++scans;
    }
  const Bytes scan(jpeg.begin() + static_cast<std::ptrdiff_t>(last), jpeg.end() - 2);
  Bytes made(jpeg.begin(), jpeg.end() - 2);
  for (std::size_t i = scans; i < static_cast<std::size_t>(count); ++i)
    made.insert(made.end(), scan.begin(), scan.end());
  made.insert(made.end(), {0xFF, 0xD9});
  return made;
}

TEST_F(ImageTrouble, DoesNotOutliveAFailure) {
  for (int i = 0; i < 20; ++i)
    put("train/a/" + std::to_string(100 + i) + ".jpg", i % 10 == 3 ? with_a_damaged_header() : file_of("jpeg_444"));
  const auto data = image_folder(root());
  for (int i = 0; i < 20; ++i) {
    if (i % 10 == 3)
      EXPECT_NE(error_of([&] { read(*data, i); }).find("it is a damaged JPEG (Bogus DQT index 15)"), std::string::npos);
    else
      EXPECT_EQ(read(*data, i).width, 18) << i;
  }
  EXPECT_EQ(image_folder(root(), {{"on_error", "skip"}})->size(), 18);
}

TEST_F(ImageTrouble, IsLeftOutAndCountedWhereThatWasAskedFor) {
  fill();
  const std::string path = (root() / "train/ant/x.JPEG").string();
  put("train/ant/x.JPEG", Bytes(10, 1));
  const auto data = image_folder(root(), {{"on_error", "skip"}, {"skip_at_most", 0.25}});
  EXPECT_EQ(
      told(*data, "unreadable").find("1 of 4 images of 'train' left out, which cannot be read; the first: " + path), 0U)
      << told(*data, "unreadable");
  ASSERT_EQ(data->size(), 3);
  EXPECT_EQ(data->source(0), (root() / "train/ant/y.png").string());
  EXPECT_NE(data->fingerprint(), image_folder(root())->fingerprint());
}

TEST_F(ImageTrouble, OfTooManyImagesStopsARun) {
  fill();
  put("train/ant/x.JPEG", Bytes(10, 1));
  const std::string said = error_of([&] { image_folder(root(), {{"on_error", "skip"}}); });
  EXPECT_EQ(
      said.find("1 of 4 images of 'train' cannot be read, and [data] skip_at_most = 0.1 allows fewer; the first: "), 0U)
      << said;
  EXPECT_NE(said.find(" | mend or remove them, or set skip_at_most higher"), std::string::npos);
}

TEST_F(ImageTrouble, WithMoreScansThanAnyPictureHasIsRefused) {
  put("train/a/1.jpg", with_scans(100));
  put("train/a/2.jpg", with_scans(101));
  // Scans that say again what was said are damage to libjpeg, which sees them only where there are not too many.
  const auto are_too_many = [&](const auto& data, int image) {
    return error_of([&] { read(*data, image); }).find("it is a progressive JPEG of more than 100 scans | ") !=
           std::string::npos;
  };
  const auto data = image_folder(root());
  EXPECT_FALSE(are_too_many(data, 0));
  EXPECT_TRUE(are_too_many(data, 1));
  EXPECT_FALSE(are_too_many(image_folder(root(), {{"max_scans", 1000}}), 1));
}

TEST_F(ImageTrouble, OfMorePixelsThanAllowedIsRefused) {
  const std::string header = "P6\n40 30\n255\n";
  Bytes file(header.begin(), header.end());
  file.resize(header.size() + 3 * 40 * 30, 7);
  put("train/a/1.ppm", file);
  EXPECT_EQ(read(*image_folder(root()), 0).width, 40);
  const auto data = image_folder(root(), {{"max_pixels", 1024}});
  EXPECT_NE(error_of([&] { read(*data, 0); }).find("its header says 40 x 30 pixels, and 1024 are allowed | "),
            std::string::npos);
}

TEST_F(ImageTrouble, ChangesTheFingerprintWithoutAnotherNameSizeOrTime) {
  fill();
  const std::string before = image_folder(root())->fingerprint();
  EXPECT_EQ(image_folder(root())->fingerprint(), before);
  const fs::path file = root() / "train/cat/a.png";
  const auto time = fs::last_write_time(file);
  Bytes bytes = file_of("png_rgb");
  bytes.back() ^= 1;
  put("train/cat/a.png", bytes);
  fs::last_write_time(file, time);
  EXPECT_NE(image_folder(root())->fingerprint(), before);
  put("train/cat/a.png", file_of("png_rgb"));
  EXPECT_EQ(image_folder(root())->fingerprint(), before);
}

TEST_F(ImageTrouble, FingerprintTellsContentNotPlace) {
  fill();
  const std::string before = image_folder(root())->fingerprint();
  const fs::path elsewhere = temporary_ / "elsewhere";
  fs::copy(root(), elsewhere, fs::copy_options::recursive);
  EXPECT_EQ(image_folder(elsewhere)->fingerprint(), before);
  EXPECT_EQ(image_folder(elsewhere / ".")->fingerprint(), before);
  fs::rename(elsewhere / "train/cat/b.jpg", elsewhere / "train/cat/c.jpg");
  EXPECT_NE(image_folder(elsewhere)->fingerprint(), before);
}

TEST_F(ImageTrouble, ThatComesWhileTheDataSetIsOpenIsSeen) {
  fill();
  const auto data = image_folder(root());
  put("train/ant/y.png", file_of("png_rgb"));  // the same again: another time, and nothing else
  EXPECT_EQ(read(*data, 1).width, 18);
  put("train/ant/y.png", file_of("png_rgba"));
  EXPECT_EQ(error_of([&] { read(*data, 1); }),
            (root() / "train/ant/y.png").string() +
                " cannot be read as an image: it has changed since the data set was opened | begin anew: other images "
                "make another run");
}

/// Files whose times are older than what counts as settled.
class KeptContentsTest : public ImageTrouble {
 protected:
  KeptContentsTest() {
    fill();
    ::usleep(2'300'000);  // a file's ctime cannot be set back
  }
  std::vector<fs::path> kept() const {
    std::vector<fs::path> files;
    if (fs::exists(temporary_ / "cache"))
      for (const auto& entry : fs::directory_iterator(temporary_ / "cache/byolab/contents")) files.push_back(entry);
    return files;
  }
};

TEST_F(KeptContentsTest, AreUsedAgainAndNeverBelievedWhenDamaged) {
  const std::string before = image_folder(root())->fingerprint();
  ASSERT_EQ(kept().size(), 1U);
  const auto written = fs::last_write_time(kept()[0]);
  EXPECT_EQ(image_folder(root())->fingerprint(), before);
  EXPECT_EQ(fs::last_write_time(kept()[0]), written);

  std::fstream file(kept()[0], std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(70);
  file.put('\x55');
  file.close();
  EXPECT_EQ(image_folder(root())->fingerprint(), before);
}

TEST_F(KeptContentsTest, ThatCannotBeKeptAreSaid) {
  ::setenv("XDG_CACHE_HOME", "/proc/nowhere", 1);
  const auto data = image_folder(root());
  EXPECT_EQ(told(*data, "not_kept")
                .find("4 files of 'train' were read for their contents, and will be at each start, "
                      "since that cannot be kept: /proc/nowhere"),
            0U)
      << told(*data, "not_kept");
}

}  // namespace
}  // namespace byolab
