// Folders of real image files: pixels, order, labels, what is left out, and what is said when something is wrong.
#include "plugins/dataset/image_files.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;
using testing::Bytes;
using testing::error_of;
using testing::file_of;
using testing::read;
using testing::told;

using ImageFolder = testing::ImageFolderTest;

std::shared_ptr<Dataset> folder(const fs::path& root, Table more = {}, const std::string& split = "train") {
  return testing::image_folder(root, std::move(more), split);
}

class DecodedImage : public ImageFolder, public ::testing::WithParamInterface<const char*> {};

TEST_P(DecodedImage, IsAsTheReferenceSays) {
  const std::string name = GetParam();
  put("train/one/i.jpg", file_of(name));  // whatever its name says
  const Picture picture = read(*folder(root()), 0);
  const at::Tensor expected = testing::reference_images().tensor(name + ".pixels").to(at::kInt);
  ASSERT_EQ(picture.height, expected.size(0));
  ASSERT_EQ(picture.width, expected.size(1));
  ASSERT_EQ(static_cast<std::int64_t>(picture.pixels.size()), expected.numel());
  const int* pixel = expected.data_ptr<int>();
  int largest = 0;
  for (const std::uint8_t value : picture.pixels) largest = std::max(largest, std::abs(value - *pixel++));
  EXPECT_LE(largest, name == "tiff_grey16" ? 1 : 0);  // libtiff takes the upper half of 16 bits, where others round
}

INSTANTIATE_TEST_SUITE_P(Formats, DecodedImage,
                         ::testing::Values("jpeg_420", "jpeg_422", "jpeg_444", "jpeg_progressive", "jpeg_grey",
                                           "jpeg_cmyk", "png_rgb", "png_rgba", "png_grey", "png_grey_alpha",
                                           "png_rgb16", "png_grey16", "png_palette", "png_palette_clear", "png_one_bit",
                                           "png_gamma", "webp_lossy", "webp_lossless", "webp_clear", "bmp_24", "bmp_32",
                                           "bmp_grey", "bmp_palette", "ppm", "pgm", "ppm16", "ppm_text", "tiff_raw",
                                           "tiff_tiff_lzw", "tiff_tiff_adobe_deflate", "tiff_packbits", "tiff_rgba",
                                           "tiff_grey", "tiff_palette", "tiff_one_bit", "tiff_pages", "tiff_rgb16",
                                           "tiff_grey16", "tiff_turned_2", "tiff_turned_3", "tiff_turned_4",
                                           "tiff_turned_5", "tiff_turned_6", "tiff_turned_7", "tiff_turned_8",
                                           "jpeg_exif", "webp_exif", "png_exif"),
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
                ") does not have | give both splits the same classes, in the same bytes: é has two forms in Unicode");
  fs::rename(root() / "test/zebra", root() / "test/ANT");
  EXPECT_NE(error_of([&] { folder(root(), {}, "test"); }).find(") does not have; it has 'ant' | "), std::string::npos);
  fs::rename(root() / "test/ANT", root() / "test/e\u0301");
  EXPECT_NE(error_of([&] { folder(root(), {}, "test"); }).find("e\u0301 (in bytes 65 cc 81) is a class"),
            std::string::npos);
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
  const std::string layout =
      "expected: root/train/<class>/*.jpg and root/test/<class>/… (jpg, jpeg, png, webp, tif, tiff, bmp, ppm, pgm; "
      "folders in a class folder too), or root/train/*.jpg without classes";
  const std::string names =
      "; other names for the splits: [data] train = \"…\", test = \"…\"; train = \".\" takes the folder itself";
  EXPECT_EQ(error_of([&] { folder(root() / "nowhere"); }),
            "the image folder " + (root() / "nowhere").string() + " does not exist | check [data] root");
  fs::create_directories(root());
  EXPECT_EQ(error_of([&] { folder(root()); }),
            root().string() + " has no folder 'train', and no other folder | " + layout + names);
  fs::create_directories(root() / "cat");
  fs::create_directories(root() / "dog");
  EXPECT_EQ(error_of([&] { folder(root()); }),
            root().string() + " has no folder 'train': it has cat, dog | " + layout + names);
  fs::create_directories(root() / "train");
  EXPECT_EQ(error_of([&] { folder(root()); }), (root() / "train").string() + " holds no images | " + layout);
  put("train/cat/a.gif", {1});
  EXPECT_EQ(error_of([&] { folder(root()); }),
            "the class folder " + (root() / "train/cat").string() +
                " holds no images (*.jpg, jpeg, png, webp, tif, tiff, bmp, ppm, pgm) | remove the folder, or fill it");
}

