#pragma once

#include <filesystem>

#include "record/batches_file.hpp"
#include "train/run_data.hpp"

namespace byolab {

/// Keeps what a run's first batches were ([record] batches), for other programs to be compared on.
class BatchKeeper {
 public:
  BatchKeeper(const Experiment& experiment, std::filesystem::path file, std::int64_t first_step);

  bool wants_more() const { return batches_.losses.count() < wanted_; }
  void keep(const ViewBatch& batch, double loss);
  /// Once all are there, or the run ends.
  void write();
  /// Why the file could not be written; empty if nothing is wrong. It is an extra, and ends no run.
  const std::string& trouble() const { return trouble_; }

 private:
  std::int64_t wanted_;
  std::filesystem::path file_;
  Batches batches_;
  bool written_ = false;
  std::string trouble_;
};

}  // namespace byolab
