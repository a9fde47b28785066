#pragma once

#include <map>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace torch::nn {
class Module;
}

namespace byolab {

/// Tensors under the names that a module gives its own, and what was done to find them.
struct FamiliarWeights {
  std::map<std::string, at::Tensor> tensors;
  std::vector<std::string> notes;  ///< a line each: "names begin with 'backbone.' there"
};

/// Finds a module's weights among those of other programs. Taken is what can be meant in one way alone: under one
/// prefix ("module.", "backbone.", "base_encoder.") every weight is there with its shape; layers of a ResNet may be
/// numbered, as torch.nn.Sequential does; heads beside the encoder ("fc.weight") are ignored, and counters of batches
/// may be missing. Where two networks fit, `target` asks for the one that is called so ("target", "momentum", …).
/// Throws Error otherwise, with the names that are there beside those that are wanted.
FamiliarWeights familiar_weights(const torch::nn::Module& module, const std::map<std::string, at::Tensor>& there,
                                 bool target, const std::string& source);

}  // namespace byolab
