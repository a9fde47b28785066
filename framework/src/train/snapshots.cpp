#include "train/snapshots.hpp"

#include <ATen/Functions.h>

#include <algorithm>

namespace byolab {
namespace {

constexpr std::int64_t kNearest = 6;  // neighbours of an example that are shown

/// `count` places spread evenly over `size`.
std::vector<std::int64_t> evenly(std::int64_t count, std::int64_t size) {
  std::vector<std::int64_t> places;
  for (std::int64_t i = 0; i < count; ++i) places.push_back(i * size / count);
  return places;
}

at::Tensor tensor_of(const std::vector<std::int64_t>& values) { return at::tensor(values, at::kLong); }

template <class T>
Array<T> array_of(const at::Tensor& tensor) {
  if (!tensor.defined()) return {};
  const at::Tensor dense = tensor.to(at::kCPU, c10::CppTypeToScalarType<T>::value).contiguous();
  const T* begin = dense.const_data_ptr<T>();
  return {dense.sizes().vec(), {begin, begin + dense.numel()}};
}

at::Tensor unit_rows(const at::Tensor& x) { return x / x.norm(2, 1, true).clamp_min(1e-12); }

}  // namespace

void check_snapshots(const Experiment& experiment, const RunData& data) {
  if (!experiment.record.embeddings || data.size(DataPart::validation) > 0 || data.size(DataPart::test) > 0) return;
  const std::string why = data.no_test_images();
  throw Error("[record] embeddings = true keeps features of held-out images, and there are none: " +
                  (why.empty() ? "the test split is empty" : why),
              "set [data] validation = 0.1, which sets a tenth of the training images aside, or give the data set a "
              "test split, or set embeddings = false");
}

SnapshotKeeper::SnapshotKeeper(const Experiment& experiment, const RunData& data, std::filesystem::path file,
                               std::int64_t done)
    : experiment_(experiment),
      data_(data),
      file_(std::move(file)),
      part_(data.size(DataPart::validation) > 0 ? DataPart::validation : DataPart::test) {
  const std::int64_t all = data.size(part_), wanted = experiment.record.images;
  embeddings_.run_id = experiment.identity;
  embeddings_.name = experiment.run.name;
  embeddings_.classes = data.class_names();
  embeddings_.split = part_ == DataPart::test ? "test" : "validation";
  const std::vector<std::int64_t> places = evenly(wanted == 0 ? all : std::min(wanted, all), all);
  index_ = tensor_of(places);
  embeddings_.index = array_of<std::int64_t>(index_);
  embeddings_.image = array_of<std::int64_t>(tensor_of(data.places_in_data_set(part_, places)));
  read_earlier(done);
}

void SnapshotKeeper::read_earlier(std::int64_t done) {
  if (!std::filesystem::exists(file_)) return;
  try {
    Embeddings earlier = read_embeddings(file_);
    if (earlier.run_id != embeddings_.run_id || earlier.index != embeddings_.index) return;
    for (Snapshot& snapshot : earlier.snapshots)
      if (snapshot.step <= done) embeddings_.snapshots.push_back(std::move(snapshot));
  } catch (const Error&) {  // a file of another kind, or a damaged one: written anew
  }
}

bool SnapshotKeeper::due(const Step& step) const {
  const Cadence& every = experiment_.record.every;
  return every.count > 0 && every.due(step);
}

Examples SnapshotKeeper::make_examples(const at::Tensor& features) const {
  const std::int64_t rows = index_.numel(), count = std::min(experiment_.record.examples, rows);
  if (count == 0) return {};
  Examples examples;
  const at::Tensor chosen = tensor_of(evenly(count, rows));
  const at::Tensor nearest = nearest_rows(features, chosen, std::min(kNearest, rows - 1));
  examples.rows = array_of<std::int64_t>(chosen);
  examples.nearest = array_of<std::int64_t>(nearest);
  const std::vector<std::int64_t> places = places_of(chosen);
  std::vector<at::Tensor> images = data_.views_at(part_, places);
  images.push_back(data_.plain_at(part_, places));
  if (nearest.numel() > 0) images.push_back(data_.plain_at(part_, places_of(nearest.flatten())));
  const std::vector<at::Tensor> pictures = to_pictures(images);
  for (std::size_t v = 0; v < experiment_.views.size(); ++v)
    examples.views.emplace_back(experiment_.views[v].name, array_of<std::uint8_t>(pictures[v]));
  examples.images = array_of<std::uint8_t>(pictures[experiment_.views.size()]);
  const std::int64_t height = pictures.back().size(1), width = pictures.back().size(2);
  const at::Tensor neighbours =  // one image has none
      nearest.numel() > 0 ? pictures.back() : at::empty({0, height, width, 3}, at::kByte);
  examples.nearest_images = array_of<std::uint8_t>(neighbours.reshape({count, nearest.size(1), height, width, 3}));
  return examples;
}

std::vector<std::int64_t> SnapshotKeeper::places_of(const at::Tensor& rows) const {
  const at::Tensor places = index_.index_select(0, rows);
  return {places.const_data_ptr<std::int64_t>(), places.const_data_ptr<std::int64_t>() + places.numel()};
}

void SnapshotKeeper::keep(Subject& subject, const Predictions& predictions, std::int64_t done) {
  const c10::InferenceMode no_gradient;
  const Embedded& held_out = subject.held_out();
  const at::Tensor features = held_out.features.index_select(0, index_);
  Snapshot snapshot{done, array_of<float>(features), {}, {}, predictions.by};
  if (held_out.labels.defined()) snapshot.labels = array_of<std::int64_t>(held_out.labels.index_select(0, index_));
  if (predictions.classes.defined())
    snapshot.predicted = array_of<std::int64_t>(predictions.classes.index_select(0, index_));
  embeddings_.examples = make_examples(features);
  auto& all = embeddings_.snapshots;
  std::erase_if(all, [&](const Snapshot& other) { return other.step == done; });
  all.push_back(std::move(snapshot));
  try {
    trouble_.clear();
    write_embeddings(file_, embeddings_);
  } catch (const Error& error) {
    trouble_ = error.what();
  }
}

at::Tensor nearest_rows(const at::Tensor& features, const at::Tensor& rows, std::int64_t k) {
  const at::Tensor unit = unit_rows(features);
  at::Tensor cosine = at::mm(unit.index_select(0, rows), unit.t());
  cosine.scatter_(1, rows.unsqueeze(1), -2);  // less than any cosine
  return std::get<1>(cosine.topk(k, 1, true, true));
}

std::vector<at::Tensor> to_pictures(const std::vector<at::Tensor>& images) {
  std::vector<at::Tensor> parts;
  for (const at::Tensor& batch : images) parts.push_back(batch.to(at::kCPU, at::kFloat).transpose(0, 1).flatten(1));
  const at::Tensor all = at::cat(parts, 1);
  const at::Tensor least = std::get<0>(all.min(1)).view({1, -1, 1, 1});
  const at::Tensor reach = (std::get<0>(all.max(1)).view({1, -1, 1, 1}) - least).clamp_min(1e-12);
  std::vector<at::Tensor> pictures;
  for (const at::Tensor& batch : images)
    pictures.push_back(((batch.to(at::kCPU, at::kFloat) - least) / reach * 255)
                           .round()
                           .to(at::kByte)
                           .permute({0, 2, 3, 1})
                           .contiguous());
  return pictures;
}

}  // namespace byolab
