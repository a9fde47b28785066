#include "train/run_data.hpp"

#include <ATen/Functions.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "byolab/capability.hpp"
#include "byolab/ops.hpp"
#include "data/annotations.hpp"
#include "data/loader.hpp"
#include "data/shared_images.hpp"
#include "data/split_notes.hpp"
#include "support/hash.hpp"
#include "support/text.hpp"
#include "train/data_sets.hpp"
#include "train/views.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

/// Draws for evaluation's pairs of views belong to no epoch of training.
constexpr std::uint64_t kPairsEpoch = (1U << 24) - 1;

/// Pipelines compute in float32; a float64 run takes what they give.
c10::ScalarType written_type(const Compute& compute) {
  return compute.dtype == c10::kDouble ? c10::kFloat : compute.dtype;
}

Indices all_indices(const Dataset& dataset) {
  Indices all(static_cast<std::size_t>(dataset.size()));
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::int64_t>(i);
  return all;
}

/// Where the decoded images of some indices are shared with other processes, if somebody wants that (a sweep
/// does): a folder in the environment variable BYOLAB_IMAGES. The name covers all that the pixels depend on.
fs::path cache_file(const Experiment& experiment, const PluginCatalogue& catalogue, const Plugged<Dataset>& data,
                    const char* part, const Indices& indices) {
  const char* folder = std::getenv("BYOLAB_IMAGES");
  if (!folder || !*folder) return {};
  const Recipe& recipe = experiment.data.recipe;
  const LibraryFile* library = catalogue.library_of(Kind::dataset, recipe.name);
  const std::string_view numbers(reinterpret_cast<const char*>(indices.data()), indices.size() * sizeof(indices[0]));
  const std::string name = hex(sha256({recipe.resolved.toml(), "\n", library ? library->sha256 : "", "\n", part, "\n",
                                       data.object->fingerprint(), "\n", numbers}));
  return fs::path(folder) / (name.substr(0, 32) + ".images");
}

/// A data set may answer for a name that it does not know, with its main labels, say: a wrong name gets no numbers.
void expect_label_set(const Dataset& data, const std::string& set) {
  if (set.empty()) return;
  const std::vector<std::string> known = data.label_sets();
  if (std::find(known.begin(), known.end(), set) != known.end()) return;
  throw Error(fmt::format("the data set has no labels '{}'", printable(shortened(set))),
              known.empty() ? "it has none beside its main ones: leave the name out"
                            : fmt::format("beside its main ones it has: {}", fmt::join(known, ", ")));
}

std::int64_t label_of(const Plugged<Dataset>& dataset, std::int64_t index, const std::string& set,
                      std::int64_t classes) {
  return dataset.call("label()", -1, [&](Dataset& data) {
    const std::int64_t label = data.label(index, set);
    if (label < -1 || label >= classes)
      throw Error(fmt::format("the label of image {} is {}; there are {} classes, from 0 on (-1: unknown)", index,
                              label, classes));
    return label;
  });
}

std::vector<Annotation> annotations_of(const Plugged<Dataset>& dataset, std::int64_t index, Size image,
                                       std::int64_t classes) {
  return dataset.call("annotations()", -1, [&](const Dataset& data) {
    std::vector<Annotation> annotations = capability<Annotated>(data)->annotations(index);
    check_annotations(annotations, index, image, classes);
    return annotations;
  });
}

}  // namespace

struct RunData::Impl {
  Impl(const Experiment& run, const PluginCatalogue& catalogue, const Compute& on) : experiment(run), compute(on) {
    sets = open_data(run, catalogue);
    const Plugged<Dataset>& training = sets.train;
    const TrainingSplit split = split_training(*training.object, run.data.validation, run.data.subset);
    split_notes = notes_on(split, *training.object);
    const Indices testing = sets.test ? all_indices(*sets.test.object) : Indices{};
    const auto make_store = [&](const Plugged<Dataset>& data, const char* part, Indices indices) {
      const fs::path cache = cache_file(run, catalogue, data, part, indices);
      return std::make_unique<Store>(*data.object, data.callee, std::move(indices), default_memory_limit(), cache);
    };
    train = make_store(training, "train", split.train);
    validation = make_store(training, "train", split.validation);
    test = make_store(sets.test ? sets.test : training, "test", testing);
    shared = byolab::shared_images(*train, *validation, *test);
    make_pipelines(catalogue);
    check_batch();
  }

