#include "checkpoint/checkpoint_parts.hpp"

#include <cstring>

#include <ATen/Functions.h>
#include <torch/types.h>

namespace byolab {
namespace {

constexpr const char* kUndefined = "undefined";  // as a text under the tensor's name

std::string shape_of(const at::Tensor& tensor) {
  std::string text = std::string(at::toString(tensor.scalar_type())) + " [";
  for (std::int64_t i = 0; i < tensor.dim(); ++i) text += (i ? ", " : "") + std::to_string(tensor.size(i));
  return text + "]";
}

/// Fills `value` in place, or says why not.
std::string fill(at::Tensor& value, const at::Tensor& saved) {
  if (value.sizes() != saved.sizes() || value.scalar_type() != saved.scalar_type())
    return "is " + shape_of(saved) + ", but " + shape_of(value) + " is wanted";
  const at::NoGradGuard no_grad;
  value.copy_(saved);
  return {};
}

[[noreturn]] void refuse(const std::string& source, const std::vector<std::string>& problems) {
  constexpr std::size_t kShown = 12;
  std::string text = source + " does not fit what it is loaded into:";
  for (std::size_t i = 0; i < problems.size() && i < kShown; ++i) text += "\n  " + problems[i];
  if (problems.size() > kShown) text += "\n  and " + std::to_string(problems.size() - kShown) + " more";
  throw Error(text, "load it into the same architecture and plugins that it was saved from");
}

/// Names under `prefix` + "/" that were not asked for.
template <class Value>
void find_extra(const std::map<std::string, Value>& values, const std::string& prefix,
                const std::set<std::string>& visited, std::vector<std::string>& problems) {
  for (auto it = values.lower_bound(prefix); it != values.end() && it->first.starts_with(prefix); ++it)
    if (!visited.count(it->first)) problems.push_back("'" + it->first + "' is there, but nothing wants it");
}

/// Parameters and buffers, which share one space of names.
std::map<std::string, at::Tensor> named_tensors(const torch::nn::Module& module) {
  std::map<std::string, at::Tensor> tensors;
  for (const auto& item : module.named_parameters()) tensors[item.key()] = item.value();
  for (const auto& item : module.named_buffers()) tensors[item.key()] = item.value();
  return tensors;
}

at::Tensor rows_of(const std::vector<std::vector<float>>& columns, std::size_t rows) {
  at::Tensor table =
      at::empty({static_cast<std::int64_t>(columns.size()), static_cast<std::int64_t>(rows)}, at::kFloat);
  for (std::size_t c = 0; c < columns.size() && rows; ++c)
    std::memcpy(table.data_ptr<float>() + c * rows, columns[c].data(), rows * sizeof(float));
  return table;
}

/// Whether there are as many columns as names, each as long as the steps.
bool is_table(const at::Tensor& steps, const at::Tensor& columns, std::size_t names) {
  return steps.scalar_type() == at::kLong && steps.dim() == 1 && columns.scalar_type() == at::kFloat &&
         columns.dim() == 2 && columns.size(0) == static_cast<std::int64_t>(names) && columns.size(1) == steps.size(0);
}

}  // namespace

StateSaver::StateSaver(Checkpoint& checkpoint, std::string prefix)
    : checkpoint_(checkpoint), prefix_(std::move(prefix) + "/") {}
StateSaver::~StateSaver() = default;

std::string StateSaver::key_of(const std::string& name) {
  const std::string key = prefix_ + name;
  const bool there = checkpoint_.tensors.count(key) || checkpoint_.integers.count(key) ||
                     checkpoint_.numbers.count(key) || checkpoint_.texts.count(key);
  if (!names_.insert(name).second || there)
    throw Error("the state '" + name + "' is declared twice", "give each piece of state a name of its own");
  return key;
}

void StateSaver::operator()(const std::string& name, at::Tensor& value) {
  const std::string key = key_of(name);
  if (value.defined() && (value.layout() != c10::kStrided || value.is_meta() || value.is_quantized()))
    throw Error("the state '" + name + "' is a " + value.toString() + " tensor; only dense ones can be saved",
                "keep it as dense tensors: its indices and its values, say");
  if (value.defined())
    checkpoint_.tensors[key] = value.detach();
  else
    checkpoint_.texts[key] = kUndefined;
}

void StateSaver::operator()(const std::string& name, std::int64_t& value) {
  checkpoint_.integers[key_of(name)] = value;
}

void StateSaver::operator()(const std::string& name, double& value) { checkpoint_.numbers[key_of(name)] = value; }

StateLoader::StateLoader(const Checkpoint& checkpoint, std::string prefix)
    : checkpoint_(checkpoint), prefix_(std::move(prefix) + "/") {}
StateLoader::~StateLoader() = default;

void StateLoader::miss(const std::string& key, const char* wanted) {
  const char* found = checkpoint_.tensors.count(key)    ? "a tensor"
                      : checkpoint_.integers.count(key) ? "an integer"
                      : checkpoint_.numbers.count(key)  ? "a floating-point number"
                                                        : nullptr;
  problems_.push_back("'" + key +
                      (found ? std::string("' is ") + found + ", but " + wanted + " is wanted" : "' is missing"));
}

void StateLoader::operator()(const std::string& name, at::Tensor& value) {
  const std::string key = prefix_ + name;
  visited_.insert(key);
  if (checkpoint_.texts.count(key)) {
    value = at::Tensor();
    return;
  }
  const auto saved = checkpoint_.tensors.find(key);
  if (saved == checkpoint_.tensors.end()) {
    miss(key, "a tensor");
  } else if (!value.defined()) {
    value = saved->second.clone();
  } else if (const std::string problem = fill(value, saved->second); !problem.empty()) {
    problems_.push_back("'" + key + "' " + problem);
  }
}

void StateLoader::operator()(const std::string& name, std::int64_t& value) {
  visited_.insert(prefix_ + name);
  const auto saved = checkpoint_.integers.find(prefix_ + name);
  if (saved == checkpoint_.integers.end())
    miss(prefix_ + name, "an integer");
  else
    value = saved->second;
}

void StateLoader::operator()(const std::string& name, double& value) {
  visited_.insert(prefix_ + name);
  const auto saved = checkpoint_.numbers.find(prefix_ + name);
  if (saved == checkpoint_.numbers.end())
    miss(prefix_ + name, "a floating-point number");
  else
    value = saved->second;
}

void StateLoader::finish() {
  find_extra(checkpoint_.tensors, prefix_, visited_, problems_);
  find_extra(checkpoint_.integers, prefix_, visited_, problems_);
  find_extra(checkpoint_.numbers, prefix_, visited_, problems_);
  find_extra(checkpoint_.texts, prefix_, visited_, problems_);
  if (!problems_.empty()) refuse("the checkpoint", problems_);
}

void save_state(Component& component, Checkpoint& checkpoint, const std::string& prefix) {
  StateSaver saver(checkpoint, prefix);
  component.state(saver);
}

void load_state(Component& component, const Checkpoint& checkpoint, const std::string& prefix) {
  StateLoader loader(checkpoint, prefix);
  component.state(loader);
  loader.finish();
}

void save_module(const torch::nn::Module& module, Checkpoint& checkpoint, const std::string& prefix) {
  for (const auto& [name, tensor] : named_tensors(module))
    if (!checkpoint.tensors.emplace(prefix + "/" + name, tensor.detach()).second)
      throw Error("the weights '" + prefix + "/" + name + "' are saved twice");
}

void load_module(torch::nn::Module& module, const Checkpoint& checkpoint, const std::string& prefix) {
  load_weights(module, checkpoint.tensors, prefix, "the checkpoint");
}

void load_weights(torch::nn::Module& module, const std::map<std::string, at::Tensor>& weights,
                  const std::string& prefix, const std::string& source) {
  const std::string begin = prefix.empty() ? "" : prefix + "/";
  std::set<std::string> visited;
  std::vector<std::string> problems;
  std::vector<std::pair<at::Tensor, at::Tensor>> matches;
  for (auto& [name, tensor] : named_tensors(module)) {
    visited.insert(begin + name);
    const auto saved = weights.find(begin + name);
    if (saved == weights.end())
      problems.push_back("'" + begin + name + "' is missing");
    else if (saved->second.sizes() != tensor.sizes())
      problems.push_back("'" + begin + name + "' is " + shape_of(saved->second) + ", but " + shape_of(tensor) +
                         " is wanted");
    else
      matches.emplace_back(tensor, saved->second);
  }
  find_extra(weights, begin, visited, problems);
  if (!problems.empty()) refuse(source, problems);
  const at::NoGradGuard no_grad;
  for (auto& [tensor, saved] : matches) tensor.copy_(saved);  // other dtypes are converted
}

void save_history(const History& history, Checkpoint& checkpoint) {
  for (const GroupHistory& group : history) {
    const std::string key = "record/" + group.group;
    std::string names;
    for (const std::string& name : group.names) names += name + "\n";
    checkpoint.texts[key] = names;
    checkpoint.tensors[key + "/steps"] = at::tensor(group.steps, at::kLong);
    checkpoint.tensors[key + "/columns"] = rows_of(group.columns, group.steps.size());
  }
}

History load_history(const Checkpoint& checkpoint) {
  History history;
  const std::string prefix = "record/";
  for (auto it = checkpoint.texts.lower_bound(prefix); it != checkpoint.texts.end() && it->first.starts_with(prefix);
       ++it) {
    GroupHistory group;
    group.group = it->first.substr(prefix.size());
    for (std::size_t at = 0, end = 0; (end = it->second.find('\n', at)) != std::string::npos; at = end + 1)
      group.names.push_back(it->second.substr(at, end - at));
    const auto steps = checkpoint.tensors.find(it->first + "/steps"),
               columns = checkpoint.tensors.find(it->first + "/columns");
    if (steps == checkpoint.tensors.end() || columns == checkpoint.tensors.end())
      throw Error("the checkpoint's rows of '" + group.group + "' are incomplete");
    if (!is_table(steps->second, columns->second, group.names.size()))
      throw Error("the checkpoint's rows of '" + group.group + "' do not fit one another");
    const at::Tensor index = steps->second.contiguous(), table = columns->second.contiguous();
    const auto rows = static_cast<std::size_t>(index.numel());
    group.steps.assign(index.data_ptr<std::int64_t>(), index.data_ptr<std::int64_t>() + rows);
    for (std::int64_t c = 0; c < table.size(0); ++c)
      group.columns.emplace_back(table.data_ptr<float>() + c * table.size(1),
                                 table.data_ptr<float>() + (c + 1) * table.size(1));
    history.push_back(std::move(group));
  }
  return history;
}

}  // namespace byolab
