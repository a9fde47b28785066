#include "boundary/library_file.hpp"

#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <random>

#include "boundary/elf.hpp"
#include "boundary/search.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

fs::path fixture(const std::string& name) { return fs::path(byolab_test::binary_dir) / "tests/fixtures" / name; }

class LibraryFileTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / ("libraries-" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    fs::permissions(folder_, fs::perms::owner_all);
  }
  void TearDown() override { fs::remove_all(folder_); }

  /// A copy of a fixture with the digest that its bytes have, whatever they are.
  fs::path sealed_by_hand(const std::string& name, const std::string& contents) {
    ElfImage image(read(fixture("wrong/lib" + name + ".so")));
    image.set_contents(contents);
    image.set_digest(image.digest());
    const fs::path path = folder_ / ("lib" + name + ".so");
    write(path, image.bytes());
    return path;
  }

  /// Why the only file of the folder is refused; empty if it is taken.
  std::string refusal() const {
    const PluginCatalogue catalogue({{folder_, "test"}});
    EXPECT_EQ(catalogue.searched().at(0).files.size(), 1U);
    return catalogue.searched().at(0).files.at(0).reason;
  }

  fs::path folder_;
};

TEST_F(LibraryFileTest, ReadsIdentityAndContentsWithoutLoading) {
  const LibraryFile library = probe(fixture("sound/libsound.so"));
  ASSERT_EQ(library.contents.size(), 1U);
  EXPECT_EQ(library.contents[0].kind, Kind::target_update);
  EXPECT_EQ(library.contents[0].name, "sound_rule");
  EXPECT_EQ(library.contents[0].summary, "counts its updates");
  EXPECT_TRUE(compatible(library.identity, own_identity()));
  EXPECT_EQ(library.sha256.size(), 64U);
}

TEST_F(LibraryFileTest, LoadsAPluginOnRequest) {
  const PluginCatalogue catalogue({{fixture("sound"), "test"}});
  ASSERT_NE(catalogue.find(Kind::target_update, "sound_rule"), nullptr);
  EXPECT_EQ(catalogue.find(Kind::target_update, "unsound_rule"), nullptr);
  EXPECT_EQ(catalogue.find(Kind::loss, "sound_rule"), nullptr);
}

TEST_F(LibraryFileTest, RefusesWhatIsNoLibrary) {
  write(folder_ / "libtext.so", "this is a text");
  EXPECT_EQ(refusal(), "it is not a shared library (no ELF header)");
}

TEST_F(LibraryFileTest, RefusesAnEmptyFile) {
  write(folder_ / "libempty.so", "");
  EXPECT_EQ(refusal(), "it is not a shared library (no ELF header)");
}

TEST_F(LibraryFileTest, RefusesACutFile) {
  const std::string whole = read(fixture("sound/libsound.so"));
  write(folder_ / "libsound.so", whole.substr(0, 40));
  EXPECT_EQ(refusal(), "it is cut short (its ELF header is incomplete)");
  write(folder_ / "libsound.so", whole.substr(0, whole.size() / 3));
  EXPECT_EQ(refusal(), "it is cut short or damaged (a segment lies outside the file)");
}

TEST_F(LibraryFileTest, RefusesAnotherArchitecture) {
  std::string bytes = read(fixture("sound/libsound.so"));
  bytes[18] = static_cast<char>(0xF3);  // RISC-V
  write(folder_ / "libsound.so", bytes);
  EXPECT_EQ(refusal(), "it is for another architecture");
}

TEST_F(LibraryFileTest, RefusesALibraryWithoutByolabData) {
  fs::copy(fixture("wrong/libno_data.so"), folder_);
  EXPECT_EQ(refusal(), "it is a shared library, but no byolab plugin (it holds no byolab data)");
}

TEST_F(LibraryFileTest, RefusesAnotherApiAndNamesBothSides) {
  sealed_by_hand("other_api", "");
  const std::string reason = refusal();
  EXPECT_THAT(reason, StartsWith("it was built for another SDK or toolchain\n"));
  EXPECT_THAT(reason, HasSubstr("plugin 0badcafe"));
  EXPECT_THAT(reason, HasSubstr("<- differs"));
  EXPECT_THAT(reason, HasSubstr("same"));
}

TEST_F(LibraryFileTest, RefusesAnUnsealedLibrary) {
  fs::copy(fixture("wrong/libenrolls_twice.so"), folder_);
  EXPECT_EQ(refusal(), "it was not sealed after linking");
}

