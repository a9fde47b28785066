#include "config/schema.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "framework/config/fake_plugins.hpp"

namespace byolab::testing {
namespace {

/// The branch of a section for a plugin.
nlohmann::json branch(const nlohmann::json& section, const std::string& title) {
  for (const auto& one : section["anyOf"])
    if (one["title"] == title) return one;
  return {};
}

class SchemaTest : public ::testing::Test {
 protected:
  nlohmann::json schema_ = make_schema(FakeCatalogue());
  nlohmann::json& properties_ = schema_["properties"];
};

TEST_F(SchemaTest, IsDraftFourAndClosed) {
  EXPECT_EQ(schema_["$schema"], "http://json-schema.org/draft-04/schema#");
  EXPECT_EQ(schema_["additionalProperties"], false);
  EXPECT_EQ(properties_.size(), 18U);
}

TEST_F(SchemaTest, ATableThatNamesItsPluginHasThatOnesKeysAndTheHosts) {
  const auto ema = branch(properties_["target"], "ema");
  EXPECT_EQ(ema["additionalProperties"], false);
  EXPECT_EQ(ema["required"], nlohmann::json::parse(R"(["plugin"])"));
  EXPECT_EQ(ema["properties"]["plugin"]["enum"], nlohmann::json::parse(R"(["ema"])"));
  EXPECT_TRUE(ema["properties"].contains("tau"));
  EXPECT_TRUE(ema["properties"].contains("gradient"));
  EXPECT_FALSE(ema["properties"].contains("interval"));
  EXPECT_EQ(ema["properties"]["tau"]["anyOf"][0],
            nlohmann::json::parse(R"({"type": "number", "minimum": 0.0, "maximum": 1.0})"));
  EXPECT_EQ(ema["properties"]["tau"]["anyOf"][1]["$ref"], "#/definitions/schedule");
}

TEST_F(SchemaTest, ATableThatInheritsItsPluginHasAllKeys) {
  const auto inherited = branch(properties_["target"], "inherited or default");
  EXPECT_TRUE(inherited["properties"].contains("tau"));
  EXPECT_TRUE(inherited["properties"].contains("interval"));
  EXPECT_FALSE(inherited["properties"].contains("plugin"));
  EXPECT_EQ(inherited["additionalProperties"], false);
}

TEST_F(SchemaTest, ListsHaveNamesAndRemovals) {
  const auto knn = branch(properties_["evaluate"]["items"], "knn");
  EXPECT_EQ(properties_["evaluate"]["type"], "array");
  for (const char* key : {"name", "remove", "every", "split", "k", "plugin"})
    EXPECT_TRUE(knn["properties"].contains(key)) << key;
  const auto view = properties_["views"]["items"];
  for (const char* key : {"name", "remove", "preset", "augment"}) EXPECT_TRUE(view["properties"].contains(key)) << key;
  EXPECT_TRUE(branch(view["properties"]["augment"]["items"], "solarize")["properties"].contains("p"));
}

TEST_F(SchemaTest, PluginsThatCannotBeReadAreLeftOut) {
  FakeCatalogue plugins;
  plugins.add(Entry{Kind::loss, "broken", "", "1", [](Fields&) -> Maker { throw Error("no"); }});
  std::vector<std::string> left_out;
  EXPECT_TRUE(branch(make_schema(plugins, &left_out)["properties"]["loss"], "broken").is_null());
  EXPECT_EQ(left_out, std::vector<std::string>{"no"});
}

}  // namespace
}  // namespace byolab::testing