  void make_pipelines(const PluginCatalogue& catalogue) {
    Picture room;
    const Pixels first = train->get(0, room);
    std::vector<Augmentations> ops;
    for (const ViewOptions& view : experiment.views) ops.push_back(make_augmentations(view, catalogue));
    first_image = {first.height, first.width};
    size = made_size(ops[0], first_image);
    for (std::size_t i = 0; i < ops.size(); ++i) {
      check_size(i, made_size(ops[i], first_image));
      check_colours(experiment.views[i], ops[i], first_image);
      pipelines.emplace_back(ops[i], size);
    }
    plain.push_back(Pipeline::evaluation(ops[0], size));
    view_note = note_on_normalisation(experiment.views, ops);
    prepared = byolab::preparation(experiment.views[0], ops[0], size);
  }

  void check_size(std::size_t view, Size made) const {
    if (made.height == size.height && made.width == size.width) return;
    const auto name = [&](std::size_t i) { return experiment.views[i].name; };
    throw Error(fmt::format("view '{}' gives {}x{} pixels, view '{}' gives {}x{}", name(view), made.height, made.width,
                            name(0), size.height, size.width),
                "give their random_resized_crop, resize or center_crop the same size: all views go through one network "
                "in one batch");
  }

  std::int64_t images_per_step() const { return experiment.run.batch_size * experiment.run.accumulate; }

  void check_batch() const {
    if (images_per_step() > train->size())
      throw Error(
          fmt::format("a step takes {} images ([run] batch_size × accumulate), but there are only {} to train on",
                      images_per_step(), train->size()),
          "lower [run] batch_size, or use more images");
  }

  /// Why what is told from labels says nothing; "" if it can.
  std::string note_on_labels(DataPart part) const {
    const Store& from = store(part);
    const std::vector<std::string> names = dataset(part).object->classes();
    if (names.empty() || from.size() == 0) return {};
    std::set<std::int64_t> seen;
    for (std::int64_t i = 0; i < from.size() && seen.size() < 3; ++i)
      seen.insert(label_of(dataset(part), from.index(i), "", static_cast<std::int64_t>(names.size())));
    seen.erase(-1);
    const char* which = part == DataPart::train ? "training" : part == DataPart::validation ? "validation" : "test";
    if (seen.empty()) return fmt::format("none of the {} images has a label: what is told from labels is NaN", which);
    if (seen.size() > 1 || part != DataPart::train) return {};
    return fmt::format(
        "all training images are of one class, '{}': what is told from labels (kNN, linear probe) is NaN, "
        "since one answer would always be right",
        printable(names[static_cast<std::size_t>(*seen.begin())]));
  }

  const Store& store(DataPart part) const {
    return part == DataPart::train ? *train : part == DataPart::validation ? *validation : *test;
  }
  const Plugged<Dataset>& dataset(DataPart part) const {
    return part == DataPart::test && sets.test ? sets.test : sets.train;
  }

  /// `count` images of a part through a pipeline, in parallel; the i-th is the one at place(i).
  template <class Place>
  at::Tensor through(const Pipeline& pipeline, DataPart part, std::int64_t count, Place&& place,
                     std::uint32_t view) const {
    const Store& from = store(part);
    const at::Tensor out = at::empty({count, 3, size.height, size.width},
                                     at::TensorOptions().dtype(written_type(compute)).memory_format(compute.format));
    parallel_for(count, 8, [&](std::int64_t first, std::int64_t last) {
      Picture room;
      for (std::int64_t i = first; i < last; ++i) {
        const ViewKey key = evaluation_key(from.index(place(i)), view);
        const Pixels pixels = from.get(place(i), room);
        pipeline.run(pixels.data, {pixels.height, pixels.width}, key, destination_of(out, i));
      }
    });
    return out.to(compute.dtype);
  }

