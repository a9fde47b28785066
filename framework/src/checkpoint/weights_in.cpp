#include "checkpoint/weights_in.hpp"

#include <algorithm>

#include "support/text.hpp"

namespace byolab {
namespace {

/// Under which programs save a network's weights.
const std::vector<std::string> kUsual{"tensors", "state_dict", "model_state_dict", "model", "module", "net", "network"};

std::map<std::string, at::Tensor> tensors_of(const Pickled& dict) {
  std::map<std::string, at::Tensor> tensors;
  for (const auto& [name, value] : dict.pairs)
    if (name->type == Pickled::Type::text && value->type == Pickled::Type::tensor) tensors[name->text] = value->tensor;
  return tensors;
}

bool are_equal(const std::map<std::string, at::Tensor>& one, const std::map<std::string, at::Tensor>& other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(), [](const auto& a, const auto& b) {
    return a.first == b.first && a.second.scalar_type() == b.second.scalar_type() && a.second.equal(b.second);
  });
}

using Candidates = std::map<std::string, std::map<std::string, at::Tensor>>;

[[noreturn]] void tell_several(const std::vector<std::string>& keys) {
  std::string text;
  for (const std::string& key : keys) text += (text.empty() ? "'" : ", '") + printable(key) + "'";
  throw Error("holds several networks, under " + text,
              "save the one that is meant by itself: torch.save(torch.load(\"FILE\")[\"" + printable(keys.front()) +
                  "\"], \"one.pt\")");
}

/// The key that is meant of those under which tensors stand.
std::string chosen_key(const Candidates& candidates) {
  std::vector<std::string> usual, all;
  for (const auto& [key, tensors] : candidates) all.push_back(key);
  for (const std::string& key : kUsual)
    if (candidates.contains(key)) usual.push_back(key);
  const std::vector<std::string>& meant = usual.empty() ? all : usual;
  for (const std::string& key : meant)
    if (key != meant.front() && !are_equal(candidates.at(key), candidates.at(meant.front()))) tell_several(meant);
  return meant.front();
}

}  // namespace

SavedWeights weights_in(const Pickled& root) {
  Candidates candidates;
  for (const auto& [key, value] : root.pairs)
    if (key->type == Pickled::Type::text && value->type == Pickled::Type::dict)
      if (auto tensors = tensors_of(*value); !tensors.empty()) candidates[key->text] = std::move(tensors);
  SavedWeights weights{tensors_of(root), {}, {}};
  const bool has_usual =
      std::any_of(kUsual.begin(), kUsual.end(), [&](const auto& key) { return candidates.contains(key); });
  if (!candidates.empty() && (weights.tensors.empty() || has_usual)) {
    weights.key = chosen_key(candidates);
    weights.tensors = std::move(candidates[weights.key]);
    candidates.erase(weights.key);
  }
  for (const auto& [key, tensors] : candidates)
    if (!are_equal(tensors, weights.tensors)) weights.others.push_back(printable(key));
  return weights;
}

}  // namespace byolab
