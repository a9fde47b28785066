// Where a TOML text nests too deep, found without building anything of it.
#include "config/toml_depth.hpp"

#include <gtest/gtest.h>

#include "config/toml_reader.hpp"

namespace byolab {
namespace {

std::string times(int count, const std::string& text) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

std::string place_of(const std::string& text) {
  const TooDeep deep = find_too_deep(text);
  return std::to_string(deep.line) + ":" + std::to_string(deep.column);
}

/// A text whose deepest place has exactly `levels`.
std::string lists(int levels) { return "x = " + times(levels - 1, "[") + "1" + times(levels - 1, "]"); }
std::string tables(int levels) { return "x = " + times(levels - 1, "{a = ") + "1" + times(levels - 1, "}"); }
std::string dotted(int levels) { return times(levels - 1, "a.") + "a = 1"; }
std::string header(int levels) { return "[" + times(levels - 2, "a.") + "a]\nx = 1"; }

TEST(TomlDepth, TakesExactlySixtyFourLevelsOfEachForm) {
  for (const auto& form : {lists, tables, dotted, header}) {
    EXPECT_EQ(place_of(form(kDeepestToml)), "0:0") << form(kDeepestToml);
    EXPECT_NE(place_of(form(kDeepestToml + 1)), "0:0") << form(kDeepestToml + 1);
  }
}

TEST(TomlDepth, SaysWhere) {
  EXPECT_EQ(place_of("a = 1\n\nx = " + times(100, "[")), "3:68");
  EXPECT_EQ(place_of("a = 1\n  " + times(100, "a.") + "a = 1"), "2:132");
}

TEST(TomlDepth, AddsUpHeaderKeyAndValue) {
  const std::string head = "[" + times(20, "a.") + "a]\n", key = times(20, "b.") + "b = ";
  EXPECT_EQ(place_of(head + key + times(22, "[") + times(22, "]")), "0:0");
  EXPECT_EQ(place_of(head + key + times(23, "[") + times(23, "]")).substr(0, 2), "2:");
  EXPECT_EQ(place_of(head + key + "{" + times(21, "c.") + "c = 1}"), "0:0");
  EXPECT_EQ(place_of(head + key + "{" + times(22, "c.") + "c = 1}").substr(0, 2), "2:");
}

TEST(TomlDepth, WhatEndsIsNoLongerCounted) {
  EXPECT_EQ(place_of(times(1000, "x = [[1], {a = 1}]\n")), "0:0");
  EXPECT_EQ(place_of(times(1000, "[[a.b.c]]\nd.e = 1\n[f.g]\n")), "0:0");
  EXPECT_EQ(place_of("x = [" + times(1000, "{a.b = 1, c = [2]},\n") + "]"), "0:0");
  EXPECT_EQ(place_of("x = {" + times(1000, "a.b = 1, ") + "c = 1}"), "0:0");
}

TEST(TomlDepth, TextsCommentsAndNumbersNestNothing) {
  const std::string deep = times(100, "[") + times(100, "a.");
  for (const std::string& text :
       {"x = \"" + deep + "\"", "x = '" + deep + "'", "x = \"\"\"\n" + deep + "\n\"\"\"", "x = '''\n" + deep + "'''",
        "# " + deep, "x = \"\\\"" + deep + "\"", "\"" + deep + "\" = 1", "x = \"\"\"\"" + deep + "\"\"\"\"",
        "x = [\n" + times(200, "1.5, # [[[\n") + "]"})
    EXPECT_EQ(place_of(text), "0:0") << text;
}

TEST(TomlDepth, ATextThatDoesNotEndHidesItsLineAlone) {
  EXPECT_EQ(place_of("x = \"abc\ny = " + times(100, "[")), "2:68");
}

TEST(TomlDepth, AnyBytesComeToAnEnd) {
  for (const std::string& text :
       {std::string(), std::string("\""), std::string("'''"), std::string("\\"), std::string("\"\\"),
        std::string("]}]}"), std::string("[[[["), std::string(1000, '\0'), times(1000, "]"), times(1000, "=,.")})
    EXPECT_GE(find_too_deep(text).line, 0);
}

TEST(TomlDepth, TheReaderSaysIt) {
  Problems problems;
  EXPECT_FALSE(parse_toml("x = " + times(100'000, "[") + times(100'000, "]"), "a.toml", problems));
  EXPECT_NE(problems.text().find("a.toml:1:68"), std::string::npos) << problems.text();
  EXPECT_NE(problems.text().find("more than 64 deep"), std::string::npos) << problems.text();
}

}  // namespace
}  // namespace byolab
