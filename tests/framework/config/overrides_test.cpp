#include "config/overrides.hpp"

#include "framework/config/in_folder.hpp"

namespace byolab::testing {
namespace {

class OverridesTest : public InFolder {
 protected:
  /// The document's root with some settings, or what is wrong with them.
  std::string set(const std::string& text, const std::vector<std::string>& sets) {
    write("a.toml", text);
    Problems problems;
    const Document read = read_document("a.toml", sets, problems);
    return problems.empty() ? read.root.toml() : problems.text();
  }
  static constexpr const char* kViews =
      "[[views]]\naugment = [{ plugin = \"blur\", p = 1 }, { plugin = \"flip\" }]\n"
      "[[views]]\naugment = [{ plugin = \"flip\" }]\n";
};

TEST_F(OverridesTest, SetReplacesAndAdds) {
  EXPECT_EQ(set("[run]\nseed = 1", {"run.seed=2", "run.name=x"}), "{ run = { seed = 2, name = \"x\" } }");
  EXPECT_EQ(set("", {"target.tau.from=0.5"}), "{ target = { tau = { from = 0.5 } } }");
  EXPECT_EQ(set("", {"run.name=a=b"}), "{ run = { name = \"a=b\" } }");
  EXPECT_EQ(set("", {"sweep.\"target.tau\"=0.5"}), "{ sweep = { \"target.tau\" = 0.5 } }");
}

TEST_F(OverridesTest, AValueSaysThatItCameFromTheCommandLine) {
  write("a.toml", "[run]\nseed = 1\n");
  const Document read = document("a.toml", {"run.seed=2"});
  EXPECT_EQ(read.root.find("run")->find("seed")->place.text(), "--set run.seed=2");
  ASSERT_EQ(read.overrides.size(), 1U);
  EXPECT_EQ(read.overrides[0].path, "run.seed");
  EXPECT_EQ(read.overrides[0].before, "1");
  EXPECT_EQ(read.overrides[0].value.toml(), "2");
  EXPECT_EQ(read.source, "[run]\nseed = 1\n# --set run.seed=2\n");
}

TEST_F(OverridesTest, ElementsAreAddressedByNameOrAllAtOnce) {
  EXPECT_EQ(set(kViews, {"views.*.augment.blur.p=0"}),
            "{ views = [{ augment = [{ plugin = \"blur\", p = 0 }, { plugin = \"flip\" }] }, { augment = [{ plugin = "
            "\"flip\" }] }] }");
  EXPECT_EQ(set(kViews, {"views.view2.augment.*.p=0"}),
            "{ views = [{ augment = [{ plugin = \"blur\", p = 1 }, { plugin = \"flip\" }] }, { augment = [{ plugin = "
            "\"flip\", p = 0 }] }] }");
  EXPECT_EQ(set(kViews, {"views.*.augment.flip.remove=true"}),
            "{ views = [{ augment = [{ plugin = \"blur\", p = 1 }] }, { augment = [] }] }");
}

TEST_F(OverridesTest, APathThatLeadsNowhereIsAnError) {
  EXPECT_EQ(set(kViews, {"views.*.augment.blurr.p=0"}),
            "error: --set views.*.augment.blurr.p=0: nothing is named 'blurr' in 'views.augment'\n"
            "  did you mean 'blur'?   there are: blur, flip\n");
  EXPECT_EQ(set("", {"views.*.augment.blur.p=0"}),
            "error: --set views.*.augment.blur.p=0: 'views' has no elements\n  write [[views]] in the file\n");
  EXPECT_EQ(set("", {"evaluate.knn.k=5"}),
            "error: --set evaluate.knn.k=5: 'evaluate' has no elements\n  write [[evaluate]] in the file\n");
  EXPECT_EQ(set("[run]\nseed = 1", {"run.seed.x=1"}),
            "error: --set run.seed.x=1: 'run.seed' is an integer, and has no key 'x'\n");
  EXPECT_EQ(set(kViews, {"views.view1=3"}),
            "error: --set views.view1=3: 'views.view1' names a whole element of 'views'\n"
            "  set one of its keys, views.view1.KEY=…, or drop it: views.view1.remove=true\n");
}

TEST_F(OverridesTest, AMalformedSetIsAnError) {
  EXPECT_EQ(set("", {"run.seed"}), "error: --set run.seed: there is no '=' in it\n  write --set section.key=value\n");
  EXPECT_EQ(set("", {"run..seed=1"}),
            "error: --set run..seed=1: 'run..seed' is no path of keys\n  write --set section.key=value\n");
  EXPECT_EQ(set("", {"=1"}), "error: --set =1: '' is no path of keys\n  write --set section.key=value\n");
}

TEST_F(OverridesTest, ChoosingAPluginComesFirstAndDiscards) {
  EXPECT_EQ(set("[target]\nplugin = \"ema\"\ntau = 0.9", {"target.interval=1 epoch", "target.plugin=periodic"}),
            "{ target = { plugin = \"periodic\", interval = \"1 epoch\" } }");
  EXPECT_EQ(set("[target]\nplugin = \"ema\"\ntau = 0.9", {"target.plugin=ema"}),
            "{ target = { plugin = \"ema\", tau = 0.9 } }");
  EXPECT_EQ(set("[[evaluate]]\nname = \"probe\"\nplugin = \"knn\"\nk = 3", {"evaluate.probe.plugin=linear"}),
            "{ evaluate = [{ plugin = \"linear\", name = \"probe\" }] }");
}

TEST_F(OverridesTest, ChoicesComeFromTheOutsideIn) {
  const std::string cosine = "[optimizer]\nplugin = \"adamw\"\nlr = { schedule = \"cosine\" }";
  EXPECT_EQ(set(cosine, {"optimizer.lr.schedule=constant", "optimizer.plugin=sgd"}),
            "{ optimizer = { plugin = \"sgd\", lr = { schedule = \"constant\" } } }");
  EXPECT_EQ(set("", {"target.encoder.plugin=online", "target.plugin=hybrid"}),
            "{ target = { plugin = \"hybrid\", encoder = { plugin = \"online\" } } }");
  EXPECT_EQ(set("", {"target.interval=7 epochs", "target={ plugin = \"periodic\" }"}),
            "{ target = { plugin = \"periodic\", interval = \"7 epochs\" } }");
  EXPECT_EQ(set("", {"target={ plugin = \"online\" }", "target.plugin=ema"}), "{ target = { plugin = \"ema\" } }");
}

TEST_F(OverridesTest, StepsReplaceEpochs) {
  EXPECT_EQ(set("[run]\nepochs = 100", {"run.steps=2"}), "{ run = { steps = 2 } }");
}

TEST_F(OverridesTest, APresetsElementsCanBeAddressed) {
  write("presets/soft.toml", "[[augment]]\nplugin = \"blur\"\n");
  write("presets/hard.toml", "[[augment]]\nplugin = \"flip\"\n");
  write("a.toml", "[[views]]\npreset = \"soft\"\n");
  EXPECT_EQ(document("a.toml", {"views.*.augment.blur.p=0"}).root.toml(),
            "{ views = [{ augment = [{ plugin = \"blur\", p = 0 }] }] }");
  EXPECT_EQ(document("a.toml", {"views.*.augment.flip.p=0", "views.*.preset=hard"}).root.toml(),
            "{ views = [{ augment = [{ plugin = \"flip\", p = 0 }] }] }");
}

}  // namespace
}  // namespace byolab::testing
