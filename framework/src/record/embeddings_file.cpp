#include "record/embeddings_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

#include "record/array_file.hpp"
#include "record/disk.hpp"
#include "record/layout.hpp"

namespace byolab {
namespace {

using namespace hdf5;

void write_names(hid_t file, const std::vector<std::string>& names) {
  std::size_t width = 1;
  for (const std::string& name : names) width = std::max(width, name.size());
  std::string room;
  for (const std::string& name : names) room += name + std::string(width - name.size(), '\0');
  const hsize_t count = names.size();
  const Id space(H5Screate_simple(1, &count, nullptr), &H5Sclose, "make a shape");
  const Id type = text_type(width);
  const Id dataset(H5Dcreate2(file, "classes", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), &H5Dclose,
                   "make a dataset");
  if (count) check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, room.data()), "write a dataset");
}

void write_snapshot(hid_t parent, const Snapshot& snapshot) {
  const Id group = make_group(parent, fmt::format("step_{:09}", snapshot.step));
  write_attribute(group, "step", static_cast<std::uint64_t>(snapshot.step));
  write_array(group, "features", snapshot.features, "features of the online encoder, a row an image");
  write_array(group, "label", snapshot.labels, "class, a place in /classes; -1 where unknown");
  write_array(group, "predicted", snapshot.predicted,
              fmt::format("class that the evaluator '{}' names; -1 for none", snapshot.predicted_by));
}

void write_examples(hid_t file, const Examples& examples) {
  if (!examples.images.defined()) return;
  const Id group = make_group(file, "examples");
  write_array(group, "row", examples.rows, "row of the image in the snapshots");
  write_array(group, "image", examples.images, "the image as evaluation sees it");
  write_array(group, "nearest", examples.nearest, "rows nearest to it in the newest snapshot, by cosine");
  write_array(group, "nearest_image", examples.nearest_images, "those images, as evaluation sees them");
  const Id views = make_group(group, "views");
  for (const auto& [name, images] : examples.views)
    write_array(views, name, images, "the image as the networks see it in training, through this view");
}

}  // namespace

void write_embeddings(const std::filesystem::path& path, const Embeddings& embeddings) {
  const auto guarded = guard();
  with_path(path, [&] {
    const Id file = make_in_memory("embeddings");
    const Id root = open_group(file, "/");
    write_attribute(root, "byolab_embeddings_schema", kEmbeddingsSchema);
    write_attribute(root, "run_id", embeddings.run_id);
    write_attribute(root, "name", embeddings.name);
    write_attribute(root, "split", embeddings.split);
    write_names(file, embeddings.classes);
    write_array(file, "index", embeddings.index, "place of each row's image in the split");
    if (!embeddings.image.shape.empty())
      write_array(file, "image", embeddings.image,
                  "place of each row's image in the data set, as run.batches.h5 has it");
    const Id snapshots = make_group(file, "snapshots");
    for (const Snapshot& snapshot : embeddings.snapshots) write_snapshot(snapshots, snapshot);
    write_examples(file, embeddings.examples);
    write_image(file, path);
  });
}

std::filesystem::path embeddings_beside(const std::filesystem::path& record) {
  std::filesystem::path path = record;
  return path.replace_extension(".embeddings.h5");
}

}  // namespace byolab
