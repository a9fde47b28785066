#pragma once

#include <map>
#include <numbers>

#include "boundary/catalogue.hpp"

namespace byolab::testing {

/// An entry that declares what `describe` says and makes nothing.
template <class Options>
Entry entry_of(Kind kind, const std::string& name) {
  return {kind, name, "a fake " + name, "1.0", [](Fields& field) -> Maker {
            auto options = std::make_shared<Options>();
            Options::describe(field, *options);
            field.bind();
            return [options](const Context&) -> std::shared_ptr<Component> { return nullptr; };
          }};
}

struct NoOptions {
  static void describe(Fields&, NoOptions&) {}
};

struct FolderOptions {
  std::string root;
  std::vector<std::string> classes;
  static void describe(Fields& field, FolderOptions& o) {
    field("root", o.root, "folder with a folder a class", {.unit = "path", .changes_results = false, .required = true});
    field("classes", o.classes, "the classes that are used; all, if empty");
  }
};

struct ConvnetOptions {
  std::vector<std::int64_t> channels{32, 64};
  bool bias = false;
  static void describe(Fields& field, ConvnetOptions& o) {
    field("channels", o.channels, "of each layer", {.min = 1});
    field("bias", o.bias, "whether convolutions have one");
  }
};

struct MlpOptions {
  std::int64_t hidden = 4096;
  static void describe(Fields& field, MlpOptions& o) {
    field("hidden", o.hidden, "width of the hidden layer", {.min = 1, .unit = "units"});
  }
};

struct EmaOptions {
  enum class Buffers { own, copy, ema };
  Schedule tau{Table{{"schedule", "cosine"}, {"from", 0.996}, {"to", 1.0}}};
  Buffers buffers = Buffers::own;
  static void describe(Fields& field, EmaOptions& o) {
    field("tau", o.tau, "share of the old target that is kept", {.min = 0, .max = 1, .source = "Grill et al. 2020"});
    field("buffers", o.buffers, {{"own", Buffers::own}, {"copy", Buffers::copy}, {"ema", Buffers::ema}},
          "what becomes of buffers");
  }
};

struct PeriodicOptions {
  Cadence interval = epochs(1);
  static void describe(Fields& field, PeriodicOptions& o) { field("interval", o.interval, "time between two copies"); }
};

struct LarsOptions {
  Schedule lr = 0.2;
  std::vector<double> betas{0.9};
  static void describe(Fields& field, LarsOptions& o) {
    field("lr", o.lr, "learning rate", {.min = 0});
    field("betas", o.betas, "momentum", {.min = 0, .max = 1});
  }
};

struct BlurOptions {
  double p = 0.5;
  static void describe(Fields& field, BlurOptions& o) { field("p", o.p, "probability", {.min = 0, .max = 1}); }
};

struct KnnOptions {
  std::int64_t k = 20;
  static void describe(Fields& field, KnnOptions& o) { field("k", o.k, "neighbours", {.min = 1}); }
};

struct SumOptions {
  struct LossSlot {
    static constexpr Kind kKind = Kind::loss;
  };
  Nested<LossSlot> main{Table{{"plugin", "byol"}}};
  std::vector<Nested<LossSlot>> more;
  static void describe(Fields& field, SumOptions& o) {
    field("main", o.main, "the first loss");
    field("more", o.more, "further losses");
  }
};

class CosineCurve final : public ScheduleCurve {
 public:
  struct Options {
    double from = 1, to = 0;
  };
  static void describe(Fields& field, Options& o) {
    field("from", o.from, "value at the start");
    field("to", o.to, "value at the end");
  }
  explicit CosineCurve(const Options& options) : options_(options) {}
  double at(const Step& step) const override {
    const double t = static_cast<double>(step.index) / static_cast<double>(step.total);
    return options_.to + (options_.from - options_.to) * (1 + std::cos(std::numbers::pi * t)) / 2;
  }

 private:
  Options options_;
};

/// Plugins with options of all types; only the schedules can be made.
class FakeCatalogue final : public Catalogue, public Registry {
 public:
  FakeCatalogue() {
    add(entry_of<FolderOptions>(Kind::dataset, "image_folder"));
    add(entry_of<ConvnetOptions>(Kind::encoder, "convnet"));
    add(entry_of<MlpOptions>(Kind::head, "mlp"));
    add(entry_of<NoOptions>(Kind::head, "identity"));
    add(entry_of<EmaOptions>(Kind::target_update, "ema"));
    add(entry_of<PeriodicOptions>(Kind::target_update, "periodic_checkpoint"));
    add(entry_of<NoOptions>(Kind::target_update, "fixed_random"));
    add(entry_of<NoOptions>(Kind::method, "two_networks"));
    add(entry_of<NoOptions>(Kind::loss, "byol"));
    add(entry_of<SumOptions>(Kind::loss, "sum"));
    add(entry_of<LarsOptions>(Kind::optimizer, "lars"));
    add(entry_of<BlurOptions>(Kind::augmentation, "gaussian_blur"));
    add(entry_of<BlurOptions>(Kind::augmentation, "solarize"));
    add(entry_of<KnnOptions>(Kind::evaluator, "knn"));
    Registry::add<CosineCurve>("cosine", "half a cosine wave");
  }
  using Registry::add;
  void add(Entry entry) override { entries_[entry.kind][entry.name] = std::move(entry); }

  const Entry* find(Kind kind, const std::string& name) const override {
    const auto kinds = entries_.find(kind);
    if (kinds == entries_.end()) return nullptr;
    const auto found = kinds->second.find(name);
    return found == kinds->second.end() ? nullptr : &found->second;
  }
  std::vector<std::string> names(Kind kind) const override {
    std::vector<std::string> names;
    if (const auto kinds = entries_.find(kind); kinds != entries_.end())
      for (const auto& [name, entry] : kinds->second) names.push_back(name);
    return names;
  }
  std::string account() const override { return "looked in: /plugins (9 libraries)\n"; }

 private:
  std::map<Kind, std::map<std::string, Entry>> entries_;
};

}  // namespace byolab::testing