  /// What draws for images that are evaluated depend on.
  ViewKey evaluation_key(std::int64_t index, std::uint32_t view) const {
    return {static_cast<std::uint64_t>(experiment.run.seed), kPairsEpoch, static_cast<std::uint64_t>(index), view};
  }

  const Experiment& experiment;
  const Compute& compute;
  DataSets sets;
  std::vector<std::string> split_notes;
  std::string view_note, prepared;
  SharedImages shared;
  std::unique_ptr<Store> train, validation, test;
  Size size, first_image;
  std::vector<Pipeline> pipelines, plain;
  std::unique_ptr<Loader> loader;
};

RunData::RunData(const Experiment& experiment, const PluginCatalogue& catalogue, const Compute& compute)
    : impl_(std::make_unique<Impl>(experiment, catalogue, compute)) {}

RunData::~RunData() = default;

Context RunData::context() const {
  Context context;
  context.height = impl_->size.height;
  context.width = impl_->size.width;
  context.classes = classes();
  return context;
}

std::int64_t RunData::images() const { return impl_->train->size(); }

std::int64_t RunData::steps_per_epoch() const { return impl_->train->size() / impl_->images_per_step(); }

std::string RunData::fingerprint() const { return impl_->sets.fingerprint(impl_->experiment.data.validation); }

std::size_t RunData::views() const { return impl_->pipelines.size(); }
std::vector<View> RunData::planned_views() const {
  std::vector<View> views;
  for (const ViewOptions& view : impl_->experiment.views)
    views.push_back({view.name, 3, impl_->size.height, impl_->size.width});
  return views;
}
Size RunData::view_size() const { return impl_->size; }
Size RunData::first_image_size() const { return impl_->first_image; }
std::string RunData::preparation() const { return impl_->prepared; }
std::vector<std::string> RunData::notes() const {
  std::vector<std::string> all = impl_->sets.notes();
  all.insert(all.end(), impl_->split_notes.begin(), impl_->split_notes.end());
  all.insert(all.end(), impl_->shared.notes.begin(), impl_->shared.notes.end());
  for (const DataPart part : {DataPart::train, DataPart::validation, DataPart::test})
    if (const std::string line = impl_->note_on_labels(part); !line.empty()) all.push_back(line);
  if (!impl_->view_note.empty()) all.push_back(impl_->view_note);
  return all;
}

std::string RunData::shared_images() const { return impl_->shared.recorded; }

std::string RunData::no_test_images() const { return impl_->sets.no_test ? impl_->sets.no_test->what() : ""; }

void RunData::start(std::int64_t step) {
  const RunOptions& run = impl_->experiment.run;
  LoaderPlan plan;
  plan.seed = static_cast<std::uint64_t>(run.seed);
  plan.batch_size = run.batch_size;
  plan.batches_per_epoch = steps_per_epoch() * run.accumulate;
  plan.dtype = written_type(impl_->compute);
  plan.format = impl_->compute.format;
  plan.workers = impl_->compute.workers;
  plan.ahead = plan.workers + 2;
  impl_->loader = std::make_unique<Loader>(*impl_->train, impl_->pipelines, plan, step * run.accumulate);
}

ViewBatch RunData::next() {
  const Loader::Batch& batch = impl_->loader->next();
  ViewBatch result{batch.views, {}, at::empty({impl_->experiment.run.batch_size}, at::kLong)};
  for (at::Tensor& view : result.views) view = view.to(impl_->compute.dtype);
  auto* index = result.index.data_ptr<std::int64_t>();
  for (const std::int64_t position : batch.positions) *index++ = impl_->train->index(position);
  const std::int64_t known = classes();
  if (known == 0) return result;
  result.labels = at::empty({impl_->experiment.run.batch_size}, at::kLong);
  auto* label = result.labels.data_ptr<std::int64_t>();
  for (const std::int64_t position : batch.positions)
    *label++ = label_of(impl_->sets.train, impl_->train->index(position), "", known);
  return result;
}

