#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include <ATen/core/Tensor.h>

#include "augment/pipeline.hpp"
#include "data/store.hpp"

namespace byolab {

/// What one batch is made of.
struct LoaderPlan {
  std::uint64_t seed = 0;
  std::int64_t batch_size = 1;         ///< at most the store's size
  std::int64_t batches_per_epoch = 1;  ///< what is left over of an epoch's order is not visited in it
  c10::ScalarType dtype = c10::kFloat; ///< float32 or bfloat16
  c10::MemoryFormat format = c10::MemoryFormat::ChannelsLast;
  int workers = 1;                     ///< threads; results do not depend on their number
  int ahead = 3;                       ///< batches that are ready or in the making
};

/// Augmented views, batch after batch. Each is written once, where the network reads it; the tensors are used
/// again, so that a batch is good until the next one is asked for.
class BYOLAB_API Loader {
 public:
  struct Batch {
    std::vector<at::Tensor> views;        ///< one for each pipeline, [batch_size, 3, h, w]
    std::vector<std::int64_t> positions;  ///< in the store
  };

  /// Starts at batch number `first`, counted over all epochs. Store and pipelines must outlive the loader.
  Loader(const Store& store, const std::vector<Pipeline>& pipelines, LoaderPlan plan, std::int64_t first = 0);
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  /// Waits for the next batch. Throws what a worker threw while it made that batch.
  const Batch& next();

 private:
  struct Slot {
    Batch batch;
    std::int64_t number = -1;  ///< the batch that it holds, or that is being made in it
    bool ready = false;
    std::exception_ptr error;
  };

  void work();
  void fill(Slot& slot, std::int64_t number);
  Slot& slot_of(std::int64_t number) { return slots_[static_cast<std::size_t>(number) % slots_.size()]; }

  const Store& store_;
  const std::vector<Pipeline>& pipelines_;
  LoaderPlan plan_;
  std::deque<Slot> slots_;
  std::int64_t to_make_, to_give_;  ///< numbers of batches
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;
  std::vector<std::thread> workers_;
};

/// Where image `i` of a batch goes. `views` is [n, 3, h, w], dense in its memory format.
BYOLAB_API Destination destination_of(const at::Tensor& views, std::int64_t i);

}  // namespace byolab
