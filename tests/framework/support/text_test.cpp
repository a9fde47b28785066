#include "support/text.hpp"

#include <gtest/gtest.h>

namespace byolab {
namespace {

TEST(Text, LeavesTextAlone) {
  for (const char* text : {"", "plain", "τ → 1, 漢字, 🦉", "a\\b"}) EXPECT_EQ(printable(text), text);
}

TEST(Text, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(printable("\x1b[31mred\x07\x7f\r\n"), "\\x1b[31mred\\x07\\x7f\\x0d\\x0a");
  EXPECT_EQ(printable("two\nlines\r\n", true), "two\nlines\\x0d\n");
  EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b") << "a control character of the second block";
}

TEST(Text, EscapesWhatIsNoUtf8) {
  EXPECT_EQ(printable("no\xff"), "no\\xff");
  EXPECT_EQ(printable("cut \xe2\x82"), "cut \\xe2\\x82");
  EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf") << "longer than it need be";
  EXPECT_EQ(printable("\xe0\x80\xaf"), "\\xe0\\x80\\xaf");
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "half of a pair";
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "beyond the last character";
}

TEST(Text, ShortensAtACharacter) {
  EXPECT_EQ(shortened("short", 5), "short");
  EXPECT_EQ(shortened("longer", 5), "longe…");
  EXPECT_EQ(shortened("ττττ", 5), "ττ…");
}

TEST(Text, KnowsNames) {
  for (const char* name : {"a", "top1", "z_std"}) EXPECT_TRUE(is_snake_case(name)) << name;
  for (const char* name : {"", "1st", "_a", "A", "a-b", "a/b", "ä"}) EXPECT_FALSE(is_snake_case(name)) << name;
}

}  // namespace
}  // namespace byolab
