#include "guard/on_loan.hpp"

#include "byolab/error.hpp"

namespace byolab {

OnLoan::Mark OnLoan::mark_of(const at::Tensor& tensor) {
  if (!tensor.defined()) return {};
  return {tensor.is_inference() ? 0 : tensor._version(), tensor.const_data_ptr()};
}

OnLoan::OnLoan(std::vector<at::Tensor> tensors) : tensors_(std::move(tensors)) {
  marks_.reserve(tensors_.size());
  for (const at::Tensor& tensor : tensors_) marks_.push_back(mark_of(tensor));
}

void OnLoan::add(const at::Tensor& tensor) {
  tensors_.push_back(tensor);
  marks_.push_back(mark_of(tensor));
}

std::optional<std::size_t> OnLoan::changed() const {
  for (std::size_t i = 0; i < tensors_.size(); ++i)
    if (mark_of(tensors_[i]) != marks_[i]) return i;
  return std::nullopt;
}

OnLoan loan_of(const Outputs& outputs) {
  OnLoan loan({outputs.labels});
  for (const ViewOutputs& view : outputs.views)
    for (const at::Tensor& tensor : {view.features, view.projection, view.prediction, view.target}) loan.add(tensor);
  return loan;
}

void expect_unchanged(const OnLoan& loan, const std::string& what) {
  if (loan.changed())
    throw Error("it changed " + what + ", which it is only lent",
                "work on a copy: no call that ends in _ (relu_, mul_) on what was given");
}

}  // namespace byolab
