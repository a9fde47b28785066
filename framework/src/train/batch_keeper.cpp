#include "train/batch_keeper.hpp"

#include <ATen/Functions.h>

namespace byolab {
namespace {

/// One more row of an array whose first axis counts batches.
template <class T>
void append_batch(Array<T>& array, const at::Tensor& row) {
  const at::Tensor dense = row.to(at::kCPU, c10::CppTypeToScalarType<T>::value).contiguous();
  if (!array.defined()) {
    array.shape = dense.sizes().vec();
    array.shape.insert(array.shape.begin(), 0);
  }
  const T* begin = dense.const_data_ptr<T>();
  array.data.insert(array.data.end(), begin, begin + dense.numel());
  ++array.shape[0];
}

}  // namespace

BatchKeeper::BatchKeeper(const Experiment& experiment, std::filesystem::path file, std::int64_t first_step)
    : wanted_(experiment.record.batches), file_(std::move(file)) {
  batches_.run_id = experiment.identity;
  batches_.name = experiment.run.name;
  batches_.first_step = first_step;
  batches_.accumulate = experiment.run.accumulate;
  for (const ViewOptions& view : experiment.views) batches_.views.emplace_back(view.name, Array<float>{});
}

void BatchKeeper::keep(const ViewBatch& batch, double loss) {
  for (std::size_t v = 0; v < batch.views.size(); ++v) append_batch(batches_.views[v].second, batch.views[v]);
  append_batch(batches_.index, batch.index);
  if (batch.labels.defined()) append_batch(batches_.labels, batch.labels);
  append_batch(batches_.losses, at::scalar_tensor(loss, at::kDouble));
  if (!wants_more()) write();
}

void BatchKeeper::write() {
  if (written_) return;
  written_ = true;
  try {
    write_batches(file_, batches_);
  } catch (const std::exception& error) {
    trouble_ = error.what();
  }
}

}  // namespace byolab
