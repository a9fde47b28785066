#include "data/loader.hpp"

#include <ATen/Functions.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "data/epoch_order.hpp"
#include "data/worker_thread.hpp"

namespace byolab {
namespace {

constexpr std::int64_t kSmallestPiece = 4;  // images: less is not worth the lock

}  // namespace

Destination destination_of(const at::Tensor& views, std::int64_t i) {
  Destination destination;
  destination.data =
      static_cast<char*>(views.data_ptr()) + i * views.stride(0) * static_cast<std::int64_t>(views.element_size());
  destination.number =
      views.scalar_type() == c10::kBFloat16 ? Destination::Number::bfloat16 : Destination::Number::float32;
  destination.order = views.is_contiguous(c10::MemoryFormat::ChannelsLast) && views.size(1) > 1
                          ? Destination::Order::nhwc
                          : Destination::Order::nchw;
  return destination;
}

Loader::Loader(const Store& store, const std::vector<Pipeline>& pipelines, LoaderPlan plan, std::int64_t first)
    : store_(store), pipelines_(pipelines), plan_(plan), to_make_(first), to_give_(first) {
  if (plan.batch_size < 1 || plan.batch_size * plan.batches_per_epoch > store.size())
    throw Error(fmt::format("an epoch of {} batches of {} images was asked for, but there are {} images",
                            plan.batches_per_epoch, plan.batch_size, store.size()),
                "lower [run] batch_size, or use more images");
  const std::int64_t shares = std::max(1, 2 * plan.workers);
  piece_size_ = std::max(kSmallestPiece, (plan.batch_size + shares - 1) / shares);
  pieces_ = (plan.batch_size + piece_size_ - 1) / piece_size_;
  slots_.resize(plan.workers > 0 ? static_cast<std::size_t>(std::max(1, plan.ahead)) + 1 : 1);
  for (Slot& slot : slots_) {
    for (const Pipeline& pipeline : pipelines)
      slot.batch.views.push_back(at::empty({plan.batch_size, 3, pipeline.output().height, pipeline.output().width},
                                           at::TensorOptions().dtype(plan.dtype).memory_format(plan.format)));
    slot.batch.positions.resize(static_cast<std::size_t>(plan.batch_size));
  }
  for (int i = 0; i < plan.workers; ++i) workers_.push_back(worker_thread([this] { work(); }));
}

Loader::~Loader() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  free_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

const Loader::Batch& Loader::next() {
  const auto start = std::chrono::steady_clock::now();
  Slot& slot = slot_of(to_give_);
  if (workers_.empty()) {
    begin(slot, to_give_);
    for (std::int64_t piece = 0; piece < pieces_; ++piece) make_piece(slot, to_give_, piece);
    ++to_give_;
  } else {
    wait_for(slot);
  }
  waited_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (slot.error) std::rethrow_exception(slot.error);
  return slot.batch;
}

void Loader::wait_for(Slot& slot) {
  {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return slot.number == to_give_ && slot.unfinished == 0; });
    ++to_give_;  // frees the slot that was given before
  }
  free_.notify_all();
}

void Loader::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    // The batch before `to_give_` is in use outside, so that one slot less than there are may be filled.
    free_.wait(lock, [&] { return ending_ || to_make_ < to_give_ + static_cast<std::int64_t>(slots_.size()) - 1; });
    if (ending_) return;
    const std::int64_t number = to_make_, piece = next_piece_;
    Slot& slot = slot_of(number);
    if (piece == 0) begin(slot, number);
    if (++next_piece_ == pieces_) {
      ++to_make_;
      next_piece_ = 0;
    }
    lock.unlock();
    make_piece(slot, number, piece);
    lock.lock();
    if (slot.unfinished == 0) ready_.notify_one();
  }
}

void Loader::begin(Slot& slot, std::int64_t number) {
  slot.number = number;
  slot.unfinished = pieces_;
  slot.failed_piece = pieces_;
  slot.error = nullptr;
}

void Loader::make_piece(Slot& slot, std::int64_t number, std::int64_t piece) {
  thread_local Picture room;
  std::exception_ptr error;
  try {
    const std::int64_t epoch = number / plan_.batches_per_epoch, in_epoch = number % plan_.batches_per_epoch;
    const Order order = order_of(epoch);
    const std::int64_t end = std::min(plan_.batch_size, (piece + 1) * piece_size_);
    for (std::int64_t i = piece * piece_size_; i < end; ++i)
      make_image(slot, epoch, i, (*order)[static_cast<std::size_t>(in_epoch * plan_.batch_size + i)], room);
  } catch (...) {
    error = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  --slot.unfinished;
  if (!error || piece > slot.failed_piece) return;
  slot.failed_piece = piece;  // which error is told must not depend on which thread was faster
  slot.error = error;
}

void Loader::make_image(Slot& slot, std::int64_t epoch, std::int64_t i, std::int64_t position, Picture& room) const {
  slot.batch.positions[static_cast<std::size_t>(i)] = position;
  const Pixels pixels = store_.get(position, room);
  ViewKey key{plan_.seed, static_cast<std::uint64_t>(epoch), static_cast<std::uint64_t>(store_.index(position)), 0};
  for (std::size_t v = 0; v < pipelines_.size(); ++v) {
    key.view = static_cast<std::uint32_t>(v);
    pipelines_[v].run(pixels.data, {pixels.height, pixels.width}, key, destination_of(slot.batch.views[v], i));
  }
}

Loader::Order Loader::order_of(std::int64_t epoch) {
  const std::lock_guard lock(order_mutex_);
  Epoch& kept = epochs_[epoch % 2];
  if (kept.number != epoch) {
    kept.order = std::make_shared<const std::vector<std::int64_t>>(epoch_order(plan_.seed, epoch, store_.size()));
    kept.number = epoch;
  }
  return kept.order;
}

}  // namespace byolab