TEST_F(ImageFolder, ReadsWhatTorchvisionReadsAndCountsTheRest) {
  fill();
  put("train/cat/images/deep/c.webp", file_of("webp_lossy"));
  for (const char* name : {"d.bmp", "e.tif", "f.TIFF", "g.ppm", "h.pgm"}) put(std::string("train/cat/") + name, {1});
  for (const char* name : {"a.gif", "b.gif", "c.jfif", "notes.txt", "README", ".d.jpg"})
    put(std::string("train/cat/") + name, {1});
  put("train/loose.png", file_of("png_rgb"));
  const auto data = folder(root());
  EXPECT_EQ(data->size(), 10);
  EXPECT_EQ(data->source(9), (root() / "train/cat/images/deep/c.webp").string());
  EXPECT_EQ(data->label(9), 1);
  EXPECT_EQ(told(*data, "other_files"),
            "5 files of 'train' left out, which are no images by their names (2 .gif, 1 .jfif, 1 .txt, 1 others); the "
            "first: " +
                (root() / "train/cat/README").string());
  EXPECT_EQ(told(*data, "hidden"), "1 names in 'train' left out, which begin with a dot");
  EXPECT_EQ(told(*data, "beside_classes"),
            "1 images of 'train' left out, which lie beside the class folders; the first: " +
                (root() / "train/loose.png").string());
  EXPECT_EQ(told(*data, "unreadable"), "");
}

TEST_F(ImageFolder, TellsWhatDecodingLeavesAway) {
  put("train/a/1.png", file_of("png_rgb16"));
  put("train/a/2.tif", file_of("tiff_pages"));
  put("train/a/3.ppm", file_of("ppm16"));
  const auto data = folder(root());
  EXPECT_EQ(told(*data, "reduced"),
            "2 images of 'train' have more than 8 bits a channel, which are reduced to 8; the first: " +
                (root() / "train/a/1.png").string());
  EXPECT_EQ(told(*data, "further_pages"),
            "1 files of 'train' have several pages, of which the first is read; the first: " +
                (root() / "train/a/2.tif").string());
}

TEST_F(ImageFolder, TellsOrientationsThatItDoesNotApply) {
  put("train/a/1.jpg", file_of("jpeg_444"));
  put("train/a/2.jpg", file_of("jpeg_exif"));
  put("train/a/3.png", file_of("png_exif"));
  put("train/a/4.webp", file_of("webp_exif"));
  put("train/a/5.tif", file_of("tiff_turned_6"));
  for (const char* start : {"first", "kept"})  // what was found is kept for the next start
    EXPECT_EQ(told(*folder(root()), "turned"),
              "3 images of 'train' have an EXIF orientation, which is not applied, as torchvision's ImageFolder does "
              "not: what lies on its side stays so; the first: " +
                  (root() / "train/a/2.jpg").string())
        << start;
}

