#include "train/starting_weights.hpp"

#include <ATen/Functions.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/checkpoint_parts.hpp"
#include "config/flat_keys.hpp"
#include "record/run_reader.hpp"
#include "support/hash.hpp"
#include "train/familiar_weights.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

/// A part that starts from other weights.
struct Load {
  const char *section, *side, *part;
  const std::string& from;
};

std::vector<Load> loads_of(const Experiment& experiment) {
  std::vector<Load> loads;
  for (const Load& load : {Load{"encoder", "online", "encoder", experiment.encoder.load},
                           Load{"projector", "online", "projector", experiment.projector.load},
                           Load{"predictor", "online", "predictor", experiment.predictor.load},
                           Load{"target", "target", "encoder", experiment.target.load},
                           Load{"target", "target", "projector", experiment.target.load}})
    if (!load.from.empty()) loads.push_back(load);
  return loads;
}

fs::path file_of(const fs::path& load) { return fs::is_directory(load) ? load / "checkpoint.pt" : load; }

/// What a file holds, and under which prefix it has a part; "" in a plain state_dict.
struct Found {
  fs::path file;
  std::map<std::string, at::Tensor> weights;
  std::string prefix;
  std::vector<std::string> notes;
};

Found find(const std::string& from, const std::string& side, const std::string& part) {
  Found found{file_of(from), {}, {}, {}};
  if (!fs::exists(found.file))
    throw Error(fmt::format("there are no weights to load: {} is no file", found.file.string()),
                "load names a run's folder, a checkpoint or a state_dict");
  SavedWeights saved = read_saved_weights(found.file);
  found.weights = std::move(saved.tensors);
  if (!saved.others.empty())
    found.notes.push_back(fmt::format(
        "{} taken there, and not {}; to load another, save it by itself: torch.save(torch.load(\"FILE\")[\"{}\"], …)",
        saved.key.empty() ? "what stands outermost is" : "'" + saved.key + "' is",
        fmt::format("'{}'", fmt::join(saved.others, "', '")), saved.others.front()));
  for (const std::string& prefix : {side + "/" + part, "online/" + part}) {
    const auto at = found.weights.lower_bound(prefix + "/");
    if (at == found.weights.end() || !at->first.starts_with(prefix + "/")) continue;
    found.prefix = prefix;
    break;
  }
  return found;
}

std::string bytes_of(const at::Tensor& tensor) {
  const at::Tensor dense = tensor.contiguous();
  return {static_cast<const char*>(dense.const_data_ptr()), dense.nbytes()};
}

std::string hash(const Found& found) {
  std::vector<std::string> pieces;
  for (const auto& [name, tensor] : found.weights) {
    if (!found.prefix.empty() && !name.starts_with(found.prefix + "/")) continue;
    pieces.push_back(fmt::format("{} {} ", name.substr(found.prefix.size()), c10::toString(tensor.scalar_type())));
    for (const std::int64_t size : tensor.sizes()) pieces.back() += std::to_string(size) + ' ';
    pieces.push_back(bytes_of(tensor));
  }
  return hex(sha256(std::vector<std::string_view>(pieces.begin(), pieces.end())));
}

/// Weights that no training leaves behind: the file is damaged, of a run that diverged, or not what it is taken for.
void check_numbers(const torch::nn::Module& module, const std::map<std::string, at::Tensor>& weights,
                   const std::string& file) {
  std::map<std::string, at::Tensor> wanted;
  for (const auto& item : module.named_parameters()) wanted[item.key()] = item.value();
  for (const auto& item : module.named_buffers()) wanted[item.key()] = item.value();
  for (const auto& [name, tensor] : weights) {
    const auto mine = wanted.find(name);
    if (mine == wanted.end() || !mine->second.is_floating_point()) continue;
    const char* wrong = nullptr;
    if (!tensor.is_floating_point())
      wrong = "holds whole numbers: a quantised network's, whose scales are not read";
    else if (!tensor.isfinite().all().item<bool>())
      wrong = "holds values that are not finite";
    else if (name.ends_with("running_var") && tensor.lt(0).any().item<bool>())
      wrong = "holds negative values, which no variance is";
    if (wrong)
      throw Error(fmt::format("{}: '{}' {}", file, name, wrong), "load the floating-point weights of a sound run");
  }
}

/// Of a part of another run, whose record lies beside its checkpoint: which options it was trained with that are others
/// here. Shapes fit, or it would not have been loaded; strides, say, have none.
std::vector<std::string> other_options(const fs::path& file, const std::string& part, const Experiment& experiment) {
  const fs::path record = file.parent_path() / "run.h5";
  if (!fs::exists(record)) return {};
  std::map<std::string, std::string> there;
  try {
    there = flat_keys(resolved_value(read_contents(record).resolved_toml));
  } catch (const Error& error) {
    return {fmt::format("the options that it was trained with are not known: {}", error.what())};
  }
  std::vector<std::string> notes;
  for (const auto& [key, here] : flat_keys(experiment.resolved)) {
    const auto other = there.find(key);
    const bool of_part = key.starts_with(part + '.') && !key.ends_with(".load") && !key.ends_with(".freeze") &&
                         !key.ends_with(".lr_factor");
    if (of_part && other != there.end() && other->second != here)
      notes.push_back(fmt::format("it was trained with {} = {}, and is used with {}", key, other->second, here));
  }
  return notes;
}

Place place_of(const Value& root, const char* section) {
  const Value* table = root.find(section);
  const Value* load = table ? table->find("load") : nullptr;
  return load ? load->place : table ? table->place : root.place;
}

}  // namespace

std::vector<std::string> load_part(torch::nn::Module& module, const std::string& from, const std::string& side,
                                   const std::string& part, const Experiment& experiment) {
  if (from.empty()) return {};
  const Found found = find(from, side, part);
  const std::string file = found.file.string();
  std::vector<std::string> notes = found.notes;
  std::map<std::string, at::Tensor> weights;
  if (found.prefix.empty()) {
    FamiliarWeights familiar = familiar_weights(module, found.weights, side == "target", file);
    notes.insert(notes.end(), familiar.notes.begin(), familiar.notes.end());
    weights = std::move(familiar.tensors);
  } else {
    for (const auto& [name, tensor] : found.weights)
      if (name.starts_with(found.prefix + "/")) weights[name.substr(found.prefix.size() + 1)] = tensor;
    notes = other_options(found.file, part, experiment);
  }
  check_numbers(module, weights, file);
  if (found.prefix.empty())
    load_weights(module, weights, "", file);
  else
    load_weights(module, found.weights, found.prefix, file);
  for (std::string& note : notes) note = fmt::format("{} {} from {}: {}", side, part, file, note);
  return notes;
}

void StartingWeights::check(const Experiment& experiment, const Value& root, Problems& problems) {
  for (const Load& load : loads_of(experiment)) try {
      digest_of(load.from, load.side, load.part);
    } catch (const std::exception& error) {
      problems.add(place_of(root, load.section), error, "");
    }
}

std::string StartingWeights::digest(const Experiment& experiment) {
  std::string lines;
  for (const Load& load : loads_of(experiment))
    lines += fmt::format("{}.load {} = {}\n", load.section, load.part, digest_of(load.from, load.side, load.part));
  return lines;
}

const std::string& StartingWeights::digest_of(const std::string& from, const std::string& side,
                                              const std::string& part) {
  const std::string key = side + ' ' + part + ' ' + from;
  if (const auto known = known_.find(key); known != known_.end()) return known->second;
  return known_[key] = hash(find(from, side, part));
}

}  // namespace byolab
