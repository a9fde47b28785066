// Folders of real JPEG and PNG files: pixels, order, labels, and what is said when something is wrong.
#include <gtest/gtest.h>

#include <cstdlib>

#include "framework/record/temporary_folder.hpp"
#include "plugins/dataset/files.hpp"
#include "support/reference_file.hpp"
#include "support/stock_plugin.hpp"

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

const testing::ReferenceFile& reference() {
  static const testing::ReferenceFile images("images");
  return images;
}

Bytes file_of(const std::string& name) {
  const at::Tensor bytes = reference().tensor(name + ".file");
  return {bytes.data_ptr<std::uint8_t>(), bytes.data_ptr<std::uint8_t>() + bytes.numel()};
}

std::shared_ptr<Dataset> folder(const fs::path& root, Table more = {}, const std::string& split = "train") {
  Table options{{"plugin", "image_folder"}, {"root", root.string()}};
  options.insert(options.end(), more.begin(), more.end());
  return stock<Dataset>(std::move(options), split_context(split));
}

class ImageFolder : public ::testing::Test {
 protected:
  void put(const std::string& path, const Bytes& bytes) const { write_file(root() / path, bytes); }
  fs::path root() const { return temporary_.path(); }
  /// Two classes, two images each, in both splits.
  void fill() const {
    for (const char* split : {"train", "test"})
      for (const char* name : {"cat/b.jpg", "cat/a.png", "ant/x.JPEG", "ant/y.png"})
        put(std::string(split) + "/" + name, file_of(fs::path(name).extension() == ".png" ? "png_rgb" : "jpeg_444"));
  }
  TemporaryFolder temporary_;
};

class DecodedImage : public ::testing::TestWithParam<const char*> {};

TEST_P(DecodedImage, IsAsTheReferenceSays) {
  const std::string name = GetParam();
  TemporaryFolder temporary;
  write_file(temporary / "train" / "one" / (name.starts_with("png") ? "i.png" : "i.jpg"), file_of(name));
  const Picture picture = read(*folder(temporary.path()), 0);
  const at::Tensor expected = reference().tensor(name + ".pixels").to(at::kInt);
  ASSERT_EQ(picture.height, expected.size(0));
  ASSERT_EQ(picture.width, expected.size(1));
  ASSERT_EQ(static_cast<std::int64_t>(picture.pixels.size()), expected.numel());
  const int* pixel = expected.data_ptr<int>();
  int largest = 0;
  for (const std::uint8_t value : picture.pixels) largest = std::max(largest, std::abs(value - *pixel++));
  EXPECT_EQ(largest, 0);
}

INSTANTIATE_TEST_SUITE_P(Formats, DecodedImage,
                         ::testing::Values("jpeg_420", "jpeg_422", "jpeg_444", "jpeg_progressive", "jpeg_grey",
                                           "jpeg_cmyk", "png_rgb", "png_rgba", "png_grey", "png_grey_alpha",
                                           "png_rgb16", "png_grey16", "png_palette", "png_palette_clear", "png_one_bit",
                                           "png_gamma"),
                         [](const auto& info) { return std::string(info.param); });

TEST_F(ImageFolder, IsSortedByClassThenName) {
  fill();
  put("train/cat/notes.txt", {1});
  put("train/.hidden/a.png", file_of("png_rgb"));
  const auto data = folder(root());
  EXPECT_EQ(data->classes(), (std::vector<std::string>{"ant", "cat"}));
  ASSERT_EQ(data->size(), 4);
  const char* expected[] = {"ant/x.JPEG", "ant/y.png", "cat/a.png", "cat/b.jpg"};
  for (std::int64_t i = 0; i < 4; ++i) {
    EXPECT_EQ(data->source(i), (root() / "train" / expected[i]).string());
    EXPECT_EQ(data->label(i), i / 2);
  }
}

TEST_F(ImageFolder, NumbersClassesAsTheTrainingSplitDoes) {
  fill();
  fs::remove_all(root() / "test" / "ant");
  const auto test = folder(root(), {}, "test");
  EXPECT_EQ(test->label(0), 1);
  EXPECT_EQ(test->classes().size(), 2U);
  put("test/zebra/a.png", file_of("png_rgb"));
  EXPECT_EQ(error_of([&] { folder(root(), {}, "test"); }),
            (root() / "test/zebra").string() + " is a class that the training split (" + (root() / "train").string() +
                ") does not have | give both splits the same classes");
}

TEST_F(ImageFolder, ReplacesVariablesAndTakesOtherNames) {
  put("learn/a/1.png", file_of("png_rgb"));
  ::setenv("BYOLAB_TEST_IMAGES", root().c_str(), 1);
  EXPECT_EQ(folder("${BYOLAB_TEST_IMAGES}", {{"train", "learn"}})->size(), 1);
  ::unsetenv("BYOLAB_TEST_IMAGES");
  const std::string home = std::getenv("HOME") ? std::getenv("HOME") : "";
  ::setenv("HOME", root().c_str(), 1);
  EXPECT_EQ(folder("~", {{"train", "learn"}})->size(), 1);
  ::setenv("HOME", home.c_str(), 1);
}

