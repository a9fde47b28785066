#include "train/familiar_weights.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/nn/module.h>

#include <algorithm>
#include <array>
#include <set>

#include "byolab/error.hpp"

namespace byolab {
namespace {

using NamedTensors = std::map<std::string, at::Tensor>;

/// How a file names what a module has.
struct Naming {
  std::string prefix;
  bool numbered = false;  ///< as torch.nn.Sequential(*resnet.children()) does
  std::string of(const std::string& name) const;
};

std::string first_word(const std::string& name) { return name.substr(0, name.find('.')); }

std::string Naming::of(const std::string& name) const {
  static const std::map<std::string, std::string> kNumbers{{"conv1", "0"},  {"bn1", "1"},    {"layer1", "4"},
                                                           {"layer2", "5"}, {"layer3", "6"}, {"layer4", "7"}};
  const auto number = kNumbers.find(first_word(name));
  if (!numbered || number == kNumbers.end()) return prefix + name;
  return prefix + number->second + name.substr(number->first.size());
}

/// BatchNorm's, which older files lack, and which count only where its momentum is a mean over all batches.
bool is_counter(const std::string& name) { return name.ends_with("num_batches_tracked"); }

NamedTensors wanted_by(const torch::nn::Module& module) {
  NamedTensors wanted;
  for (const auto& item : module.named_parameters()) wanted[item.key()] = item.value();
  for (const auto& item : module.named_buffers()) wanted[item.key()] = item.value();
  return wanted;
}

bool has(const NamedTensors& there, const std::string& name, const at::Tensor& wanted) {
  const auto found = there.find(name);
  return found != there.end() && found->second.sizes() == wanted.sizes();
}

std::size_t count_found(const NamedTensors& wanted, const NamedTensors& there, const Naming& naming) {
  return static_cast<std::size_t>(std::count_if(wanted.begin(), wanted.end(), [&](const auto& one) {
    return is_counter(one.first) || has(there, naming.of(one.first), one.second);
  }));
}

/// Every prefix under which some wanted name stands.
std::vector<Naming> namings(const NamedTensors& wanted, const NamedTensors& there) {
  const bool resnet = wanted.contains("conv1.weight") && wanted.contains("layer1.0.conv1.weight");
  std::vector<Naming> all;
  for (const bool numbered : {false, true}) {
    if (numbered && !resnet) continue;
    std::set<std::string> prefixes;
    for (const auto& [mine, tensor] : wanted) {
      const std::string end = Naming{{}, numbered}.of(mine);
      for (const auto& [name, value] : there)
        if (name.ends_with(end) && (name.size() == end.size() || name[name.size() - end.size() - 1] == '.'))
          prefixes.insert(name.substr(0, name.size() - end.size()));
      if (!prefixes.empty()) break;  // where one is, all must be
    }
    for (const std::string& prefix : prefixes) all.push_back({prefix, numbered});
  }
  return all;
}

/// "momentum_encoder.", "target.", "backbone_ema.", "encoder_k.": the network that follows.
bool is_targets(const std::string& prefix) {
  static constexpr std::array kWords{"momentum", "target", "teacher", "ema", "_k."};
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](const char* word) { return prefix.find(word) != std::string::npos; });
}

std::string joined_in_quotes(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 12;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) text += (i ? ", '" : "'") + names[i] + "'";
  return names.size() > kShown ? text + fmt::format(" and {} more", names.size() - kShown) : text;
}

/// Of those that fit, the one that is meant.
Naming chosen(std::vector<Naming> fitting, bool target, const std::string& source) {
  std::vector<Naming> of_side;
  for (const Naming& naming : fitting)
    if (is_targets(naming.prefix) == target) of_side.push_back(naming);
  if (!of_side.empty()) fitting = std::move(of_side);
  if (fitting.size() == 1) return fitting.front();
  std::vector<std::string> prefixes;
  for (const Naming& naming : fitting) prefixes.push_back(naming.prefix);
  throw Error(fmt::format("{} holds several networks that fit, under {}", source, joined_in_quotes(prefixes)),
              "save the one that is meant by itself: torch.save(model.encoder.state_dict(), path)");
}

/// What stands beside an encoder in the files of other programs.
bool is_head(const std::string& word) {
  static const std::set<std::string> kHeads{"fc",
                                            "classifier",
                                            "head",
                                            "heads",
                                            "projector",
                                            "projection_head",
                                            "projection",
                                            "proj",
                                            "predictor",
                                            "prediction_head",
                                            "prediction",
                                            "pred",
                                            "linear",
                                            "mlp",
                                            "queue",
                                            "queue_ptr",
                                            "prototypes",
                                            "linear_head",
                                            "online_classifier"};
  return kHeads.contains(word);
}