TEST_F(LibraryFileTest, RefusesAChangedByteInWhatIsMapped) {
  std::string bytes = read(fixture("sound/libsound.so"));
  const std::size_t mapped = bytes.find("byolab_plugin_library");  // the exported name
  ASSERT_NE(mapped, std::string::npos);
  bytes[mapped] ^= 1;
  write(folder_ / "libsound.so", bytes);
  EXPECT_EQ(refusal(), "its bytes are not those that were sealed: it is damaged or was changed");
}

TEST_F(LibraryFileTest, RefusesWhatEverybodyCanWrite) {
  fs::copy(fixture("sound/libsound.so"), folder_);
  fs::permissions(folder_ / "libsound.so", fs::perms::others_write, fs::perm_options::add);
  EXPECT_EQ(refusal(), "the file can be written by everybody, so anyone could put code into this program");
  fs::permissions(folder_ / "libsound.so", fs::perms::others_write, fs::perm_options::remove);
  fs::permissions(folder_, fs::perms::others_write, fs::perm_options::add);
  EXPECT_EQ(refusal(), "its folder can be written by everybody, so anyone could put code into this program");
}

/// In /tmp anybody may have put a file before the user does.
TEST_F(LibraryFileTest, RefusesAnotherUsersFileWhereEverybodyMayWrite) {
  const fs::path file = folder_ / "libsound.so";
  fs::copy(fixture("sound/libsound.so"), file);
  fs::permissions(folder_, fs::perms::all | fs::perms::sticky_bit);
  EXPECT_EQ(refusal(), "");
  if (::chown(file.c_str(), 65534, 65534) != 0) GTEST_SKIP() << "only root can give a file away";
  EXPECT_EQ(refusal(), "it belongs to another user (uid 65534), in a folder that everybody can write into");
}

/// Sparse files: neither takes time or memory.
TEST_F(LibraryFileTest, JudgesTheHeaderBeforeItReadsTheRest) {
  write(folder_ / "libhuge.so", "this is a text");
  fs::resize_file(folder_ / "libhuge.so", std::uintmax_t{1} << 40);
  EXPECT_EQ(refusal(), "it is not a shared library (no ELF header)");
  fs::remove(folder_ / "libhuge.so");

  const fs::path file = folder_ / "libsound.so";
  fs::copy(fixture("sound/libsound.so"), file);
  fs::resize_file(file, std::uintmax_t{1} << 40);
  EXPECT_EQ(refusal(), "") << "what lies behind the segments is not mapped";
  EXPECT_THAT([&] { seal(file); },
              testing::ThrowsMessage<Error>("it has 1099511627776 bytes, more than a plugin library may (2147483648)"));
}

TEST_F(LibraryFileTest, RefusesASegmentThatIsNoCode) {
  std::string bytes = read(fixture("sound/libsound.so"));
  Elf64_Ehdr header;
  std::memcpy(&header, bytes.data(), sizeof header);
  Elf64_Phdr segment{};
  char* place = bytes.data() + header.e_phoff - sizeof segment;
  while (segment.p_type != PT_LOAD) std::memcpy(&segment, place += sizeof segment, sizeof segment);
  segment.p_filesz = std::uint64_t{3} << 30;
  std::memcpy(place, &segment, sizeof segment);
  write(folder_ / "libsound.so", bytes);
  fs::resize_file(folder_ / "libsound.so", std::uintmax_t{4} << 30);
  EXPECT_EQ(refusal(), "it holds 3072 MiB to be loaded, and a plugin library may have 512");
}

/// What was judged and what is loaded must be one file.
TEST_F(LibraryFileTest, RefusesAFileThatTookAnothersPlace) {
  const fs::path file = folder_ / "libsound.so", other = folder_ / "other";
  fs::copy(fixture("sound/libsound.so"), file);
  const PluginCatalogue catalogue({{folder_, "test"}});
  fs::copy(fixture("sound_again/libsound_again.so"), other);
  fs::rename(other, file);
  EXPECT_THAT([&] { catalogue.find(Kind::target_update, "sound_rule"); },
              testing::ThrowsMessage<Error>("plugin library " + fs::canonical(file).string() +
                                            " cannot be used: it was replaced while it was being loaded"));
  const PluginCatalogue again({{folder_, "test"}});
  ASSERT_NE(again.find(Kind::target_update, "sound_rule"), nullptr);
  EXPECT_EQ(again.find(Kind::target_update, "sound_rule")->summary, "counts its updates, built again");
}

