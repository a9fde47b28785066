// Every message about an experiment, word for word.
#include "framework/config/in_folder.hpp"

namespace byolab::testing {
namespace {

class ExperimentErrorsTest : public InFolder {
 protected:
  /// Errors of the least experiment with some lines more, the first of which is line 10.
  std::string more(const std::string& text) { return errors(kLeast + text); }
};

constexpr const char* kEmaKeys =
    "keys: tau (number or schedule in [0, 1], default cosine from 0.996 to 1), buffers (own | copy | ema, default "
    "own)\n";

TEST_F(ExperimentErrorsTest, UnknownKey) {
  EXPECT_EQ(more("[target]\nplugin = \"ema\"\ntua = 0.9\n"),
            "error: a.toml:12:1: unknown key 'tua' for target_update 'ema'\n"
            "  did you mean 'tau'?   " +
                std::string(kEmaKeys) + "  beside these: plugin, gradient, init, when, load\n");
  EXPECT_EQ(more("[target]\nplugin = \"fixed_random\"\ntau = 0.9\n"),
            "error: a.toml:12:1: unknown key 'tau' for target_update 'fixed_random'\n"
            "  it has no options\n  beside these: plugin, gradient, init, when, load\n");
  EXPECT_EQ(
      more("[checkpoint]\nevrey = \"1 epoch\"\n"),
      "error: a.toml:11:1: unknown key 'evrey' for [checkpoint]\n"
      "  did you mean 'every'?   keys: every (time, as in \"100 steps\", \"0.5 epochs\" or \"5 %\", default 1 epoch), "
      "keep (integer in [1, 1000000], default 1), best (string, default none), better (auto | greater | less, default "
      "auto)\n");
  EXPECT_EQ(more("[checkpoint]\nbest = \"kn/top1\"\n[[evaluate]]\nplugin = \"knn\"\n"),
            "error: a.toml:11:8: 'best' of [checkpoint] must be a metric of an evaluator, as in \"knn/top1\", found "
            "\"kn/top1\"\n"
            "  did you mean 'knn'?   evaluators: knn\n");
  EXPECT_EQ(more("[checkpoint]\nbetter = \"less\"\n"),
            "error: a.toml:11:1: 'better' of [checkpoint] changes nothing without 'best'\n"
            "  write best = \"knn/top1\", say: the metric by which the best checkpoint is kept\n");
  EXPECT_EQ(errors(kLeast, {"target.tua=0.9"}),
            "error: --set target.tua=0.9: unknown key 'tua' for target_update 'ema' (the default, where no 'plugin' is "
            "written)\n"
            "  did you mean 'tau'?   " +
                std::string(kEmaKeys) + "  beside these: plugin, gradient, init, when, load\n");
  EXPECT_EQ(
      more("[target]\ntau = { schedule = \"cosine\", form = 0.9 }\n"),
      "error: a.toml:11:30: unknown key 'form' for schedule 'cosine'\n"
      "  did you mean 'from'?   keys: from (number, default 1), to (number, default 0)\n  beside these: schedule\n");
}

TEST_F(ExperimentErrorsTest, EndlessKey) {
  const std::string key(1 << 20, 'k');
  EXPECT_EQ(more("[target]\nplugin = \"fixed_random\"\n" + key + " = 0.9\n"),
            "error: a.toml:12:1: unknown key '" + key.substr(0, 60) +
                "…' for target_update 'fixed_random'\n"
                "  it has no options\n  beside these: plugin, gradient, init, when, load\n");
  EXPECT_LT(more("[" + key + "]\n").size(), 500U);
  EXPECT_LT(more("[target]\nplugin = \"" + key + "\"\n").size(), 500U);
}

/// What is no value at all is not also a wrong one.
TEST_F(ExperimentErrorsTest, DatesAndExtendsSayNothingMore) {
  EXPECT_EQ(more("[projector]\nhidden = 2024-02-29\n"),
            "error: a.toml:11:10: dates and times have no use here\n  write it as a string, in quotes\n");
  EXPECT_EQ(errors("extends = 3\n"),
            "error: a.toml:1:11: 'extends' must be a file's path or a list of paths, found an integer\n");
}

TEST_F(ExperimentErrorsTest, UnknownSection) {
  EXPECT_EQ(more("[traget]\ntau = 0.9\n"),
            "error: a.toml:10:2: unknown section 'traget'\n"
            "  did you mean 'target'?   sections: run, data, views, encoder, projector, predictor, target, method, "
            "loss, optimizer, "
            "evaluate, observe, checkpoint, record, plugins, sweep, claim\n");
}

TEST_F(ExperimentErrorsTest, WrongType) {
  EXPECT_EQ(more("[target]\ntau = \"fast\"\n"),
            "error: a.toml:11:7: no schedule is named 'fast'\n"
            "  schedule plugins: cosine\n  looked in: /plugins (9 libraries)\n");
  EXPECT_EQ(
      more("[target]\ntau = true\n"),
      "error: a.toml:11:7: 'tau' of target_update 'ema' must be a number or a schedule, found true\n"
      "  tau (number or schedule in [0, 1], default cosine from 0.996 to 1): share of the old target that is kept\n");
  EXPECT_EQ(more("[projector]\nhidden = 2.5\n"),
            "error: a.toml:11:10: 'hidden' of head 'mlp' must be an integer, found 2.5\n"
            "  hidden (integer ≥ 1, units, default 4096): width of the hidden layer\n");
  EXPECT_EQ(errors(kLeast, {"encoder.bias=1"}),
            "error: --set encoder.bias=1: 'bias' of encoder 'convnet' must be true or false, found 1\n"
            "  bias (true | false, default false): whether convolutions have one\n");
  EXPECT_EQ(errors(kLeast, {"encoder.channels=32"}),
            "error: --set encoder.channels=32: 'channels' of encoder 'convnet' must be a list of integers, found 32\n"
            "  channels (list of integers ≥ 1, default [32, 64]): of each layer\n");
  EXPECT_EQ(errors(kLeast, {"data.classes=[1]"}),
            "error: --set data.classes=[1]: 'classes' of dataset 'image_folder' must be a list of strings, found 1\n"
            "  classes (list of strings, default []): the classes that are used; all, if empty\n");
  EXPECT_EQ(more("[checkpoint]\nevery = 5\n"),
            "error: a.toml:11:9: 'every' of [checkpoint] must be a time such as \"100 steps\", \"0.5 epochs\" or \"5 "
            "%\", found 5\n"
            "  every (time, as in \"100 steps\", \"0.5 epochs\" or \"5 %\", default 1 epoch): "
            "time between two checkpoints; one is written at the end and when the run is stopped, too\n");
  EXPECT_EQ(more("[loss]\nplugin = \"sum\"\nmain = 3\n"),
            "error: a.toml:12:8: 'main' of loss 'sum' must be the name of a plugin of kind loss, or a table with "
            "`plugin`, found 3\n"
            "  main (loss plugin, default byol): the first loss\n");
}

TEST_F(ExperimentErrorsTest, AllOfAList) {
  const std::string said = errors(kLeast, {"encoder.channels=[0, 32, 2.5]", "data.classes=[1, true]"});
  std::size_t mistakes = 0;
  for (std::size_t at = said.find("error: "); at != std::string::npos; at = said.find("error: ", at + 1)) ++mistakes;
  EXPECT_EQ(mistakes, 4U) << said;
}

TEST_F(ExperimentErrorsTest, WrongChoice) {
  EXPECT_EQ(more("[target]\nbuffers = \"onw\"\n"),
            "error: a.toml:11:11: 'buffers' of target_update 'ema' must be one of own, copy, ema, found \"onw\"\n"
            "  did you mean 'own'?   buffers (own | copy | ema, default own): what becomes of buffers\n");
}

TEST_F(ExperimentErrorsTest, OutOfRange) {
  EXPECT_EQ(
      more("[target]\ntau = 1.5\n"),
      "error: a.toml:11:7: 'tau' of target_update 'ema' must be in [0, 1], found 1.5\n"
      "  tau (number or schedule in [0, 1], default cosine from 0.996 to 1): share of the old target that is kept\n");
  EXPECT_EQ(
      more("[target]\ntau = { from = 1.5 }\n"),
      "error: a.toml:11:7: 'tau' of target_update 'ema' must be in [0, 1], but 'cosine' gives 1.5 at the first step\n"
      "  tau (number or schedule in [0, 1], default cosine from 0.996 to 1): share of the old target that is kept\n");
  EXPECT_EQ(errors(kLeast, {"optimizer.lr=nan"}),
            "error: --set optimizer.lr=nan: 'lr' of optimizer 'lars' must be ≥ 0, found nan\n"
            "  lr (number or schedule ≥ 0, default 0.2): learning rate\n");
  EXPECT_EQ(errors(kLeast, {"optimizer.betas=[0.9, 2]"}),
            "error: --set optimizer.betas=[0.9, 2]: 'betas' of optimizer 'lars' must be in [0, 1], found 2\n"
            "  betas (list of numbers in [0, 1], default [0.9]): momentum\n");
  EXPECT_EQ(errors(kLeast, {"run.batch_size=1"}),
            "error: --set run.batch_size=1: 'batch_size' of [run] must be ≥ 2, found 1\n"
            "  batch_size (integer ≥ 2, default 256): images in a forward pass\n");
}

TEST_F(ExperimentErrorsTest, MissingPlugin) {
  EXPECT_EQ(more("[loss]\nplugin = \"boyl\"\n"),
            "error: a.toml:11:10: no loss is named 'boyl'\n"
            "  did you mean 'byol'?   loss plugins: byol, sum\n  looked in: /plugins (9 libraries)\n");
  EXPECT_EQ(more("[[evaluate]]\nk = 3\n"),
            "error: a.toml:10:1: 'evaluate' names no evaluator\n  write plugin = \"…\"\n  evaluator plugins: knn\n");
  EXPECT_EQ(more("[optimizer]\nplugin = 3\n"),
            "error: a.toml:11:10: 'plugin' of 'optimizer' must be a name, found 3\n  optimizer plugins: lars\n");
  EXPECT_EQ(
      more("[optimizer]\nlr = { from = 0.1 }\n"),
      "error: a.toml:11:6: 'optimizer.lr' names no schedule\n  write schedule = \"…\"\n  schedule plugins: cosine\n");
}

TEST_F(ExperimentErrorsTest, MissingSections) {
  EXPECT_EQ(errors(""),
            "error: a.toml: [data] is missing\n  write [data] with plugin = \"…\"; dataset plugins: image_folder\n"
            "error: a.toml: [[views]] is missing\n"
            "  write two [[views]], each with preset = \"…\" or [[views.augment]] of its own\n"
            "error: a.toml: [encoder] is missing\n  write [encoder] with plugin = \"…\"; encoder plugins: convnet\n");
  EXPECT_EQ(errors("[[views]]\n[data]\nplugin = \"image_folder\"\n[encoder]\nplugin = \"convnet\"\n"),
            "error: a.toml:1:3: two [[views]] or more are needed, found 1\n"
            "  write one [[views]] for each view; they may be alike\n"
            "error: a.toml:2:1: 'root' of dataset 'image_folder' is missing\n"
            "  root (path, required): folder with a folder a class\n");
}

TEST_F(ExperimentErrorsTest, NothingIsMissingFromAFileThatWasNotRead) {
  EXPECT_EQ(errors("extends = \"base.toml\"\n[run]\nsede = 1\n").find("is missing"), std::string::npos);
  EXPECT_EQ(errors("[run\n").find("is missing"), std::string::npos);
}

TEST_F(ExperimentErrorsTest, SectionsOfTheWrongForm) {
  EXPECT_EQ(errors("run = 3\n" + std::string(kLeast)),
            "error: a.toml:1:7: [run] must be a table, found an integer\n  write [run] on a line of its own, and its "
            "keys below\n");
  EXPECT_EQ(more("[evaluate]\nplugin = \"knn\"\n"),
            "error: a.toml:10:1: [[evaluate]] must be a list of tables, found a table\n"
            "  write [[evaluate]], in two pairs of brackets, for each\n");
  EXPECT_EQ(errors("[data]\nplugin = \"image_folder\"\nroot = \"x\"\n[encoder]\nplugin = \"convnet\"\n"
                   "[[views]]\naugment = \"blur\"\n[[views]]\n"),
            "error: a.toml:7:11: 'augment' of [[views]] must be a list of tables\n  write [[views.augment]] with "
            "plugin = \"…\"\n");
}

TEST_F(ExperimentErrorsTest, NamesTwice) {
  EXPECT_EQ(
      more("[[evaluate]]\nplugin = \"knn\"\n[[evaluate]]\nplugin = \"knn\"\nk = 3\n"),
      "error: a.toml:13:10: two elements of 'evaluate' are named 'knn'\n  give one of them a `name` of its own\n");
  EXPECT_EQ(errors(kLeast, {"views.view1.name=view2"}),
            "error: a.toml:8:1: two elements of 'views' are named 'view2'\n  give one of them a `name` of its own\n");
}

TEST_F(ExperimentErrorsTest, RunsThatMakeNoSense) {
  EXPECT_EQ(more("[run]\nepochs = 2\nsteps = 3\n"),
            "error: a.toml:12:1: 'steps' and 'epochs' of [run] are both written\n  drop one: either says how long the "
            "run is\n");
  EXPECT_EQ(more("[run]\nepochs = 0\n"), "");
  EXPECT_EQ(more("[run]\nsteps = 0\n"), "error: a.toml:11:9: 'steps' of [run] must be ≥ 1, found 0\n");
  EXPECT_EQ(more("[run]\ndevice = \"gpu\"\n"),
            "error: a.toml:11:10: 'device' of [run] must be auto or cpu, found \"gpu\"\n");
  EXPECT_EQ(more("[run]\ndevice = \"cuda:1\"\n"),
            "error: a.toml:11:10: 'device' of [run] is \"cuda:1\", but byolab trains on the CPU only, for now\n"
            "  write device = \"cpu\", or leave it out\n");
  EXPECT_EQ(more("[run]\nname = \"a/b\"\n"),
            "error: a.toml:11:8: 'name' of [run] must do as a folder's name, found \"a/b\"\n"
            "  it may hold no '/' and no control characters, not begin with '.', and have up to 200 bytes\n");
  EXPECT_EQ(errors(kLeast, {"data.validation=1.5"}),
            "error: --set data.validation=1.5: 'validation' of [data] must be a share below 1 or a whole number of "
            "images from 2 on, found 1.5\n"
            "  0.1 sets a tenth of the training images aside, 1000 a thousand of them\n");
}

TEST_F(ExperimentErrorsTest, EnvironmentVariables) {
  EXPECT_EQ(errors(kLeast, {"data.root=${BYOLAB_NOT_SET}/x"}),
            "error: --set data.root=${BYOLAB_NOT_SET}/x: 'data.root' needs the environment variable BYOLAB_NOT_SET, "
            "which is not set\n"
            "  export BYOLAB_NOT_SET=…   or say it on the command line: --set data.root=…\n");
  EXPECT_EQ(errors(kLeast, {"data.root=${BYOLAB"}),
            "error: --set data.root=${BYOLAB: 'data.root' has '${' without '}'\n  write ${NAME} for an environment "
            "variable\n");
}

TEST_F(ExperimentErrorsTest, PluginsThatAreWrongThemselves) {
  struct Reserved {
    bool gradient = false;
    static void describe(Fields& field, Reserved& o) { field("gradient", o.gradient, "?"); }
  };
  struct Twice {
    bool a = false;
    static void describe(Fields& field, Twice& o) {
      field("a", o.a, "?");
      field("a", o.a, "?");
    }
  };
  plugins_.add(entry_of<Reserved>(Kind::loss, "reserved"));
  plugins_.add(entry_of<Twice>(Kind::loss, "twice"));
  plugins_.add(Entry{Kind::loss, "throws", "", "1", [](Fields&) -> Maker { throw Error("no luck", "try\nagain"); }});
  EXPECT_EQ(more("[loss]\nplugin = \"reserved\"\n"),
            "error: a.toml:11:10: loss 'reserved' cannot be used: loss 'reserved' declares the option 'gradient', a "
            "name that the "
            "host keeps for itself\n  the plugin's author must rename it; reserved are: plugin, schedule, name, "
            "remove, every, split, "
            "subset, validation, load, freeze, lr_factor, gradient\n");
  EXPECT_EQ(more("[loss]\nplugin = \"twice\"\n"),
            "error: a.toml:11:10: loss 'twice' cannot be used: loss 'twice' declares the option 'a' twice\n"
            "  the plugin's author must rename one\n");
  EXPECT_EQ(more("[loss]\nplugin = \"throws\"\n"),
            "error: a.toml:11:10: loss 'throws' cannot be used: no luck\n  try\n  again\n");
}

struct Endless {
  Nested<SumOptions::LossSlot> inner{Table{{"plugin", "endless"}}};
  static void describe(Fields& field, Endless& o) { field("inner", o.inner, "itself"); }
};

TEST_F(ExperimentErrorsTest, PluginsWithinThemselves) {
  plugins_.add(entry_of<Endless>(Kind::loss, "endless"));
  EXPECT_EQ(more("[loss]\nplugin = \"endless\"\n"), "error: a.toml:10:1: loss 'endless' is nested more than 16 deep\n");
}

TEST_F(ExperimentErrorsTest, AllAtOnceInTheOrderOfTheFile) {
  const std::string text = errors(
      "[run]\nsede = 1\n[encoder]\nplugin = \"resnet\"\n[target]\ntau = -1\nbuffers = \"mine\"\n[optimizer]\nlr = { "
      "form = 3 }\n[[views]]\n");
  std::vector<std::string> lines;
  for (std::size_t at = text.find("error:"); at != std::string::npos; at = text.find("error:", at + 1))
    lines.push_back(text.substr(at, text.find('\n', at) - at));
  EXPECT_EQ(lines,
            (std::vector<std::string>{
                "error: a.toml: [data] is missing",
                "error: a.toml:2:1: unknown key 'sede' for [run]",
                "error: a.toml:4:10: no encoder is named 'resnet'",
                "error: a.toml:6:7: 'tau' of target_update 'ema' must be in [0, 1], found -1",
                "error: a.toml:7:11: 'buffers' of target_update 'ema' must be one of own, copy, ema, found \"mine\"",
                "error: a.toml:9:6: 'optimizer.lr' names no schedule",
                "error: a.toml:10:3: two [[views]] or more are needed, found 1",
            }));
}

}  // namespace
}  // namespace byolab::testing
