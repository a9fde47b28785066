#include "config/experiment.hpp"

#include <cstdlib>

#include "framework/config/in_folder.hpp"

namespace byolab::testing {
namespace {

using ExperimentTest = InFolder;

TEST_F(ExperimentTest, WhatIsNotWrittenHasADefault) {
  const Experiment e = experiment_of(kLeast);
  EXPECT_EQ(e.run.name, "a");
  EXPECT_EQ(e.run.epochs, 100);
  EXPECT_EQ(e.run.steps, 0);
  EXPECT_EQ(e.run.batch_statistics, RunOptions::BatchStatistics::per_view);
  EXPECT_EQ(e.run.output, (folder_ / "runs").string());
  EXPECT_EQ(e.projector.recipe.name, "mlp");
  EXPECT_EQ(e.predictor.recipe.name, "mlp");
  EXPECT_EQ(e.target.recipe.name, "ema");
  EXPECT_EQ(e.target.init, TargetOptions::Init::own);
  EXPECT_EQ(e.loss.name, "byol");
  EXPECT_EQ(e.optimizer.name, "lars");
  EXPECT_TRUE(e.evaluate.empty());
  EXPECT_EQ(e.checkpoint.every.text(), "1 epoch");
  EXPECT_EQ(e.data.recipe.resolved.find("root")->toml(), '"' + (folder_ / "images").string() + '"');
  ASSERT_EQ(e.views.size(), 2U);
  EXPECT_EQ(e.views[0].name, "view1");
  EXPECT_EQ(e.views[0].augment[1].name, "solarize");
  EXPECT_EQ(e.views[0].augment[1].recipe.resolved.find("p")->toml(), "0.2");
}

TEST_F(ExperimentTest, HostKeysStandBesideThePlugins) {
  const Experiment e =
      experiment_of(std::string(kLeast) +
                    "[target]\ninit = \"online\"\ntau = 0.5\n[projector]\nfreeze = true\nload = \"../run\"\n"
                    "[[evaluate]]\nplugin = \"knn\"\nname = \"near\"\nevery = \"5 %\"\nsplit = \"test\"\nk = 3\n");
  EXPECT_EQ(e.target.init, TargetOptions::Init::online);
  EXPECT_EQ(e.target.recipe.resolved.find("tau")->toml(), "0.5");
  EXPECT_TRUE(e.projector.freeze);
  EXPECT_EQ(e.projector.load, (folder_.parent_path() / "run").string());
  ASSERT_EQ(e.evaluate.size(), 1U);
  EXPECT_EQ(e.evaluate[0].name, "near");
  EXPECT_EQ(e.evaluate[0].every.text(), "5 %");
  EXPECT_EQ(e.evaluate[0].split, EvaluateOptions::Split::test);
  EXPECT_EQ(e.evaluate[0].recipe.resolved.find("k")->toml(), "3");
}

TEST_F(ExperimentTest, SchedulesTakeWhatTheyLackFromTheDefaultOfTheSameName) {
  const auto tau = [&](const std::string& text) {
    return experiment_of(kLeast + std::string("[target]\n") + text).target.recipe.resolved.find("tau")->toml();
  };
  EXPECT_EQ(tau(""), "{ schedule = \"cosine\", from = 0.996, to = 1.0 }");
  EXPECT_EQ(tau("tau = { schedule = \"cosine\", from = 0.9 }"), "{ schedule = \"cosine\", from = 0.9, to = 1.0 }");
  EXPECT_EQ(tau("tau = { from = 0.9 }"), "{ schedule = \"cosine\", from = 0.9, to = 1.0 }");
  EXPECT_EQ(tau("tau = 1"), "1.0");
}

TEST_F(ExperimentTest, AScheduleNamedByAStringHasItsOwnDefaults) {
  const Experiment e = experiment_of(kLeast + std::string("[optimizer]\nlr = \"cosine\"\n"));
  EXPECT_EQ(e.optimizer.resolved.find("lr")->toml(), "{ schedule = \"cosine\", from = 1.0, to = 0.0 }");
}

TEST_F(ExperimentTest, PluginsMayHoldPlugins) {
  const Experiment e = experiment_of(
      kLeast + std::string("[loss]\nplugin = \"sum\"\nmore = [\"byol\", { plugin = \"sum\", name = \"inner\" }]\n"));
  EXPECT_EQ(e.loss.resolved.toml(),
            "{ plugin = \"sum\", main = { plugin = \"byol\" }, more = [{ plugin = \"byol\" }, "
            "{ plugin = \"sum\", main = { plugin = \"byol\" }, more = [], name = \"inner\" }] }");
}

TEST_F(ExperimentTest, NoEpochsAtAllAreARunToo) {
  const Experiment e = experiment_of(kLeast, {"run.epochs=0"});
  EXPECT_EQ(e.run.epochs, 0);
  EXPECT_EQ(e.run.steps, 0);
  EXPECT_EQ(e.resolved.find("run")->find("epochs")->toml(), "0");
}

TEST_F(ExperimentTest, WholeFloatsWillDoForIntegers) {
  EXPECT_EQ(experiment_of(kLeast, {"run.steps=1e3"}).run.steps, 1000);
}

TEST_F(ExperimentTest, StringsMayHoldEnvironmentVariables) {
  setenv("BYOLAB_TEST_DATA", "/data", 1);
  const Experiment e = experiment_of(kLeast, {"data.root=${BYOLAB_TEST_DATA}/cifar"});
  EXPECT_EQ(e.data.recipe.resolved.find("root")->toml(), "\"/data/cifar\"");
  unsetenv("BYOLAB_TEST_DATA");
}

TEST_F(ExperimentTest, PathsMayHoldTheRunsSeed) {
  const auto of_seed = [&](const char* seed) {
    return experiment_of(kLeast, {"encoder.load=/runs/${run.seed}/checkpoint.pt", "run.seed=" + std::string(seed)});
  };
  const Experiment three = of_seed("3");
  EXPECT_EQ(three.encoder.load, "/runs/3/checkpoint.pt");
  EXPECT_EQ(three.encoder.recipe.resolved.find("load")->toml(), "\"/runs/3/checkpoint.pt\"");
  EXPECT_EQ(of_seed("12").encoder.load, "/runs/12/checkpoint.pt");
  EXPECT_NE(errors(kLeast, {"encoder.load=${run.sed}"}).find("'encoder.load' has ${run.sed}, which is nothing"),
            std::string::npos);
  EXPECT_NE(errors(kLeast, {"run.output=${run.seed}"}).find("'run.output' has ${run.seed}, which is not known there"),
            std::string::npos);
}

TEST_F(ExperimentTest, PathsStartFromTheFileThatWroteThem) {
  write("base/base.toml", kLeast);
  write("base/more.toml", "[plugins]\npath = [\"lib\"]\n");
  write("a.toml", "extends = [\"base/base.toml\", \"base/more.toml\"]\n");
  const Experiment e = experiment("a.toml");
  EXPECT_EQ(e.data.recipe.resolved.find("root")->toml(), '"' + (folder_ / "base/images").string() + '"');
  EXPECT_EQ(e.resolved.find("plugins")->find("path")->toml(), "[\"" + (folder_ / "base/lib").string() + "\"]");
  EXPECT_EQ(experiment("a.toml", {"data.root=here"}).data.recipe.resolved.find("root")->toml(),
            '"' + (folder_ / "here").string() + '"');
}

TEST_F(ExperimentTest, SweepsAndClaimsAreKeptAsWritten) {
  const Experiment e = experiment_of(kLeast + std::string("[sweep]\nseeds = [0, 1]\n[[claim]]\ntext = \"it works\"\n"));
  EXPECT_EQ(e.sweep.toml(), "{ seeds = [0, 1] }");
  EXPECT_EQ(e.claims.toml(), "[{ text = \"it works\" }]");
  EXPECT_EQ(e.resolved.find("sweep"), nullptr);
}

}  // namespace
}  // namespace byolab::testing
