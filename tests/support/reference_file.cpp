#include "support/reference_file.hpp"

#include <fstream>
#include <iterator>
#include <limits>
#include <stdexcept>

#include <ATen/Functions.h>
#include <torch/csrc/jit/serialization/pickle.h>

namespace byolab::testing {

ReferenceFile::ReferenceFile(const std::string& topic) {
  const std::string path = std::string(BYOLAB_SOURCE_DIR) + "/tests/reference/" + topic + ".pt";
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  const std::vector<char> bytes((std::istreambuf_iterator<char>(file)), {});
  value_ = torch::jit::pickle_load(bytes);
}

c10::IValue ReferenceFile::at(const std::string& name) const { return value_.toGenericDict().at(name); }

at::Tensor ReferenceFile::tensor(const std::string& name) const { return at(name).toTensor(); }

std::vector<at::Tensor> ReferenceFile::tensors(const std::string& name) const {
  std::vector<at::Tensor> all;
  for (const auto& value : at(name).toListRef()) all.push_back(value.toTensor());
  return all;
}

std::vector<std::string> ReferenceFile::strings(const std::string& name) const {
  std::vector<std::string> all;
  for (const auto& value : at(name).toListRef()) all.push_back(value.toStringRef());
  return all;
}

std::vector<std::vector<std::int64_t>> ReferenceFile::shapes(const std::string& name) const {
  std::vector<std::vector<std::int64_t>> all;
  for (const auto& shape : at(name).toListRef()) {
    auto& sizes = all.emplace_back();
    for (const auto& size : shape.toListRef()) sizes.push_back(size.toInt());
  }
  return all;
}

ReferenceFile ReferenceFile::table(const std::string& name) const {
  ReferenceFile inner;
  inner.value_ = at(name);
  return inner;
}

double error(const at::Tensor& a, const at::Tensor& b) {
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  if (!a.defined() || a.sizes() != b.sizes()) return kInfinite;
  if (a.numel() == 0) return 0;
  const auto x = a.detach().to(at::kDouble), y = b.detach().to(at::kDouble);
  return ((x - y).abs() / (1 + y.abs())).nan_to_num(kInfinite).max().item<double>();
}

}  // namespace byolab::testing