TEST_F(LibraryFileTest, RefusesALinkThatLeadsNowhere) {
  fs::create_symlink("nowhere.so", folder_ / "libsound.so");
  EXPECT_EQ(refusal(), "it is a link that leads nowhere, to nowhere.so");
}

TEST_F(LibraryFileTest, RefusesALinkThatLeadsOut) {
  fs::create_symlink(fixture("sound/libsound.so"), folder_ / "libsound.so");
  EXPECT_THAT(refusal(), StartsWith("it is a link that leads out of its folder, to "));
}

TEST_F(LibraryFileTest, RefusesASecondLibraryWithATakenName) {
  const PluginCatalogue catalogue(
      {{fixture("takes_a_name"), "test"}, {fs::path(byolab_test::binary_dir) / "lib/byolab/plugins", "stock"}});
  std::string reason;
  for (const Verdict& verdict : catalogue.searched().at(1).files)
    if (verdict.path.filename() == "libbyolab_target_update.so") reason = verdict.reason;
  EXPECT_THAT(reason, StartsWith("target_update 'ema' is taken by another library: "));
  EXPECT_THAT(reason, HasSubstr("libtakes_a_name.so has it, and so has "));
  EXPECT_FALSE(catalogue.names(Kind::loss).empty()) << "the host goes on with the rest";
}

TEST_F(LibraryFileTest, SaysWhatTheDynamicLinkerSays) {
  const fs::path path = sealed_by_hand("missing_symbol", "target_update x 1.0 x\n");
  try {
    load(path);
    FAIL() << "it was loaded";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), StartsWith("the dynamic linker refuses it: "));
    EXPECT_THAT(error.what(), HasSubstr("undefined symbol"));
    EXPECT_THAT(error.what(), testing::Not(HasSubstr("Bad file descriptor")));
  }
}

TEST_F(LibraryFileTest, SurvivesAThrowingBlock) {
  const fs::path path = sealed_by_hand("throws_while_enrolling", "target_update x 1.0 x\n");
  EXPECT_THAT([&] { load(path); }, testing::ThrowsMessage<Error>("its BYOLAB_PLUGINS block failed: no licence found"));
}

TEST_F(LibraryFileTest, RefusesAnEntryEnrolledTwice) {
  const fs::path path = sealed_by_hand("enrolls_twice", "target_update twice 1.0 x\n");
  EXPECT_THAT([&] { load(path); },
              testing::ThrowsMessage<Error>("its BYOLAB_PLUGINS block failed: it enrolls target_update 'twice' twice"));
}

TEST_F(LibraryFileTest, StripKeepsTheSealValid) {
  const fs::path path = folder_ / "libsound.so";
  fs::copy(fixture("sound/libsound.so"), path);
  ASSERT_EQ(std::system(("strip --strip-unneeded " + path.string()).c_str()), 0);
  EXPECT_EQ(refusal(), "");
}

/// Whatever becomes of a library's bytes, the host refuses it or it is harmless: no crash, no hang.
TEST_F(LibraryFileTest, MeetsTwoThousandMutations) {
  const std::string whole = read(fixture("sound/libsound.so"));
  std::mt19937 random(7);
  const auto below = [&](std::size_t n) { return random() % n; };
  int taken = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    std::string bytes = whole;
    switch (trial % 4) {
      case 0:  // some bytes anywhere
        for (std::size_t i = 0, n = 1 + below(16); i < n; ++i) bytes[below(bytes.size())] = static_cast<char>(random());
        break;
      case 1:  // some bytes in the headers
        for (std::size_t i = 0, n = 1 + below(4); i < n; ++i) bytes[below(1024)] = static_cast<char>(random());
        break;
      case 2:
        bytes.resize(below(bytes.size()));
        break;
      default: {  // a piece of it over another place
        const std::size_t length = 1 + below(5000), from = below(bytes.size() - length),
                          to = below(bytes.size() - length);
        bytes.replace(to, length, whole, from, length);
      }
    }
    const fs::path path = folder_ / "libmutated.so";
    write(path, bytes);
    try {
      const LibraryFile library = probe(path);
      ++taken;
      // What is mapped is what was sealed: the same plugins, the same digest.
      ASSERT_EQ(library.sha256, probe(fixture("sound/libsound.so")).sha256) << "trial " << trial;
    } catch (const Error&) {
    }
  }
  EXPECT_LT(taken, 1000) << "most mutations touch what is mapped";
}

}  // namespace
}  // namespace byolab
