#include "config/toml_reader.hpp"

#include <gtest/gtest.h>

namespace byolab {
namespace {

std::string parse_errors(const std::string& text) {
  Problems problems;
  EXPECT_FALSE(parse_toml(text, "a.toml", problems));
  return problems.text();
}

TEST(TomlReader, EveryValueKnowsWhereItWasWritten) {
  Problems problems;
  const auto root =
      parse_toml("[target]\n  tau = { schedule = \"cosine\" }\n[run]\nseed = 3\nlist = [1,\n 2]", "a.toml", problems);
  ASSERT_TRUE(root);
  const Value& tau = *root->find("target")->find("tau");
  EXPECT_EQ(tau.key_place.text(), "a.toml:2:3");
  EXPECT_EQ(tau.place.text(), "a.toml:2:9");
  EXPECT_EQ(tau.find("schedule")->place.text(), "a.toml:2:22");
  EXPECT_EQ(root->find("run")->place.text(), "a.toml:3:1");
  EXPECT_EQ((*root->find("run")->find("list")->get_if<List>())[1].place.text(), "a.toml:6:2");
}

TEST(TomlReader, KeysKeepTheirOrder) {
  Problems problems;
  const auto root = parse_toml("z = 1\na = 2\nm.y = 3\nm.b = 4", "a.toml", problems);
  EXPECT_EQ(root->toml(), "{ z = 1, a = 2, m = { y = 3, b = 4 } }");
}

TEST(TomlReader, ASyntaxErrorHasAPlaceAndAHint) {
  EXPECT_EQ(parse_errors("[run]\nseed 3\n"),
            "error: a.toml:2:6: this is not TOML: Error while parsing key-value pair: expected '=', saw '3'\n"
            "  the rest of the file was not read: mend this first\n");
}

TEST(TomlReader, DatesAreRefused) {
  Problems problems;
  parse_toml("day = 2026-01-31", "a.toml", problems);
  EXPECT_EQ(problems.text(),
            "error: a.toml:1:7: dates and times have no use here\n  write it as a string, in quotes\n");
}

std::string set_value(const std::string& text) {
  Problems problems;
  const auto value = parse_value(text, {"--set x", 0, 0}, problems);
  return value ? value->toml() : problems.text();
}

TEST(TomlReader, ValuesOfSetAreTomlOrElseText) {
  EXPECT_EQ(set_value("3"), "3");
  EXPECT_EQ(set_value("1e-3"), "0.001");
  EXPECT_EQ(set_value("true"), "true");
  EXPECT_EQ(set_value("resnet"), "\"resnet\"");
  EXPECT_EQ(set_value("1 epoch"), "\"1 epoch\"");
  EXPECT_EQ(set_value("\"3\""), "\"3\"");
  EXPECT_EQ(set_value("/data/${USER}"), "\"/data/${USER}\"");
  EXPECT_EQ(set_value("2026-01-31"), "\"2026-01-31\"");
  EXPECT_EQ(set_value("1\ny = 2"), "\"1\\ny = 2\"");
  EXPECT_EQ(set_value(""), "\"\"");
  EXPECT_EQ(set_value("[1, 2.5]"), "[1, 2.5]");
  EXPECT_EQ(set_value("{ schedule = \"cosine\" }"), "{ schedule = \"cosine\" }");
}

TEST(TomlReader, AnOpenBracketIsNoText) {
  EXPECT_EQ(set_value("[1, 2").substr(0, 32), "error: --set x: this is not TOML");
}

}  // namespace
}  // namespace byolab
