#include "record/embeddings_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

#include "record/array_file.hpp"
#include "record/disk.hpp"

namespace byolab {
namespace {

using namespace hdf5;

constexpr std::uint64_t kSchema = 1;

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
  write_array(group, "knn", snapshot.knn, "class that the nearest training images name");
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

herr_t collect(hid_t, const char* name, const H5L_info_t*, void* out) {
  static_cast<std::vector<std::string>*>(out)->emplace_back(name);
  return 0;
}

std::vector<std::string> members(hid_t group) {
  std::vector<std::string> names;
  check(H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, &collect, &names), "list a group");
  return names;
}

bool has(hid_t group, const char* name) { return check(H5Lexists(group, name, H5P_DEFAULT), "look for a name") > 0; }

template <class T>
Array<T> read_array(hid_t group, const std::string& name) {
  if (!has(group, name.c_str())) return {};
  const Id dataset = open_dataset(group, name);
  const Id space(H5Dget_space(dataset), &H5Sclose, "read a dataset's shape");
  std::vector<hsize_t> shape(static_cast<std::size_t>(check(H5Sget_simple_extent_ndims(space), "read a shape")));
  check(H5Sget_simple_extent_dims(space, shape.data(), nullptr), "read a shape");
  const auto count = static_cast<std::size_t>(check(H5Sget_simple_extent_npoints(space), "read a shape"));
  Array<T> array{{shape.begin(), shape.end()}, std::vector<T>(count)};
  if (count) check(H5Dread(dataset, type_of<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, array.data.data()), "read a dataset");
  return array;
}

std::vector<std::string> read_names(hid_t file) {
  const Id dataset = open_dataset(file, "classes");
  const Id type(H5Dget_type(dataset), &H5Tclose, "read a dataset's type");
  const std::size_t width = H5Tget_size(type);
  std::string room(width * length_of(dataset), '\0');
  std::vector<std::string> names;
  if (room.empty()) return names;
  check(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, room.data()), "read a dataset");
  for (std::size_t at = 0; at < room.size(); at += width) {
    const std::string name = room.substr(at, width);
    names.push_back(name.substr(0, name.find('\0')));
  }
  return names;
}

Examples read_examples(hid_t file) {
  Examples examples;
  if (!has(file, "examples")) return examples;
  const Id group = open_group(file, "examples");
  examples.rows = read_array<std::int64_t>(group, "row");
  examples.images = read_array<std::uint8_t>(group, "image");
  examples.nearest = read_array<std::int64_t>(group, "nearest");
  examples.nearest_images = read_array<std::uint8_t>(group, "nearest_image");
  const Id views = open_group(group, "views");
  for (const std::string& name : members(views))
    examples.views.emplace_back(name, read_array<std::uint8_t>(views, name));
  return examples;
}

Embeddings read_file(hid_t file) {
  const Id root = open_group(file, "/");
  if (read_attribute(root, "byolab_embeddings_schema").empty())
    throw Error("an HDF5 file, but no embeddings of a run", "name the file run.embeddings.h5 of a run");
  Embeddings all;
  all.run_id = read_attribute(root, "run_id");
  all.name = read_attribute(root, "name");
  all.split = read_attribute(root, "split");
  all.classes = read_names(file);
  all.index = read_array<std::int64_t>(file, "index");
  const Id snapshots = open_group(file, "snapshots");
  for (const std::string& name : members(snapshots)) {
    const Id group = open_group(snapshots, name);
    all.snapshots.push_back({std::stoll(read_attribute(group, "step")), read_array<float>(group, "features"),
                             read_array<std::int64_t>(group, "label"), read_array<std::int64_t>(group, "knn")});
  }
  all.examples = read_examples(file);
  return all;
}

}  // namespace

void write_embeddings(const std::filesystem::path& path, const Embeddings& embeddings) {
  const auto guarded = guard();
  with_path(path, [&] {
    const Id file = make_in_memory("embeddings");
    const Id root = open_group(file, "/");
    write_attribute(root, "byolab_embeddings_schema", kSchema);
    write_attribute(root, "run_id", embeddings.run_id);
    write_attribute(root, "name", embeddings.name);
    write_attribute(root, "split", embeddings.split);
    write_names(file, embeddings.classes);
    write_array(file, "index", embeddings.index, "place of each row's image in the split");
    const Id snapshots = make_group(file, "snapshots");
    for (const Snapshot& snapshot : embeddings.snapshots) write_snapshot(snapshots, snapshot);
    write_examples(file, embeddings.examples);
    write_image(file, path);
  });
}

Embeddings read_embeddings(const std::filesystem::path& path) {
  const auto guarded = guard();
  return with_path(path, [&] {
    if (!std::filesystem::exists(path))
      throw Error("no such file",
                  "run the experiment with [record] embeddings = true; a finished run gets them by "
                  "byolab run … --resume --set record.embeddings=true");
    const Id access = properties(H5P_FILE_ACCESS);
    check(H5Pset_file_locking(access, false, true), "set file locking");
    const Id file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access), &H5Fclose, "open the file");
    return read_file(file);
  });
}

std::filesystem::path embeddings_beside(const std::filesystem::path& record) {
  std::filesystem::path path = record;
  return path.replace_extension(".embeddings.h5");
}

}  // namespace byolab