std::string described(const std::string& name, const at::Tensor& tensor) {
  return fmt::format("{} {}", name, fmt::format("[{}]", fmt::join(tensor.sizes(), ", ")));
}

[[noreturn]] void refuse_weights(const NamedTensors& wanted, const NamedTensors& there, const Naming& naming,
                                 const std::string& source) {
  std::vector<std::pair<std::string, std::string>> rows;
  std::vector<std::string> missing, unused;
  std::set<std::string> used;
  for (const auto& [name, tensor] : wanted) {
    const auto found = there.find(naming.of(name));
    used.insert(naming.of(name));
    if (found == there.end() && !is_counter(name))
      missing.push_back(described(name, tensor));
    else if (found != there.end() && found->second.sizes() != tensor.sizes())
      rows.emplace_back(described(name, tensor), described(found->first, found->second));
  }
  for (const auto& [name, tensor] : there)
    if (!used.contains(name) && !is_counter(name)) unused.push_back(described(name, tensor));
  const std::size_t longest = std::max(missing.size(), unused.size());
  for (std::size_t i = 0; i < longest; ++i)
    rows.emplace_back(i < missing.size() ? missing[i] : "–", i < unused.size() ? unused[i] : "–");
  constexpr std::size_t kShown = 16;
  std::string text = source + " does not fit what it is loaded into:";
  text += fmt::format("\n  {:<44} {}", "wanted", "there");
  for (std::size_t i = 0; i < std::min(rows.size(), kShown); ++i)
    text += fmt::format("\n  {:<44} {}", rows[i].first, rows[i].second);
  if (rows.size() > kShown) text += fmt::format("\n  and {} lines more", rows.size() - kShown);
  throw Error(text, "load weights of the same architecture; a prefix that all names share is found by itself");
}

std::vector<std::string> ignored_names(const NamedTensors& wanted, const NamedTensors& there, const Naming& naming,
                                       const std::string& source) {
  std::set<std::string> used;
  for (const auto& [name, tensor] : wanted) used.insert(naming.of(name));
  std::vector<std::string> ignored;
  for (const auto& [name, tensor] : there) {
    if (used.contains(name)) continue;
    const bool inside = name.starts_with(naming.prefix);
    if (inside && !is_head(first_word(name.substr(naming.prefix.size()))))
      refuse_weights(wanted, there, naming, source);  // a deeper network of the same kind, say
    ignored.push_back(name);
  }
  return ignored;
}

}  // namespace

FamiliarWeights familiar_weights(const torch::nn::Module& module, const NamedTensors& there, bool target,
                                 const std::string& source) {
  const NamedTensors wanted = wanted_by(module);
  std::vector<Naming> fitting;
  Naming nearest;
  for (const Naming& naming : namings(wanted, there)) {
    const std::size_t found = count_found(wanted, there, naming);
    if (found == wanted.size()) fitting.push_back(naming);
    if (found > count_found(wanted, there, nearest)) nearest = naming;
  }
  if (fitting.empty()) refuse_weights(wanted, there, nearest, source);
  const Naming naming = chosen(std::move(fitting), target, source);
  FamiliarWeights weights;
  if (!naming.prefix.empty()) weights.notes.push_back(fmt::format("names begin with '{}' there", naming.prefix));
  if (naming.numbered)
    weights.notes.emplace_back("layers are numbered there: 0 is conv1, 1 bn1, 4 to 7 layer1 to layer4");
  if (const auto ignored = ignored_names(wanted, there, naming, source); !ignored.empty())
    weights.notes.push_back("ignored: " + joined_in_quotes(ignored));
  std::set<std::string> kinds;
  bool counters_missing = false;
  for (const auto& [name, tensor] : wanted) {
    const auto found = there.find(naming.of(name));
    counters_missing = counters_missing || found == there.end();
    weights.tensors[name] = found == there.end() ? tensor.detach() : found->second;
    if (found != there.end() && found->second.scalar_type() != tensor.scalar_type())
      kinds.insert(fmt::format("{} becomes {}", toString(found->second.scalar_type()), toString(tensor.scalar_type())));
  }
  if (counters_missing) weights.notes.emplace_back("num_batches_tracked is missing there, and stays 0");
  for (const std::string& kind : kinds) weights.notes.push_back("converted: " + kind);
  return weights;
}

}  // namespace byolab
