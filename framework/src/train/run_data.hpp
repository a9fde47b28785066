#pragma once

#include <memory>

#include <ATen/core/Tensor.h>

#include "byolab/annotated.hpp"
#include "byolab/augmentation.hpp"
#include "byolab/method.hpp"
#include "config/experiment.hpp"
#include "train/compute.hpp"
#include "train/data_facts.hpp"
#include "train/plugged.hpp"

namespace byolab {

/// Two or more augmented views of some images, and their labels (undefined without).
struct ViewBatch {
  std::vector<at::Tensor> views;  ///< [n, 3, h, w] each; good until the next batch is asked for
  at::Tensor labels;              ///< [n] int64
  at::Tensor index;               ///< [n] int64: places of the images in the data set
};

enum class DataPart { train, validation, test };

/// The images of a run: read, split, shuffled, augmented.
class BYOLAB_API RunData {
 public:
  RunData(const Experiment& experiment, const PluginCatalogue& catalogue, const Compute& compute);
  ~RunData();

  Context context() const;      ///< image size and number of classes
  std::int64_t images() const;  ///< training images, validation set aside
  std::int64_t steps_per_epoch() const;
  std::string fingerprint() const;  ///< of the training and the test data set
  std::size_t views() const;        ///< how many there are of an image
  /// What an image is made into, in order; what a loss needs of each is left open.
  std::vector<View> planned_views() const;
  Size view_size() const;           ///< of every view, and of what is evaluated
  Size first_image_size() const;    ///< of the first image to train on, as the data set has it
  std::string preparation() const;  ///< of images that are evaluated, in words
  /// What a user must know: images that were left out or changed, that are in two parts, that are not there.
  std::vector<std::string> notes() const;
  std::string shared_images() const;   ///< how many images two parts share, for the record
  std::string no_test_images() const;  ///< why there are none; "": there are

  /// Batches from step `step` on, `accumulate` of them for each step. `workers` threads prepare them.
  void start(std::int64_t step);
  ViewBatch next();

  std::int64_t size(DataPart part) const;
  /// Images [begin, end) of a part, resized and cropped to what the encoder sees, and normalised; no augmentation.
  at::Tensor plain(DataPart part, std::int64_t begin, std::int64_t end) const;
  /// The first `n` images of a part, augmented by the first two views' pipelines.
  std::vector<at::Tensor> paired(DataPart part, std::int64_t n) const;
  /// Images of a part by their places in it, as `plain` gives them.
  at::Tensor plain_at(DataPart part, const std::vector<std::int64_t>& places) const;
  /// The same through every view's pipeline, as training augments them; one tensor a view.
  std::vector<at::Tensor> views_at(DataPart part, const std::vector<std::int64_t>& places) const;
  /// The same images' places in the whole data set that the part was drawn from.
  std::vector<std::int64_t> places_in_data_set(DataPart part, std::vector<std::int64_t> places) const;
  /// Labels of a part; undefined if the data set has none. `set`: "" or one of the data set's label sets.
  at::Tensor labels(DataPart part, const std::string& set = "") const;
  std::int64_t classes(const std::string& set = "") const;
  /// Whether the data set knows where objects are, and which one it is.
  bool annotated() const;
  const Callee& data_set() const;
  /// The objects in images [begin, end) of a part, in pixels of what `plain` gives. Throws Error, naming the data set,
  /// for what cannot be.
  std::vector<std::vector<Annotation>> annotations(DataPart part, std::int64_t begin, std::int64_t end) const;
  std::vector<std::string> class_names() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace byolab
