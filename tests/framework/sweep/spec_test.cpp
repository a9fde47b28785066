#include "sweep/spec.hpp"

#include <gmock/gmock.h>

#include <map>
#include <set>
#include <tuple>

#include "byolab/random.hpp"
#include "framework/config/in_folder.hpp"

namespace byolab::testing {
namespace {

using ::testing::ElementsAre;

class SpecTest : public InFolder {
 protected:
  SweepSpec spec(const std::string& text) {
    write("a.toml", text);
    const Document read = document("a.toml");
    return read_sweep(*read.root.find("sweep"), problems_);
  }
  std::vector<std::string> labels(const std::string& text) {
    std::vector<std::string> out;
    for (const Arm& arm : arms_of(spec(text), problems_)) out.push_back(arm.label);
    EXPECT_EQ(problems_.text(), "");
    return out;
  }
  /// The settings of each arm, one after the other.
  std::vector<std::string> settings(const std::string& text) {
    std::vector<std::string> out;
    for (const Arm& arm : arms_of(spec(text), problems_)) {
      out.emplace_back();
      for (const Setting& setting : arm.settings) out.back() += setting.path + "=" + setting.value.toml() + ";";
    }
    EXPECT_EQ(problems_.text(), "");
    return out;
  }
  std::string errors_of(const std::string& text) {
    arms_of(spec(text), problems_);
    return problems_.text();
  }
  Problems problems_;
};

constexpr const char* kTwoAxes =
    "[[sweep.axis]]\nname = \"target\"\nvalues = [{ label = \"ema\", \"t.plugin\" = \"ema\" }, { label = \"copy\", "
    "\"t.plugin\" = \"p\" }]\n"
    "[[sweep.axis]]\nkey = \"optimizer.lr\"\nvalues = [0.1, 0.2]\n";

TEST_F(SpecTest, AGridCombinesAllValues) {
  EXPECT_THAT(labels(kTwoAxes), ElementsAre("ema lr=0.1", "ema lr=0.2", "copy lr=0.1", "copy lr=0.2"));
}

TEST_F(SpecTest, ZipGoesThroughTheAxesTogether) {
  EXPECT_THAT(labels(std::string("[sweep]\ncombine = \"zip\"\n") + kTwoAxes), ElementsAre("ema lr=0.1", "copy lr=0.2"));
}

TEST_F(SpecTest, OneByOneLeavesTheOtherAxesAtTheBaseline) {
  EXPECT_THAT(settings(std::string("[sweep]\ncombine = \"one_by_one\"\nbaseline = { \"a.b\" = 1 }\n") + kTwoAxes),
              ElementsAre("a.b=1;t.plugin=\"ema\";", "a.b=1;t.plugin=\"p\";", "a.b=1;optimizer.lr=0.1;",
                          "a.b=1;optimizer.lr=0.2;"));
}

TEST_F(SpecTest, CasesAreFurtherArms) {
  EXPECT_THAT(
      labels(std::string(kTwoAxes) + "[[sweep.case]]\nlabel = \"supervised\"\n\"loss.plugin\" = \"supervised\"\n"),
      ElementsAre("ema lr=0.1", "ema lr=0.2", "copy lr=0.1", "copy lr=0.2", "supervised"));
}

TEST_F(SpecTest, ExcludeAndOnlyLeaveCombinationsOut) {
  EXPECT_THAT(labels(std::string(kTwoAxes) + "[[sweep.exclude]]\ntarget = \"copy\"\nlr = [0.1]\n"),
              ElementsAre("ema lr=0.1", "ema lr=0.2", "copy lr=0.2"));
  EXPECT_THAT(labels(std::string(kTwoAxes) + "[[sweep.only]]\ntarget = \"copy\"\n[[sweep.only]]\nlr = 0.1\n"),
              ElementsAre("ema lr=0.1", "copy lr=0.1", "copy lr=0.2"));
}

TEST_F(SpecTest, AChoiceOfPluginIsSetBeforeItsOptions) {
  EXPECT_THAT(settings("[[sweep.case]]\nlabel = \"x\"\n\"target.tau\" = 0.9\n\"target.plugin\" = \"ema\"\n"),
              ElementsAre("target.plugin=\"ema\";target.tau=0.9;"));
}

TEST_F(SpecTest, OfALossLessIsBetter) {
  const auto better = [&](const std::string& text) { return spec("[sweep]\nmetric = " + text).better; };
  EXPECT_EQ(better("\"train_loss\""), Direction::less);
  EXPECT_EQ(better("\"train_loss\"\nbetter = \"greater\""), Direction::greater);
  EXPECT_EQ(better("\"linear_top1\""), Direction::greater);
  EXPECT_EQ(better("\"linear_top1\"\nbetter = \"less\""), Direction::less);
  EXPECT_EQ(better("\"collapse_alignment\""), Direction::unknown);
  EXPECT_EQ(better("\"collapse_alignment\"\nbetter = \"less\""), Direction::less);
}

TEST_F(SpecTest, SeedsAreAListOrANumberOfThem) {
  EXPECT_THAT(spec("[sweep]\nseeds = 3\n").seeds, ElementsAre(0, 1, 2));
  EXPECT_THAT(spec("[sweep]\nseeds = [4, 2]\n").seeds, ElementsAre(4, 2));
}

constexpr const char* kRandom =
    "[[sweep.axis]]\nsamples = %d\nseed = 7\nranges = { \"optimizer.lr\" = { from = 1e-4, to = 0.1, scale = \"log\" }, "
    "\"encoder.width\" = { from = 8, to = 64, scale = \"integer\" }, \"target.plugin\" = { choice = [\"ema\", "
    "\"online\"] } }\n";

std::string random_axis(int samples) {
  std::string text = kRandom;
  return text.replace(text.find("%d"), 2, std::to_string(samples));
}

TEST_F(SpecTest, MoreSamplesLeaveTheEarlierOnesAsTheyWere) {
  const auto few = settings(random_axis(5)), many = settings(random_axis(50));
  ASSERT_EQ(many.size(), 50U);
  EXPECT_EQ(few, std::vector<std::string>(many.begin(), many.begin() + 5));
}

TEST_F(SpecTest, LabelsTellLargeIntegersApart) {
  EXPECT_THAT(labels("[[sweep.axis]]\nkey = \"run.seed_of_data\"\nvalues = [9007199254740992, 9007199254740993]\n"),
              ElementsAre("seed_of_data=9007199254740992", "seed_of_data=9007199254740993"));
}

/// Ranges that differ in their ninth digit, and one whose ends are the same.
TEST_F(SpecTest, SamplesHaveAllTheirDigits) {
  const SweepSpec read = spec(
      "[[sweep.axis]]\nsamples = 200\nranges = { \"target.tau\" = { from = 0.99996, to = 0.99999 }, \"optimizer.lr\" = "
      "{ "
      "from = 1e-3, to = 1.0001e-3, scale = \"log\" }, \"loss.temperature\" = { from = 0.1, to = 0.1 } }\n");
  std::map<std::string, std::set<double>> drawn;
  for (const Arm& arm : arms_of(read, problems_))
    for (const Setting& setting : arm.settings) {
      drawn[setting.path].insert(setting.value.number());
      EXPECT_EQ(std::stod(setting.value.toml()), setting.value.number());  // what is shown is what is used
    }
  for (const auto& [path, from, to] : {std::tuple{"target.tau", 0.99996, 0.99999}, {"optimizer.lr", 1e-3, 1.0001e-3}}) {
    EXPECT_EQ(drawn[path].size(), 200U);
    EXPECT_GE(*drawn[path].begin(), from);
    EXPECT_LE(*drawn[path].rbegin(), to);
  }
  EXPECT_EQ(drawn["loss.temperature"], std::set<double>{0.1});
}

TEST_F(SpecTest, SamplesKeepToTheirRanges) {
  double least = 1, greatest = 0;
  std::int64_t widths = 0;
  for (const Arm& arm : arms_of(spec(random_axis(500)), problems_))
    for (const Setting& setting : arm.settings) {
      if (setting.path == "optimizer.lr") {
        least = std::min(least, setting.value.number());
        greatest = std::max(greatest, setting.value.number());
      } else if (setting.path == "encoder.width") {
        ASSERT_NE(setting.value.get_if<std::int64_t>(), nullptr);
        widths |= std::int64_t{1} << (*setting.value.get_if<std::int64_t>() / 8);
        EXPECT_GE(setting.value.number(), 8);
        EXPECT_LE(setting.value.number(), 64);
      }
    }
  // On a logarithmic scale a third of the samples falls into each decade.
  EXPECT_GE(least, 1e-4);
  EXPECT_LT(least, 2e-4);
  EXPECT_GT(greatest, 0.05);
  EXPECT_LE(greatest, 0.1);
  EXPECT_EQ(widths, 0b111111110);
}

TEST_F(SpecTest, TellsWhatIsWrongWhereItStands) {
  EXPECT_EQ(
      errors_of("[sweep]\nseeds = [0, -1]\nbaselin = 1\ncombine = \"gird\"\n"),
      "error: a.toml:2:13: a seed must be an integer ≥ 0, found -1\n"
      "error: a.toml:3:1: unknown key 'baselin' for [sweep]\n"
      "  did you mean 'baseline'?   keys: name, baseline, seeds, combine, axis, case, exclude, only, metric, better\n"
      "error: a.toml:4:11: 'combine' of [sweep] must be one of grid, zip, one_by_one; found \"gird\"\n"
      "  did you mean 'grid'?\n");
}

TEST_F(SpecTest, NoTwoArmsHaveOneLabel) {
  const auto axis = [](const std::string& name, const std::string& a, const std::string& b) {
    return "[[sweep.axis]]\nname = \"" + name + "\"\nvalues = [{ label = \"" + a + "\", \"" + name +
           ".x\" = 1 }, { label = \"" + b + "\", \"" + name + ".x\" = 2 }]\n";
  };
  EXPECT_EQ(errors_of(axis("s", "a b", "a") + axis("t", "c", "b c")),
            "error: a.toml:4:1: two arms are labelled 'a b c'\n  give one of them another label\n");
  problems_ = {};
  EXPECT_EQ(errors_of("[sweep]\ncombine = \"one_by_one\"\n" + axis("s", "low", "high") + axis("t", "low", "wide")),
            "error: a.toml:6:1: two arms are labelled 'low'\n  give one of them another label\n");
}

TEST_F(SpecTest, LabelsAndNamesCanBePrinted) {
  EXPECT_EQ(errors_of("[sweep]\nname = \"a\\nb\"\n[[sweep.axis]]\nname = \"s\"\nvalues = [{ label = \"1 \\u001b[7m\", "
                      "\"s.x\" = 1 }]\n"),
            "error: a.toml:2:8: 'name' of [sweep] must be a text of one line without control characters, found "
            "\"a\\nb\"\n"
            "error: a.toml:5:21: a label must be of one line without control characters, found \"1 \\u001B[7m\"\n");
}

TEST_F(SpecTest, TellsWhatIsWrongWithAxes) {
  EXPECT_EQ(errors_of("[[sweep.axis]]\nname = \"a\"\nvalues = [1, { label = \"x\", \"run.seed\" = 1 }]\n"
                      "[[sweep.axis]]\nname = \"a\"\n"
                      "[[sweep.exclude]]\nb = 1\n"),
            "error: a.toml:3:11: a value of an axis without 'key' must be a table of settings, found 1\n"
            "  write key = \"section.key\" to vary one key, or { label = \"…\", \"section.key\" = … }\n"
            "error: a.toml:3:29: 'run.seed' cannot be varied\n"
            "  write the seeds as [sweep] seeds = [0, 1, 2]\n"
            "error: a.toml:4:1: [[sweep.axis]] has no values\n"
            "  write values = [{ label = \"a\", \"target.plugin\" = \"ema\" }, …]; or key = \"target.tau\" and values "
            "= [0.9, 0.99]; or "
            "samples and ranges\n"
            "error: a.toml:4:1: two axes are named 'a'\n"
            "  give one of them a name of its own\n"
            "error: a.toml:7:1: [[sweep.exclude]]: no axis is named 'b'\n"
            "  did you mean 'a'?   axes: a, a\n");
}

TEST_F(SpecTest, TellsWhatIsWrongWithRanges) {
  EXPECT_EQ(
      errors_of("[[sweep.axis]]\nsamples = 2\nranges = { \"a.b\" = { from = 0, to = 1, scale = \"log\" }, \"a.c\" = { "
                "to = 1 } }\n"),
      "error: a.toml:3:12: 'from' of the range of 'a.b' must be above 0 on a logarithmic scale\n"
      "error: a.toml:3:65: 'from' of the range of 'a.c' is missing\n"
      "  a range is { from = 0.1, to = 1.0 }, with scale = \"log\" if you like, or { choice = [\"a\", \"b\"] }\n");
}

TEST_F(SpecTest, AGridThatIsTooLargeIsRefused) {
  std::string text;
  for (int axis = 0; axis < 6; ++axis) {
    text += "[[sweep.axis]]\nkey = \"a.k" + std::to_string(axis) + "\"\nvalues = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n";
  }
  EXPECT_THAT(errors_of(text), ::testing::HasSubstr("a grid of 1e+06 combinations is more than a sweep takes"));
}

}  // namespace
}  // namespace byolab::testing
