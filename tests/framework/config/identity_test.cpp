#include <cmath>

#include "framework/config/in_folder.hpp"

namespace byolab::testing {
namespace {

class IdentityTest : public InFolder {
 protected:
  std::string identity(const std::vector<std::string>& sets) { return experiment_of(kLeast, sets).identity; }
};

TEST_F(IdentityTest, IsSixteenDigits) {
  EXPECT_EQ(identity({}).size(), 16U);
  EXPECT_EQ(identity({}).find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST_F(IdentityTest, WritingADefaultChangesNothing) {
  const std::string as_is = identity({});
  EXPECT_EQ(identity({"run.seed=0", "run.epochs=100", "target.plugin=ema"}), as_is);
  EXPECT_EQ(identity({"target.tau={ to = 1, from = 0.996 }"}), as_is);
}

TEST_F(IdentityTest, LabelsPlacesAndPathsDoNotCount) {
  const std::string as_is = identity({});
  for (const char* set : {"run.name=other", "run.output=/tmp/x", "run.workers=3", "data.root=/elsewhere",
                          "checkpoint.keep=5", "plugins.path=['/lib']", "encoder.load=x"})
    EXPECT_EQ(identity({set}), as_is) << set;
}

TEST_F(IdentityTest, WhatChangesResultsCounts) {
  const std::string as_is = identity({});
  for (const char* set :
       {"run.seed=1", "run.steps=100", "run.batch_size=2", "run.threads=1", "run.dtype=float32", "data.subset=10",
        "views.view1.augment.gaussian_blur.p=0", "views.view2.augment.gaussian_blur.name=b", "target.tau=0.5",
        "target.gradient=true", "encoder.channels=[32]", "predictor.lr_factor=2", "target.plugin=fixed_random"})
    EXPECT_NE(identity({set}), as_is) << set;
}

TEST_F(IdentityTest, CircumstancesCount) {
  Experiment e = experiment_of(kLeast);
  const Circumstances here{"cpu", "float32", "contiguous", 2, "images 1"};
  identify(e, here);
  const std::string as_is = e.identity;
  identify(e, here);
  EXPECT_EQ(e.identity, as_is);
  for (Circumstances other : {Circumstances{"cuda", "float32", "contiguous", 2, "images 1"},
                              Circumstances{"cpu", "bfloat16", "contiguous", 2, "images 1"},
                              Circumstances{"cpu", "float32", "channels_last", 2, "images 1"},
                              Circumstances{"cpu", "float32", "contiguous", 1, "images 1"},
                              Circumstances{"cpu", "float32", "contiguous", 2, "images 2"},
                              Circumstances{"cpu", "float32", "contiguous", 2, "images 1", "encoder.load = 1"}}) {
    identify(e, other);
    EXPECT_NE(e.identity, as_is);
  }
}

TEST_F(IdentityTest, SettledCircumstancesHideWhetherTheyWereAsked) {
  Experiment automatic = experiment_of(kLeast), asked = experiment_of(kLeast, {"run.threads=2", "run.dtype=float32"});
  const Circumstances settled{"cpu", "float32", "contiguous", 2, "images"};
  identify(automatic, settled);
  identify(asked, settled);
  EXPECT_EQ(automatic.identity, asked.identity);
}

TEST_F(IdentityTest, APrintedExperimentRunsAgainAsItIs) {
  write("presets/soft.toml", "[[augment]]\nplugin = \"gaussian_blur\"\n");
  write("sub/a.toml",
        "[run]\nsteps = 7\n[data]\nplugin = \"image_folder\"\nroot = \"x \\\"y\\\"\"\nclasses = [\"a\", "
        "\"b\"]\n[encoder]\nplugin = \"convnet\"\n"
        "load = \"../other\"\n[[views]]\npreset = \"soft\"\n[[views]]\nname = \"second\"\n[target]\ntau = { from = 0.1 "
        "}\n[loss]\nplugin = \"sum\"\n"
        "more = [{ plugin = \"sum\" }]\n[[evaluate]]\nplugin = \"knn\"\n[plugins]\npath = [\"lib\"]\n");
  const Experiment first = experiment("sub/a.toml");
  write("printed.toml", to_toml(first.resolved));
  const Experiment second = experiment("printed.toml");
  EXPECT_EQ(second.identity_text, first.identity_text);
  EXPECT_EQ(second.identity, first.identity);
  EXPECT_EQ(to_toml(second.resolved), to_toml(first.resolved));
  EXPECT_EQ(second.run.name, "a");
}

/// Neighbouring doubles are told apart by what is printed, and each comes back as it was.
TEST_F(IdentityTest, APrintedNumberIsTheNumber) {
  double tau = 0.99996;
  std::string before;
  for (int i = 0; i < 50; ++i, tau = std::nextafter(tau, 1.0)) {
    const Experiment first =
        experiment_of(kLeast, {"target.tau=" + Value(tau).toml(), "optimizer.betas=[" + Value(tau * tau).toml() + "]"});
    EXPECT_NE(first.identity, before);
    before = first.identity;
    write("printed.toml", to_toml(first.resolved));
    const Experiment second = experiment("printed.toml");
    EXPECT_EQ(second.target.recipe.resolved.find("tau")->number(), tau);
    EXPECT_EQ(second.identity, first.identity);
  }
}

TEST_F(IdentityTest, PrintsSectionsAsAPersonWould) {
  const std::string text = to_toml(experiment_of(kLeast, {"run.steps=7"}).resolved);
  EXPECT_EQ(text.substr(0, text.find("batch_size")), "evaluate = []\n\n[run]\nname = \"a\"\nseed = 0\nsteps = 7\n");
  EXPECT_NE(text.find("\n[[views]]\nname = \"view2\"\n\n[[views.augment]]\nplugin = \"gaussian_blur\"\np = 0.1\nname = "
                      "\"gaussian_blur\"\n"),
            std::string::npos)
      << text;
  EXPECT_NE(
      text.find(
          "\n[target]\nplugin = \"ema\"\ntau = { schedule = \"cosine\", from = 0.996, to = 1.0 }\nbuffers = \"own\"\n"
          "gradient = false\ninit = \"own\"\nwhen = \"after_optimizer\"\nload = \"\"\n"),
      std::string::npos)
      << text;
}

}  // namespace
}  // namespace byolab::testing