/// Any length and place may stand in a damaged EXIF part.
TEST_F(ImageFolder, ADamagedOrientationIsNone) {
  const std::vector<std::uint8_t> whole = file_of("jpeg_exif");
  std::size_t made = 0;
  for (std::size_t at = 2; at < 60; ++at)
    for (const std::uint8_t value : {0, 255}) {
      auto damaged = whole;
      damaged[at] = value;
      put("train/a/" + std::to_string(made++) + ".jpg", damaged);
    }
  EXPECT_EQ(folder(root())->size(), static_cast<std::int64_t>(made));
}

TEST_F(ImageFolder, NeedsNoClasses) {
  put("photos/a.jpg", file_of("jpeg_444"));
  put("photos/b.png", file_of("png_rgb"));
  for (const auto& data : {folder(root() / "photos"), folder(root(), {{"train", "photos"}})}) {
    EXPECT_EQ(data->size(), 2);
    EXPECT_EQ(data->label(0), -1);
    EXPECT_TRUE(data->classes().empty());
  }
  put("test/cat/a.jpg", file_of("jpeg_420"));
  const auto test = folder(root(), {{"train", "photos"}}, "test");
  EXPECT_TRUE(test->classes().empty());
  EXPECT_EQ(told(*test, "without_label"),
            "1 images of 'test' count as ones without a class, since the training split has no class folders");
  put("train/cat/a.jpg", file_of("jpeg_420"));
  const auto flat = folder(root(), {{"test", "photos"}}, "test");
  EXPECT_EQ(flat->label(1), -1);
  EXPECT_EQ(flat->classes().size(), 1U);
}

TEST_F(ImageFolder, RefusesOneSplitForTwo) {
  fill();
  fs::create_directory_symlink(root() / "train", root() / "again");
  for (const char* same : {"train", "./train", "again"})
    for (const char* split : {"train", "test"})
      EXPECT_EQ(error_of([&] {
                  folder(root(), {{"test", same}}, split);
                }),
                "[data] train and test are the same folder, " + (fs::canonical(root()) / "train").string() +
                    ": what is measured on images that were trained on says nothing of others | name a folder of other "
                    "images; [data] validation = 0.1 sets a tenth of the training images aside");
  EXPECT_NE(error_of([&] { folder(root(), {{"train", "."}}); }).find("one lies in the other"), std::string::npos);
  EXPECT_EQ(
      error_of([&] {
        folder(root(), {{"test", ""}}, "test");
      }),
      "[data] test = \"\" says that there is no such split | name its folder, or leave out what needs test images");
}

TEST_F(ImageFolder, RefusesNamesThatAreNoText) {
  put("train/c\xe9/a.png", file_of("png_rgb"));
  EXPECT_EQ(error_of([&] { folder(root()); }),
            "the class folder " + (root() / "train/c\\xe9").string() +
                " has a name that is no text in UTF-8, or holds a control character | rename it: the name of a class "
                "stands in records and exports");
  fs::rename(root() / "train/c\xe9", root() / "train/c\n");
  EXPECT_NE(error_of([&] { folder(root()); }).find("train/c\\x0a has a name"), std::string::npos);
  fs::rename(root() / "train/c\n", root() / "train/café, \"au lait\"");
  EXPECT_EQ(folder(root())->classes().at(0), "café, \"au lait\"");
}

TEST_F(ImageFolder, RefusesFoldersInARing) {
  fill();
  fs::create_directory_symlink(root() / "train", root() / "train/cat/up");
  EXPECT_NE(error_of([&] { folder(root()); }).find("is a link to a folder above it"), std::string::npos);
}

/// What `read` says of a file with the given content.
class BrokenImage : public ImageFolder {
 protected:
  std::string said_of(const std::string& name, const Bytes& bytes) const {
    put("train/a/" + name, bytes);
    const std::string said = error_of([&] { read(*folder(root()), 0); });
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
      "its content is none of JPEG, PNG, WebP, TIFF, BMP, PPM and PGM, whatever its name says | convert it to JPEG or "
      "PNG, or remove it from the data set "
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

}  // namespace
}  // namespace byolab
