#include "config/merge.hpp"

#include "framework/config/in_folder.hpp"

namespace byolab::testing {
namespace {

using MergeTest = InFolder;

/// The merged root of b.toml, which extends a.toml.
std::string merged(const std::string& base, const std::string& over) {
  Problems problems;
  std::ofstream("a.toml") << base;
  std::ofstream("b.toml") << "extends = \"a.toml\"\n" << over;
  const Document document = read_document("b.toml", {}, problems);
  return problems.empty() ? document.root.toml() : problems.text();
}

TEST_F(MergeTest, TablesMergeKeyByKey) {
  EXPECT_EQ(merged("[run]\nseed = 1\nepochs = 5", "[run]\nseed = 2"), "{ run = { seed = 2, epochs = 5 } }");
  EXPECT_EQ(merged("a = [1, 2]", "a = [3]"), "{ a = [3] }");
  EXPECT_EQ(merged("[target]\ntau = 1", "[target]\ntau = { from = 1 }"), "{ target = { tau = { from = 1 } } }");
}

TEST_F(MergeTest, AnotherPluginDiscardsWhatWasInherited) {
  const std::string ema = "[target]\nplugin = \"ema\"\ntau = 0.9";
  EXPECT_EQ(merged(ema, "[target]\nplugin = \"fixed_random\""), "{ target = { plugin = \"fixed_random\" } }");
  EXPECT_EQ(merged(ema, "[target]\nplugin = \"ema\"\nbuffers = \"own\""),
            "{ target = { plugin = \"ema\", tau = 0.9, buffers = \"own\" } }");
}

TEST_F(MergeTest, WhatHoldsForAnyPluginOutlivesIt) {
  EXPECT_EQ(merged("[target]\ninit = \"online\"\ntau = 0.9\ngradient = true",
                   "[target]\nplugin = \"fixed_random\"\ngradient = false"),
            "{ target = { gradient = false, init = \"online\", plugin = \"fixed_random\" } }");
  EXPECT_EQ(merged("[predictor]\nhidden = 8\nlr_factor = 2.0\nload = \"a.pt\"", "[predictor]\nplugin = \"linear\""),
            "{ predictor = { load = \"a.pt\", lr_factor = 2.0, plugin = \"linear\" } }");
  EXPECT_EQ(merged("[data]\nplugin = \"cifar10\"\nroot = \"x\"\nsubset = 9", "[data]\nplugin = \"shapes\""),
            "{ data = { subset = 9, plugin = \"shapes\" } }");
  EXPECT_EQ(merged("[[evaluate]]\nname = \"probe\"\nplugin = \"linear\"\nevery = \"1 epoch\"\nl2 = 1",
                   "[[evaluate]]\nname = \"probe\"\nplugin = \"knn\""),
            "{ evaluate = [{ every = \"1 epoch\", name = \"probe\", plugin = \"knn\" }] }");
  // A nested plugin's table is the plugin's own.
  EXPECT_EQ(merged("[target.encoder]\nplugin = \"ema\"\ninit = 1", "[target.encoder]\nplugin = \"online\""),
            "{ target = { encoder = { plugin = \"online\" } } }");
}

TEST_F(MergeTest, ASectionWithoutPluginStandsForItsDefault) {
  EXPECT_EQ(merged("[target]\ntau = 0.9", "[target]\nplugin = \"ema\""),
            "{ target = { tau = 0.9, plugin = \"ema\" } }");
  EXPECT_EQ(merged("[target]\ntau = 0.9", "[target]\nplugin = \"online\""), "{ target = { plugin = \"online\" } }");
}

TEST_F(MergeTest, OptionsMayWaitForTheirPlugin) {
  EXPECT_EQ(merged("[encoder]\ndepth = 18", "[encoder]\nplugin = \"resnet\""),
            "{ encoder = { depth = 18, plugin = \"resnet\" } }");
  EXPECT_EQ(merged("[[evaluate]]\nname = \"probe\"\nk = 3", "[[evaluate]]\nname = \"probe\"\nplugin = \"knn\""),
            "{ evaluate = [{ name = \"probe\", k = 3, plugin = \"knn\" }] }");
}

TEST_F(MergeTest, AnotherScheduleDiscardsToo) {
  const std::string cosine = "[optimizer.lr]\nschedule = \"cosine\"\nfrom = 1.0\n";
  EXPECT_EQ(merged(cosine, "[optimizer.lr]\nschedule = \"step\""), "{ optimizer = { lr = { schedule = \"step\" } } }");
  EXPECT_EQ(merged(cosine, "[optimizer.lr]\nto = 0.1"),
            "{ optimizer = { lr = { schedule = \"cosine\", from = 1.0, to = 0.1 } } }");
}

TEST_F(MergeTest, ListsOfTablesMergeByName) {
  const std::string two =
      "[[evaluate]]\nplugin = \"knn\"\nk = 5\n[[evaluate]]\nname = \"probe\"\nplugin = \"linear\"\n";
  EXPECT_EQ(
      merged(two, "[[evaluate]]\nplugin = \"knn\"\nevery = \"1 epoch\""),
      "{ evaluate = [{ plugin = \"knn\", k = 5, every = \"1 epoch\" }, { name = \"probe\", plugin = \"linear\" }] }");
  EXPECT_EQ(merged(two, "[[evaluate]]\nname = \"probe\"\nplugin = \"knn\""),
            "{ evaluate = [{ plugin = \"knn\", k = 5 }, { name = \"probe\", plugin = \"knn\" }] }");
  EXPECT_EQ(merged(two, "[[evaluate]]\nplugin = \"collapse\""),
            "{ evaluate = [{ plugin = \"knn\", k = 5 }, { name = \"probe\", plugin = \"linear\" }, { plugin = "
            "\"collapse\" }] }");
  EXPECT_EQ(merged(two, "evaluate = []"), "{ evaluate = [] }");
}

TEST_F(MergeTest, ElementsAreRemovedByName) {
  const std::string one = "[[evaluate]]\nplugin = \"knn\"\n";
  EXPECT_EQ(merged(one, "[[evaluate]]\nname = \"knn\"\nremove = true"), "{ evaluate = [] }");
  EXPECT_EQ(merged(one, "[[evaluate]]\nplugin = \"knn\"\nremove = false"), "{ evaluate = [{ plugin = \"knn\" }] }");
  EXPECT_EQ(merged(one, "[[evaluate]]\nname = \"knm\"\nremove = true"),
            "error: b.toml:4:10: nothing is named 'knm' in 'evaluate', to be removed\n"
            "  did you mean 'knn'?   there are: knn\n");
}

TEST_F(MergeTest, ViewsMergeByPosition) {
  EXPECT_EQ(merged("[[views]]\nx = 1\n[[views]]\nx = 2", "[[views]]\n[[views]]\nx = 3"),
            "{ views = [{ x = 1, name = \"view1\" }, { x = 3, name = \"view2\" }] }");
  EXPECT_EQ(merged("[[views]]\nx = 1\n[[views]]\nx = 2", "[[views]]\nname = \"view2\"\nx = 3"),
            "{ views = [{ x = 1, name = \"view1\" }, { x = 3, name = \"view2\" }] }");
}

TEST_F(MergeTest, EpochsAndStepsReplaceEachOther) {
  EXPECT_EQ(merged("[run]\nepochs = 5", "[run]\nsteps = 2"), "{ run = { steps = 2 } }");
  EXPECT_EQ(merged("[run]\nsteps = 5", "[run]\nepochs = 2"), "{ run = { epochs = 2 } }");
}

TEST_F(MergeTest, PlacesSurviveExtends) {
  write("base/a.toml", "[run]\nseed = 1\nepochs = 5\n");
  write("b.toml", "extends = \"base/a.toml\"\n[run]\n  seed = 2\n");
  const Document read = document("b.toml");
  EXPECT_EQ(read.root.find("run")->find("seed")->place.text(), "b.toml:3:10");
  EXPECT_EQ(read.root.find("run")->find("epochs")->place.text(), "base/a.toml:3:10");
  EXPECT_EQ(read.files, (std::vector<std::filesystem::path>{"b.toml", "base/a.toml"}));
  EXPECT_EQ(read.source,
            "# base/a.toml\n[run]\nseed = 1\nepochs = 5\n# b.toml\nextends = \"base/a.toml\"\n[run]\n  seed = 2\n");
}

TEST_F(MergeTest, LaterBasesWin) {
  write("a.toml", "x = 1\ny = 1\n");
  write("b.toml", "x = 2\n");
  write("c.toml", "extends = [\"a.toml\", \"b.toml\"]\nz = 3\n");
  EXPECT_EQ(document("c.toml").root.toml(), "{ x = 2, y = 1, z = 3 }");
}

TEST_F(MergeTest, CirclesAreFound) {
  write("b.toml", "extends = \"a.toml\"\n");
  EXPECT_EQ(document_errors("extends = \"b.toml\"\n"),
            "error: b.toml:1:11: 'extends' goes in a circle: a.toml -> b.toml -> a.toml\n");
}

TEST_F(MergeTest, WhatCannotBeReadIsNamedWhereItIsAskedFor) {
  EXPECT_EQ(document_errors("extends = \"base.toml\"\n"),
            "error: a.toml:1:11: 'base.toml' cannot be read: No such file or directory\n");
  EXPECT_EQ(document_errors("extends = [3]\n"),
            "error: a.toml:1:12: 'extends' must be a file's path or a list of paths, found an integer\n");
  Problems problems;
  read_document("none.toml", {}, problems);
  EXPECT_EQ(problems.text(), "error: 'none.toml' cannot be read: No such file or directory\n");
}

TEST_F(MergeTest, PresetsAreABaseForAView) {
  write("presets/soft.toml", "[[augment]]\nplugin = \"gaussian_blur\"\np = 0.5\n[[augment]]\nplugin = \"solarize\"\n");
  write("base.toml", "[[views]]\npreset = \"soft\"\n");
  write("a.toml",
        "extends = \"base.toml\"\n[[views]]\n[[views.augment]]\nname = \"solarize\"\nremove = true\n"
        "[[views.augment]]\nplugin = \"gaussian_blur\"\np = 0.25\n");
  const Document read = document("a.toml");
  EXPECT_EQ(read.root.toml(),
            "{ views = [{ augment = [{ plugin = \"gaussian_blur\", p = 0.25 }], name = \"view1\" }] }");
  EXPECT_EQ(read.files.back(), "presets/soft.toml");
  const Value& op = read.root.find("views")->get_if<List>()->front().find("augment")->get_if<List>()->front();
  EXPECT_EQ(op.find("plugin")->place.file, "a.toml");
}

TEST_F(MergeTest, APresetMayLieBesideTheExperiment) {
  write("sub/mine.toml", "[[augment]]\nplugin = \"solarize\"\n");
  write("sub/a.toml", "[[views]]\npreset = \"./mine.toml\"\n");
  EXPECT_EQ(document("sub/a.toml").root.toml(), "{ views = [{ augment = [{ plugin = \"solarize\" }] }] }");
}

TEST_F(MergeTest, APresetMayLieWithTheExperimentsOwnPlugins) {
  write("lib/presets/mine.toml", "[[augment]]\nplugin = \"solarize\"\n");
  write("a.toml", "[plugins]\npath = [\"lib\"]\n[[views]]\npreset = \"mine\"\n");
  EXPECT_EQ(document("a.toml").root.find("views")->toml(), "[{ augment = [{ plugin = \"solarize\" }] }]");
}

TEST_F(MergeTest, AMissingPresetIsNamedWithThoseThereAre) {
  write("presets/soft.toml", "");
  EXPECT_EQ(document_errors("[[views]]\npreset = \"sotf\"\n"),
            "error: a.toml:2:10: no preset is named 'sotf'\n"
            "  did you mean 'soft'?   presets: soft\n"
            "  looked in: presets\n");
}

}  // namespace
}  // namespace byolab::testing
