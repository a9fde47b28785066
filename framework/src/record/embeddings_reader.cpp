#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "record/disk.hpp"
#include "record/embeddings_file.hpp"
#include "record/layout.hpp"
#include "record/reader.hpp"

namespace byolab {
namespace {

using namespace hdf5;

[[noreturn]] void does_not_fit(const std::string& path, const std::string& why) {
  throw Error(fmt::format("'{}' {}: damaged, or not as byolab writes it", path, why));
}

void need(bool fits, const std::string& path, const char* why) {
  if (!fits) does_not_fit(path, why);
}

template <class T>
Array<T> read_if_there(const Reader& file, const std::string& path, std::size_t rank) {
  return file.has(path) ? file.array<T>(path, rank) : Array<T>();
}

/// Every number is a place among `count`, or -1 for "unknown".
void need_places(const Array<std::int64_t>& numbers, std::int64_t count, std::int64_t least, const std::string& path) {
  const auto fits = [&](std::int64_t number) { return number >= least && number < count; };
  need(std::all_of(numbers.data.begin(), numbers.data.end(), fits), path, "holds places that there are not");
}

Snapshot read_snapshot(const Reader& file, const std::string& path, const Embeddings& all) {
  // Files of before have those of the evaluator knn alone, under its name.
  const std::string predicted = path + (file.has(path + "/knn") ? "/knn" : "/predicted");
  Snapshot snapshot{file.integer_attribute(path, "step"),
                    file.array<float>(path + "/features", 2),
                    read_if_there<std::int64_t>(file, path + "/label", 1),
                    read_if_there<std::int64_t>(file, predicted, 1),
                    {}};
  const std::int64_t rows = all.index.count();
  // Classes may have numbers alone.
  const std::int64_t classes =
      all.classes.empty() ? std::numeric_limits<std::int64_t>::max() : static_cast<std::int64_t>(all.classes.size());
  need(snapshot.features.size(0) == rows, path + "/features", "has not as many rows as there are images");
  for (const auto& [name, numbers] :
       {std::pair{path + "/label", &snapshot.labels}, std::pair{predicted, &snapshot.predicted}}) {
    need(!numbers->defined() || numbers->count() == rows, name, "has not as many rows as there are images");
    need_places(*numbers, classes, -1, name);
  }
  return snapshot;
}

/// Pictures that can be drawn: some rows, three colours, sides that an image may have.
void need_pictures(const Array<std::uint8_t>& images, std::int64_t rows, const std::string& path) {
  constexpr std::int64_t kLongest = 1 << 14;
  const std::size_t axes = images.shape.size();
  const auto side = [&](std::size_t axis) { return images.size(axis) > 0 && images.size(axis) <= kLongest; };
  need(images.size(0) == rows, path, "has not as many rows as there are examples");
  need(images.size(axes - 1) == 3 && side(axes - 2) && side(axes - 3), path, "holds no pictures");
}

Examples read_examples(const Reader& file, std::int64_t rows) {
  Examples examples;
  if (!file.has("examples")) return examples;
  examples.rows = file.array<std::int64_t>("examples/row", 1);
  examples.images = file.array<std::uint8_t>("examples/image", 4);
  const std::int64_t count = examples.rows.count();
  need_places(examples.rows, rows, 0, "examples/row");
  need_pictures(examples.images, count, "examples/image");
  examples.nearest = read_if_there<std::int64_t>(file, "examples/nearest", 2);
  if (examples.nearest.defined()) {
    examples.nearest_images = file.array<std::uint8_t>("examples/nearest_image", 5);
    need(examples.nearest.size(0) == count, "examples/nearest", "has not as many rows as there are examples");
    need_places(examples.nearest, rows, 0, "examples/nearest");
    need_pictures(examples.nearest_images, count, "examples/nearest_image");
    need(examples.nearest_images.size(1) == examples.nearest.size(1), "examples/nearest_image",
         "has not a picture for each of 'examples/nearest'");
  }
  for (const std::string& name : file.members("examples/views")) {
    const std::string path = "examples/views/" + name;
    examples.views.emplace_back(name, file.array<std::uint8_t>(path, 4));
    need_pictures(examples.views.back().second, count, path);
  }
  return examples;
}

Embeddings read_all(const Reader& file) {
  file.insist_on_schema("byolab_embeddings_schema", kEmbeddingsSchema, "the embeddings of a run");
  Embeddings all;
  all.run_id = file.attribute("/", "run_id");
  all.name = file.attribute("/", "name");
  all.split = file.attribute("/", "split");
  all.classes = file.texts("classes");
  all.index = file.array<std::int64_t>("index", 1);
  for (const std::string& name : file.members("snapshots"))
    all.snapshots.push_back(read_snapshot(file, "snapshots/" + name, all));
  all.examples = read_examples(file, all.index.count());
  return all;
}

}  // namespace

Embeddings read_embeddings(const std::filesystem::path& path) {
  const auto guarded = guard();
  return with_path(path, [&] {
    if (!std::filesystem::exists(path))
      throw Error("no such file",
                  "run the experiment with [record] embeddings = true; a finished run gets them by "
                  "byolab run … --resume --set record.embeddings=true");
    if (!std::filesystem::is_regular_file(path)) throw Error("no ordinary file");
    return read_all(open_closed(path));
  });
}

}  // namespace byolab
