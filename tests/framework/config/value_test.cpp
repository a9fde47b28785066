#include "byolab/value.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "byolab/error.hpp"

namespace byolab {
namespace {

TEST(Value, WritesTomlThatReadsBackExactly) {
  EXPECT_EQ(Value(1.0).toml(), "1.0");
  EXPECT_EQ(Value(0.1).toml(), "0.1");
  EXPECT_EQ(Value(1e300).toml(), "1e+300");
  EXPECT_EQ(Value(std::numeric_limits<double>::infinity()).toml(), "inf");
  EXPECT_EQ(Value("a \"b\"\\\n\x01").toml(), "\"a \\\"b\\\"\\\\\\n\\u0001\"");
  EXPECT_EQ(Value(Table{}).toml(), "{}");
  EXPECT_EQ(Value(Table{{"plugin", "ema"}, {"odd key", List{1, true}}}).toml(),
            "{ plugin = \"ema\", \"odd key\" = [1, true] }");
}

TEST(Value, SetReplacesInPlaceAndEraseTells) {
  Value table(Table{{"a", 1}, {"b", 2}});
  table.set("a", 3);
  table.set("c", 4);
  EXPECT_EQ(table.toml(), "{ a = 3, b = 2, c = 4 }");
  EXPECT_TRUE(table.erase("b"));
  EXPECT_FALSE(table.erase("b"));
  EXPECT_FALSE(Value(3).erase("b"));
  EXPECT_EQ(Value(3).find("a"), nullptr);
}

TEST(Value, MisuseIsAnErrorInWords) {
  Value number(3);
  try {
    number.set("a", 1);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "'a' was to be set in what is no table but of type integer");
  }
  EXPECT_THROW(Value("x").number(), Error);
}

TEST(Place, SaysWhere) {
  EXPECT_EQ((Place{"a.toml", 3, 7}.text()), "a.toml:3:7");
  EXPECT_EQ((Place{"--set a=1", 0, 0}.text()), "--set a=1");
  EXPECT_EQ(Place{}.text(), "default");
}

}  // namespace
}  // namespace byolab
