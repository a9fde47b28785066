#pragma once

#include <vector>

#include "record/hdf5.hpp"
#include "record/run_record.hpp"

namespace byolab::hdf5 {

/// Version of the layout that docs/results.md describes; root attribute `byolab_schema`.
constexpr std::uint64_t kSchema = 1;
/// The same of `run.embeddings.h5`; root attribute `byolab_embeddings_schema`.
constexpr std::uint64_t kEmbeddingsSchema = 1;
/// Rows a chunk: 4 KiB of float32, so that a short group wastes little and a long one has few chunks.
constexpr hsize_t kChunkRows = 1024;

/// A group that is open for appending.
struct OpenGroup {
  Id scale;
  std::vector<Id> columns;
};

/// Property lists that make files for SWMR: the 1.10 format, attributes never moved to dense storage.
Id creation_properties();
Id access_properties();

/// Everything that stands outside the metrics: root attributes, /config, /environment, /plugins.
void write_description(hid_t file, const RunInfo& info);
/// An empty group of columns attached to their scale, as netCDF-4 has them.
OpenGroup make_group(hid_t file, const GroupSpec& spec);

}  // namespace byolab::hdf5
