#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>

#include <ATen/core/Tensor.h>

#include "augment/pipeline.hpp"
#include "data/store.hpp"

namespace byolab {

/// What one batch is made of.
struct LoaderPlan {
  std::uint64_t seed = 0;
  std::int64_t batch_size = 1;          ///< at most the store's size
  std::int64_t batches_per_epoch = 1;   ///< what is left over of an epoch's order is not visited in it
  c10::ScalarType dtype = c10::kFloat;  ///< float32 or bfloat16
  c10::MemoryFormat format = c10::MemoryFormat::ChannelsLast;
  int workers = 1;  ///< threads; 0: `next` does the work. Results do not depend on their number
  int ahead = 3;    ///< batches that are ready or in the making
};

/// Augmented views, batch after batch. Each is written once, where the network reads it; the tensors are used
/// again, so that a batch is good until the next one is asked for. Workers share the images of one batch among
/// them, so that the first comes soon and few batches need room.
class BYOLAB_API Loader {
 public:
  struct Batch {
    std::vector<at::Tensor> views;        ///< one for each pipeline, [batch_size, 3, h, w]
    std::vector<std::int64_t> positions;  ///< in the store
  };

  /// Starts at batch number `first`, counted over all epochs. Store and pipelines must outlive the loader.
  Loader(const Store& store, const std::vector<Pipeline>& pipelines, LoaderPlan plan, std::int64_t first = 0);
  /// At any moment: waits for the images that are in the making, no longer.
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  /// Waits for the next batch. Throws what went wrong with its first image that failed. From one thread.
  const Batch& next();
  /// Seconds that `next` has waited so far, all calls together.
  double waited() const { return waited_; }

 private:
  using Order = std::shared_ptr<const std::vector<std::int64_t>>;
  struct Slot {
    Batch batch;
    std::int64_t number = -1;     ///< the batch that it holds, or that is being made in it
    std::int64_t unfinished = 0;  ///< pieces
    std::int64_t failed_piece = 0;
    std::exception_ptr error;  ///< of the first piece that failed
  };
  struct Epoch {
    std::int64_t number = -1;
    Order order;
  };

  void work();
  void wait_for(Slot& slot);
  void begin(Slot& slot, std::int64_t number);
  void make_piece(Slot& slot, std::int64_t number, std::int64_t piece);
  void make_image(Slot& slot, std::int64_t epoch, std::int64_t i, std::int64_t position, Picture& room) const;
  Order order_of(std::int64_t epoch);
  Slot& slot_of(std::int64_t number) { return slots_[static_cast<std::size_t>(number) % slots_.size()]; }

  const Store& store_;
  const std::vector<Pipeline>& pipelines_;
  LoaderPlan plan_;
  std::int64_t piece_size_, pieces_;  ///< images in a piece, pieces in a batch
  std::deque<Slot> slots_;
  Epoch epochs_[2];                 ///< a batch and the one after it may belong to two
  std::mutex order_mutex_, mutex_;  ///< the second guards what follows, and the slots' states
  std::int64_t to_make_, to_give_;  ///< numbers of batches
  std::int64_t next_piece_ = 0;     ///< of batch to_make_
  bool ending_ = false;
  std::condition_variable free_, ready_;
  double waited_ = 0;
  std::vector<std::thread> workers_;
};

/// Where image `i` of a batch goes. `views` is [n, 3, h, w], dense in its memory format.
BYOLAB_API Destination destination_of(const at::Tensor& views, std::int64_t i);

}  // namespace byolab
