#pragma once

#include "byolab/evaluator.hpp"
#include "record/embeddings_file.hpp"
#include "train/run_data.hpp"

namespace byolab {

/// Throws Error if [record] asks for features of held-out images, and there are none.
void check_snapshots(const Experiment& experiment, const RunData& data);

/// What an evaluator takes held-out images for.
struct Predictions {
  std::string by;      ///< its name; "" for nobody's
  at::Tensor classes;  ///< [n] int64, of all images of the part; undefined for nobody's
};

/// Keeps features of held-out images as [record] asks, in a file beside the run's record.
class BYOLAB_API SnapshotKeeper {
 public:
  /// Snapshots that the file has already stay in it, if they are this run's and no later than step `done`.
  SnapshotKeeper(const Experiment& experiment, const RunData& data, std::filesystem::path file, std::int64_t done);

  bool due(const Step& step) const;
  /// The validation images if there are any, else the test images.
  DataPart part() const { return part_; }
  /// Takes a snapshot, and writes the file anew. If that fails (disk full), the file stays as it was, the snapshot
  /// waits for the next one, and `trouble` says why.
  void keep(Subject& subject, const Predictions& predictions, std::int64_t done);
  const std::string& trouble() const { return trouble_; }  ///< empty if the newest snapshot was written

 private:
  void read_earlier(std::int64_t done);
  Examples make_examples(const at::Tensor& features) const;
  std::vector<std::int64_t> places_of(const at::Tensor& rows) const;

  const Experiment& experiment_;
  const RunData& data_;
  std::filesystem::path file_;
  DataPart part_;
  at::Tensor index_;  ///< [n] int64: the images of the part whose features are kept
  Embeddings embeddings_;
  std::string trouble_;
};

/// The `k` rows of `features` [n, d] nearest to each of `rows` [m], itself left out, by cosine, nearest first: [m, k].
BYOLAB_API at::Tensor nearest_rows(const at::Tensor& features, const at::Tensor& rows, std::int64_t k);

/// Images [m, 3, h, w] as the networks get them, to 8 bits [m, h, w, 3]: each channel from its least (0) to its
/// greatest value (255) over all that are given, which undoes a normalisation of images with black and white in them.
BYOLAB_API std::vector<at::Tensor> to_pictures(const std::vector<at::Tensor>& images);

}  // namespace byolab
