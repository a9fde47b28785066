#include "data/loader.hpp"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>

#include "data/epoch_order.hpp"

namespace byolab {

Destination destination_of(const at::Tensor& views, std::int64_t i) {
  Destination destination;
  destination.data = static_cast<char*>(views.data_ptr()) + i * views.stride(0) * static_cast<std::int64_t>(views.element_size());
  destination.number = views.scalar_type() == c10::kBFloat16 ? Destination::Number::bfloat16 : Destination::Number::float32;
  destination.order = views.is_contiguous(c10::MemoryFormat::ChannelsLast) && views.size(1) > 1 ? Destination::Order::nhwc
                                                                                                : Destination::Order::nchw;
  return destination;
}

Loader::Loader(const Store& store, const std::vector<Pipeline>& pipelines, LoaderPlan plan, std::int64_t first)
    : store_(store), pipelines_(pipelines), plan_(plan), slots_(static_cast<std::size_t>(plan.ahead) + 1), to_make_(first), to_give_(first) {
  for (Slot& slot : slots_) {
    for (const Pipeline& pipeline : pipelines)
      slot.batch.views.push_back(at::empty({plan.batch_size, 3, pipeline.output().height, pipeline.output().width},
                                           at::TensorOptions().dtype(plan.dtype).memory_format(plan.format)));
    slot.batch.positions.resize(static_cast<std::size_t>(plan.batch_size));
  }
  for (int i = 0; i < plan.workers; ++i) workers_.emplace_back([this] { work(); });
}

Loader::~Loader() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

const Loader::Batch& Loader::next() {
  std::unique_lock lock(mutex_);
  Slot& slot = slot_of(to_give_);
  changed_.wait(lock, [&] { return slot.ready && slot.number == to_give_; });
  ++to_give_;  // frees the slot that was given before
  changed_.notify_all();
  if (slot.error) std::rethrow_exception(slot.error);
  return slot.batch;
}

void Loader::work() {
  at::set_num_threads(1);  // a foreign op's tensors are this thread's work alone
  std::unique_lock lock(mutex_);
  while (true) {
    // The batch before `to_give_` is in use outside, so that one slot less than there are may be filled.
    changed_.wait(lock, [&] { return ending_ || to_make_ < to_give_ + static_cast<std::int64_t>(slots_.size()) - 1; });
    if (ending_) return;
    const std::int64_t number = to_make_++;
    Slot& slot = slot_of(number);
    slot.number = number;
    slot.ready = false;
    slot.error = nullptr;
    lock.unlock();
    try {
      fill(slot, number);
    } catch (...) {
      slot.error = std::current_exception();
    }
    lock.lock();
    slot.ready = true;
    changed_.notify_all();
  }
}

void Loader::fill(Slot& slot, std::int64_t number) {
  const std::int64_t epoch = number / plan_.batches_per_epoch, in_epoch = number % plan_.batches_per_epoch;
  thread_local std::vector<std::int64_t> order;
  thread_local std::int64_t order_epoch = -1;
  thread_local const Loader* order_owner = nullptr;
  if (order_epoch != epoch || order_owner != this) {
    order = epoch_order(plan_.seed, epoch, store_.size());
    order_epoch = epoch;
    order_owner = this;
  }
  thread_local Picture room;
  for (std::int64_t i = 0; i < plan_.batch_size; ++i) {
    const std::int64_t position = order[static_cast<std::size_t>(in_epoch * plan_.batch_size + i)];
    slot.batch.positions[static_cast<std::size_t>(i)] = position;
    const Picture& picture = store_.get(position, room);
    for (std::size_t v = 0; v < pipelines_.size(); ++v) {
      const ViewKey key{plan_.seed, static_cast<std::uint64_t>(epoch), static_cast<std::uint64_t>(store_.index(position)),
                        static_cast<std::uint32_t>(v)};
      pipelines_[v].run(picture, key, destination_of(slot.batch.views[v], i));
    }
  }
}

}  // namespace byolab