TEST_F(ImageFolder, SaysWhatIsWrongWithTheFolders) {
  const std::string layout = "expected: root/train/<class>/*.jpg|jpeg|png and root/test/<class>/…";
  EXPECT_EQ(error_of([&] { folder(root() / "nowhere"); }),
            "the image folder " + (root() / "nowhere").string() + " does not exist | check [data] root");
  EXPECT_EQ(error_of([&] { folder(root()); }), root().string() + " has no folder 'train', and no other folder | " +
                                                   layout +
                                                   "; other names for the splits: [data] train = \"…\", test = \"…\"");
  fs::create_directories(root() / "cat");
  fs::create_directories(root() / "dog");
  EXPECT_EQ(error_of([&] { folder(root()); }), root().string() + " has no folder 'train': it has cat, dog | " + layout +
                                                   "; other names for the splits: [data] train = \"…\", test = \"…\"");
  fs::create_directories(root() / "train");
  EXPECT_EQ(error_of([&] { folder(root()); }), (root() / "train").string() + " is empty | " + layout);
  put("train/a.png", file_of("png_rgb"));
  EXPECT_EQ(error_of([&] { folder(root()); }),
            (root() / "train").string() + " holds images, but no folder for each class | " + layout);
  fs::create_directories(root() / "train" / "cat");
  EXPECT_EQ(error_of([&] { folder(root()); }),
            "the class folder " + (root() / "train/cat").string() +
                " holds no images (*.jpg, *.jpeg, *.png) | remove the folder, or fill it");
}

/// What `read` says of a file with the given content.
class BrokenImage : public ImageFolder {
 protected:
  std::string said_of(const std::string& name, const Bytes& bytes) const {
    put("train/a/" + name, bytes);
    const auto data = folder(root());
    const std::string said = error_of([&] { read(*data, 0); });
    const std::string path = (root() / "train/a" / name).string();
    EXPECT_EQ(said.find(path + " cannot be read as an image: "), 0U) << said;
    fs::remove(root() / "train/a" / name);
    return said.substr(std::min(said.size(), path.size() + 29));
  }
  const std::string damaged_ =
      " | the file is damaged: replace it, or remove it from the data set (on_error = \"skip\" leaves such files out)";
};

TEST_F(BrokenImage, IsNamedWithWhatIsWrong) {
  Bytes jpeg = file_of("jpeg_444"), png = file_of("png_rgb");
  const std::string foreign =
      "its content is neither JPEG nor PNG, whatever its name says | convert it to JPEG or PNG, or remove it from the "
      "data set "
      "(on_error = \"skip\" leaves such files out)";
  EXPECT_EQ(said_of("zero.jpg", {}), "it is empty (0 bytes)" + damaged_);
  EXPECT_EQ(said_of("text.png", {'h', 'e', 'l', 'l', 'o'}), foreign);
  EXPECT_EQ(said_of("short.jpg", {0xFF, 0xD8}), foreign);
  EXPECT_EQ(said_of("head.jpg", Bytes(jpeg.begin(), jpeg.begin() + 30)),
            "it is a damaged JPEG (it ends before its picture begins)" + damaged_);
  EXPECT_EQ(said_of("half.jpg", Bytes(jpeg.begin(), jpeg.end() - 120)),
            "it is a damaged JPEG (Premature end of JPEG file)" + damaged_);
  EXPECT_EQ(said_of("half.png", Bytes(png.begin(), png.end() - 100)),
            "it is a damaged PNG (the file ends too early)" + damaged_);
  png[png.size() - 40] ^= 0x55;
  EXPECT_NE(said_of("bits.png", png).find("it is a damaged PNG ("), std::string::npos);
}

TEST_F(BrokenImage, WithAnotherFormatsNameIsReadAllTheSame) {
  put("train/a/really_png.jpg", file_of("png_rgb"));
  EXPECT_EQ(read(*folder(root()), 0).height, 13);
}

TEST_F(BrokenImage, ThatVanishesIsNamed) {
  fill();
  const auto data = folder(root());
  fs::remove(root() / "train/ant/y.png");
  EXPECT_EQ(error_of([&] { read(*data, 1); }),
            (root() / "train/ant/y.png").string() +
                " cannot be read as an image: No such file or directory | check that it is there "
                "and that you may read it");
}

TEST_F(BrokenImage, IsLeftOutWhereThatWasAskedFor) {
  fill();
  put("train/ant/x.JPEG", Bytes(10, 1));
  ::testing::internal::CaptureStderr();
  const auto data = folder(root(), {{"on_error", "skip"}});
  const std::string said = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(said.find("image_folder: left out 1 of 4 images of 'train'; the first: " +
                      (root() / "train/ant/x.JPEG").string()),
            0U)
      << said;
  ASSERT_EQ(data->size(), 3);
  EXPECT_EQ(data->source(0), (root() / "train/ant/y.png").string());
  EXPECT_NE(data->fingerprint(), folder(root())->fingerprint());
}

TEST_F(ImageFolder, FingerprintTellsContentNotPlace) {
  fill();
  const std::string before = folder(root())->fingerprint();
  TemporaryFolder elsewhere;
  fs::copy(root(), elsewhere.path(), fs::copy_options::recursive);
  EXPECT_EQ(folder(elsewhere.path())->fingerprint(), before);
  fs::rename(elsewhere / "train/cat/b.jpg", elsewhere / "train/cat/c.jpg");
  EXPECT_NE(folder(elsewhere.path())->fingerprint(), before);
}

}  // namespace
}  // namespace byolab