std::int64_t RunData::size(DataPart part) const { return impl_->store(part).size(); }

at::Tensor RunData::plain(DataPart part, std::int64_t begin, std::int64_t end) const {
  return impl_->through(
      impl_->plain[0], part, end - begin, [=](std::int64_t i) { return begin + i; }, 0);
}

at::Tensor RunData::plain_at(DataPart part, const std::vector<std::int64_t>& places) const {
  const auto place = [&](std::int64_t i) { return places[static_cast<std::size_t>(i)]; };
  return impl_->through(impl_->plain[0], part, static_cast<std::int64_t>(places.size()), place, 0);
}

std::vector<at::Tensor> RunData::views_at(DataPart part, const std::vector<std::int64_t>& places) const {
  const auto place = [&](std::int64_t i) { return places[static_cast<std::size_t>(i)]; };
  std::vector<at::Tensor> views;
  for (std::uint32_t v = 0; v < impl_->pipelines.size(); ++v)
    views.push_back(impl_->through(impl_->pipelines[v], part, static_cast<std::int64_t>(places.size()), place, v));
  return views;
}

std::vector<at::Tensor> RunData::paired(DataPart part, std::int64_t n) const {
  const auto place = [](std::int64_t i) { return i; };
  return {impl_->through(impl_->pipelines[0], part, n, place, 0),
          impl_->through(impl_->pipelines[1], part, n, place, 1)};
}

std::vector<std::int64_t> RunData::places_in_data_set(DataPart part, std::vector<std::int64_t> places) const {
  for (std::int64_t& place : places) place = impl_->store(part).index(place);
  return places;
}

at::Tensor RunData::labels(DataPart part, const std::string& set) const {
  const Plugged<Dataset>& dataset = impl_->dataset(part);
  expect_label_set(*dataset.object, set);
  const std::vector<std::string> names =
      dataset.call("classes()", -1, [&](Dataset& data) { return data.classes(set); });
  if (names.empty()) return {};
  const Store& store = impl_->store(part);
  at::Tensor labels = at::empty({store.size()}, at::kLong);
  auto* label = labels.data_ptr<std::int64_t>();
  for (std::int64_t i = 0; i < store.size(); ++i)
    label[i] = label_of(dataset, store.index(i), set, static_cast<std::int64_t>(names.size()));
  return labels;
}

bool RunData::annotated() const { return capability<Annotated>(*impl_->sets.train.object) != nullptr; }

const Callee& RunData::data_set() const { return impl_->sets.train.callee; }

std::vector<std::vector<Annotation>> RunData::annotations(DataPart part, std::int64_t begin, std::int64_t end) const {
  const Store& from = impl_->store(part);
  const std::int64_t known = classes();
  std::vector<std::vector<Annotation>> all(static_cast<std::size_t>(end - begin));
  parallel_for(end - begin, 8, [&](std::int64_t first, std::int64_t last) {
    Picture room;
    for (std::int64_t i = first; i < last; ++i) {
      const std::int64_t index = from.index(begin + i);
      const Pixels pixels = from.get(begin + i, room);
      const Size image{pixels.height, pixels.width};
      all[static_cast<std::size_t>(i)] = moved(annotations_of(impl_->dataset(part), index, image, known), image,
                                               impl_->plain[0], impl_->evaluation_key(index, 0));
    }
  });
  return all;
}

std::vector<std::string> RunData::class_names() const { return impl_->sets.train.object->classes(); }

std::int64_t RunData::classes(const std::string& set) const {
  expect_label_set(*impl_->sets.train.object, set);
  return static_cast<std::int64_t>(impl_->sets.train.object->classes(set).size());
}

}  // namespace byolab
