#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "config/toml_reader.hpp"
#include "support/stock_plugin.hpp"
#include "support/views.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

fs::path presets() { return fs::path(BYOLAB_SOURCE_DIR) / "plugins" / "augmentation" / "presets"; }

/// `side`: of the view, in place of the preset's own; 0 leaves that.
std::vector<NamedAugmentation> read_preset(const fs::path& file, std::int64_t side = 0) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  Problems problems;
  const auto table = parse_toml(text.str(), file, problems);
  if (!table) throw Error(problems.text());
  std::vector<NamedAugmentation> ops;
  for (Value one : *table->find("augment")->get_if<List>()) {
    if (side > 0 && one.find("size")) one.set("size", side);
    ops.push_back(
        {*one.find("plugin")->get_if<std::string>(), testing::stock<Augmentation>(*one.get_if<Table>(), {}), ""});
  }
  return ops;
}

TEST(Presets, AllMakeViewsWithDistinctNamesAndEndNormalised) {
  int count = 0;
  for (const auto& entry : fs::directory_iterator(presets())) {
    SCOPED_TRACE(entry.path().filename().string());
    const auto ops = read_preset(entry.path(), 24);
    std::set<std::string> names;
    for (const auto& op : ops) EXPECT_TRUE(names.insert(op.name).second) << op.name;
    EXPECT_TRUE(ops.back().op->in_evaluation());
    const Pipeline pipeline(ops, {24, 24});
    float lowest = 0;
    for (std::uint64_t sample = 0; sample < 20; ++sample) {
      const at::Tensor view = testing::run(pipeline, testing::noise(40, 30), {1, 0, sample, 0});
      EXPECT_TRUE(at::isfinite(view).all().item<bool>());
      lowest = std::min(lowest, view.min().item<float>());
    }
    EXPECT_LT(lowest, -0.3F);  // normalised: below black
    ++count;
  }
  EXPECT_EQ(count, 6);
}

/// Appendix B of the paper; CIFAR-10's own size.
TEST(Presets, HaveTheSizesOfTheirSources) {
  for (const auto& [preset, side] : {std::pair{"byol_t", 224},
                                     {"byol_t_prime", 224},
                                     {"byol_t_reference", 224},
                                     {"byol_t_prime_reference", 224},
                                     {"cifar", 32},
                                     {"cifar_prime", 32}}) {
    const Pipeline pipeline(read_preset(presets() / (std::string(preset) + ".toml")), {side, side});
    EXPECT_NO_THROW(testing::run(pipeline, testing::noise(300, 250))) << preset;
  }
}

/// Table 6 of the paper: probabilities of blur and solarize are what tells the two views apart.
TEST(Presets, OfTheTwoViewsDifferAsInThePaper) {
  const auto share = [](const char* preset, const std::string& name) {
    int active = 0;
    for (const auto& op : read_preset(presets() / (std::string(preset) + ".toml")))
      for (std::uint64_t i = 0; op.name == name && i < 4000; ++i) {
        Random random(1, 2, i);
        active += op.op->draw(random, {32, 32}).active;
      }
    return active / 4000.0;
  };
  EXPECT_EQ(share("byol_t", "gaussian_blur"), 1);
  EXPECT_NEAR(share("byol_t_prime", "gaussian_blur"), 0.1, 0.025);
  EXPECT_EQ(share("byol_t", "solarize"), 0);
  EXPECT_NEAR(share("byol_t_prime", "solarize"), 0.2, 0.032);
  EXPECT_NEAR(share("byol_t", "color_jitter"), 0.8, 0.032);
}

}  // namespace
}  // namespace byolab
