#include "config/describe.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "framework/config/fake_plugins.hpp"

namespace byolab::testing {
namespace {

TEST(Describe, SaysWhatWasDeclared) {
  EXPECT_EQ(describe_text(*FakeCatalogue().find(Kind::target_update, "ema")),
            "target_update ema, version 1.0\n"
            "  a fake ema\n"
            "\n"
            "  tau (number or schedule in [0, 1], default cosine from 0.996 to 1)\n"
            "      share of the old target that is kept\n"
            "      source: Grill et al. 2020\n"
            "\n"
            "  buffers (own | copy | ema, default own)\n"
            "      what becomes of buffers\n");
  EXPECT_EQ(describe_text(*FakeCatalogue().find(Kind::dataset, "image_folder")),
            "dataset image_folder, version 1.0\n"
            "  a fake image_folder\n"
            "\n"
            "  root (path, required)\n"
            "      folder with a folder a class\n"
            "      cannot change results\n"
            "\n"
            "  classes (list of strings, default [])\n"
            "      the classes that are used; all, if empty\n");
}

TEST(Describe, SaysWhatTheHostReadsItself) {
  const std::string text = describe_sections();
  EXPECT_NE(text.find("\n[checkpoint]\n"
                      "  when the run's state is saved\n"
                      "\n"
                      "  every (time, as in \"100 steps\", \"0.5 epochs\" or \"5 %\", default 1 epoch)\n"
                      "      time between two checkpoints; one is written at the end and when the run is stopped, too\n"
                      "      cannot change results\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\n[[evaluate]], names a plugin of kind evaluator\n  what is measured\n"), std::string::npos)
      << text;
}

TEST(Describe, SaysItToPrograms) {
  const nlohmann::json ema = describe_json(*FakeCatalogue().find(Kind::target_update, "ema"));
  EXPECT_EQ(ema["kind"], "target_update");
  const nlohmann::json& tau = ema["options"][0];
  EXPECT_EQ(tau["name"], "tau");
  EXPECT_EQ(tau["type"], "schedule");
  EXPECT_EQ(tau["min"], 0.0);
  EXPECT_EQ(tau["max"], 1.0);
  EXPECT_EQ(tau["default"], nlohmann::json::parse(R"({"schedule": "cosine", "from": 0.996, "to": 1.0})"));
  EXPECT_EQ(ema["options"][1]["choices"], nlohmann::json::parse(R"(["own", "copy", "ema"])"));
  const nlohmann::json folder = describe_json(*FakeCatalogue().find(Kind::dataset, "image_folder"));
  EXPECT_TRUE(folder["options"][0]["required"].get<bool>());
  EXPECT_FALSE(folder["options"][0].contains("default"));
}

}  // namespace
}  // namespace byolab::testing
