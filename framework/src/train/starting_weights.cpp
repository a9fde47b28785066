#include "train/starting_weights.hpp"

#include <fmt/format.h>

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/checkpoint_parts.hpp"
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
};

Found find(const std::string& from, const std::string& side, const std::string& part) {
  Found found{file_of(from), {}, {}};
  if (!fs::exists(found.file))
    throw Error(fmt::format("there are no weights to load: {} is no file", found.file.string()),
                "load names a run's folder, a checkpoint or a state_dict");
  found.weights = read_weights(found.file);
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

Place place_of(const Value& root, const char* section) {
  const Value* table = root.find(section);
  const Value* load = table ? table->find("load") : nullptr;
  return load ? load->place : table ? table->place : root.place;
}

}  // namespace

std::vector<std::string> load_part(torch::nn::Module& module, const std::string& from, const std::string& side,
                                   const std::string& part) {
  if (from.empty()) return {};
  const Found found = find(from, side, part);
  const std::string file = found.file.string();
  if (!found.prefix.empty()) {
    load_weights(module, found.weights, found.prefix, file);
    return {};
  }
  FamiliarWeights weights = familiar_weights(module, found.weights, side == "target", file);
  load_weights(module, weights.tensors, "", file);
  for (std::string& note : weights.notes) note = fmt::format("{} {} from {}: {}", side, part, file, note);
  return weights.notes;
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
