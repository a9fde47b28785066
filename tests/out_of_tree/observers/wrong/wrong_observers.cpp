// Observers that do what they must not, and one that stops a run.
#include <byolab/plugin.hpp>

namespace {

struct ThrowsAtEnd : byolab::Observer {
  static constexpr bool kPassive = true;
  void end(const byolab::Ending&) override { throw std::runtime_error("the file server is gone"); }
};

struct ScalesInSecret : byolab::Observer {
  void gradients_ready(const byolab::Gradients& gradients, const byolab::Step&) override {
    gradients.parameters.front().value.grad().mul_(0.5);
  }
};

struct ScalesToNothing : byolab::Observer {
  bool scales_gradients() const override { return true; }
  void gradients_ready(const byolab::Gradients& gradients, const byolab::Step&) override {
    gradients.parameters.front().value.grad().mul_(std::numeric_limits<double>::quiet_NaN());
  }
};

struct PassiveThatStops : byolab::Observer {
  static constexpr bool kPassive = true;
  std::string should_stop(const byolab::Step&) override { return "enough"; }
};

struct PassiveThatScales : byolab::Observer {
  static constexpr bool kPassive = true;
  bool scales_gradients() const override { return true; }
};

struct Stops : byolab::Observer {
  struct Options {
    std::int64_t after = 1;
  };
  static void describe(byolab::Fields& field, Options& options) { field("after", options.after, "steps", {.min = 1}); }
  explicit Stops(const Options& options) : after(options.after) {}
  std::string should_stop(const byolab::Step& step) override { return step.index + 1 >= after ? "it is enough" : ""; }
  std::int64_t after;
};

}  // namespace

BYOLAB_PLUGINS(registry) {
  registry.add<ThrowsAtEnd>("throws_at_end", "throws in end()");
  registry.add<ScalesInSecret>("scales_in_secret", "scales gradients without saying so");
  registry.add<ScalesToNothing>("scales_to_nothing", "leaves gradients that are no numbers");
  registry.add<PassiveThatStops>("passive_that_stops", "stops a run although it is passive");
  registry.add<PassiveThatScales>("passive_that_scales", "scales gradients although it is passive");
  registry.add<Stops>("stops", "stops a run");
}
