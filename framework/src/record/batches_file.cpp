#include "record/batches_file.hpp"

#include "record/array_file.hpp"
#include "record/disk.hpp"

namespace byolab {
namespace {

constexpr std::uint64_t kBatchesSchema = 1;

}  // namespace

void write_batches(const std::filesystem::path& path, const Batches& batches) {
  const auto guarded = hdf5::guard();
  with_path(path, [&] {
    const hdf5::Id file = hdf5::make_in_memory("batches");
    const hdf5::Id root = hdf5::open_group(file, "/");
    hdf5::write_attribute(root, "byolab_batches_schema", kBatchesSchema);
    hdf5::write_attribute(root, "run_id", batches.run_id);
    hdf5::write_attribute(root, "name", batches.name);
    hdf5::write_attribute(root, "first_step", static_cast<std::uint64_t>(batches.first_step));
    hdf5::write_attribute(root, "accumulate", static_cast<std::uint64_t>(batches.accumulate));
    const hdf5::Id views = hdf5::make_group(root, "views");
    for (const auto& [name, pictures] : batches.views)
      hdf5::write_array(views, name, pictures, "images as the networks were fed them, through this view");
    hdf5::write_array(root, "index", batches.index, "place of the image in the data set");
    hdf5::write_array(root, "label", batches.labels, "class; -1 where unknown");
    hdf5::write_array(root, "loss", batches.losses, "objective, mean over the batch");
    hdf5::write_image(file, path);
  });
}

std::filesystem::path batches_beside(const std::filesystem::path& record) {
  std::filesystem::path path = record;
  return path.replace_extension(".batches.h5");
}

}  // namespace byolab
