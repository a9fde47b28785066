#include "kernels/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "byolab/error.hpp"
#include "support/allowance.hpp"
#include "support/alternate_stack.hpp"

namespace byolab {

namespace {

using Body = std::function<void(std::int64_t, std::int64_t)>;

thread_local bool inside = false;  // a piece is running on this thread: nested loops run serially

/// One call of parallel_for. Threads take pieces until none is left; the caller waits for those taken.
struct Job {
  const Body* body = nullptr;
  std::int64_t size = 0, piece = 1, pieces = 0;
  std::atomic<std::int64_t> next{0};
  std::int64_t finished = 0;  // the rest is guarded by the mutex
  std::exception_ptr failure;
  std::mutex mutex;
  std::condition_variable done;

  bool exhausted() const { return next.load(std::memory_order_relaxed) >= pieces; }

  /// Runs pieces until none is left to take.
  void work() {
    std::int64_t ran = 0;
    std::exception_ptr caught;
    inside = true;
    for (std::int64_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < pieces; ++ran) {
      try {
        (*body)(i * piece, std::min(size, (i + 1) * piece));
      } catch (...) {
        if (!caught) caught = std::current_exception();
      }
    }
    inside = false;
    if (ran == 0) return;
    const std::lock_guard lock(mutex);
    if (caught && !failure) failure = caught;
    finished += ran;
    if (finished == pieces) done.notify_all();
  }

  void wait() {
    std::unique_lock lock(mutex);
    done.wait(lock, [this] { return finished == pieces; });
    if (failure) std::rethrow_exception(failure);
  }
};

class Pool {
 public:
  int threads() const { return threads_.load(std::memory_order_relaxed); }

  void resize(int threads) {
    const std::lock_guard one_at_a_time(resizing_);
    stop();
    threads_.store(threads, std::memory_order_relaxed);
    start();
  }

  void run(const std::shared_ptr<Job>& job) {
    {
      const std::lock_guard lock(mutex_);
      if (workers_.empty()) start_locked();
      jobs_.push_back(job);
    }
    wake_.notify_all();
    job->work();
    {
      const std::lock_guard lock(mutex_);
      std::erase(jobs_, job);
    }
    job->wait();
  }

 private:
  void start() {
    const std::lock_guard lock(mutex_);
    start_locked();
  }
  void start_locked() {
    while (static_cast<int>(workers_.size()) < threads() - 1)
      workers_.emplace_back([this, generation = generation_] { serve(generation); });
  }

  void stop() {
    std::vector<std::thread> ending;
    {
      const std::lock_guard lock(mutex_);
      ++generation_;  // not a flag: a loop that starts meanwhile makes new threads, and must not keep the old
      ending.swap(workers_);
    }
    wake_.notify_all();
    for (std::thread& thread : ending) thread.join();
  }

  void serve(int generation) {
    const AlternateStack stack;  // for a stack overflow in a plugin's piece of work
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, [this, generation] { return generation != generation_ || !jobs_.empty(); });
      if (generation != generation_) return;
      const std::shared_ptr<Job> job = jobs_.front();
      lock.unlock();
      job->work();
      lock.lock();
      std::erase(jobs_, job);  // no piece is left to take
    }
  }

  std::mutex mutex_, resizing_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<Job>> jobs_;
  std::vector<std::thread> workers_;
  std::atomic<int> threads_{allowed_threads().threads};
  int generation_ = 0;
};

/// Never destroyed: a worker may outlive the program's static objects.
Pool& pool() {
  static Pool& pool = *new Pool;
  return pool;
}

}  // namespace

void parallel_for(std::int64_t n, std::int64_t grain, const Body& body) {
  if (n <= 0) return;
  const std::int64_t threads = pool().threads();
  // A few pieces a thread, so that a slow one does not hold up all.
  const std::int64_t piece = std::max({std::int64_t{1}, grain, (n + threads * 4 - 1) / (threads * 4)});
  if (inside || threads == 1 || piece >= n) return body(0, n);
  const auto job = std::make_shared<Job>();
  job->body = &body;
  job->size = n;
  job->piece = piece;
  job->pieces = (n + piece - 1) / piece;
  pool().run(job);
}

void set_parallel_threads(int threads) {
  if (threads < 1) throw Error("parallel_for was given " + std::to_string(threads) + " threads", "use at least 1");
  if (inside) throw Error("the number of threads was changed within parallel_for", "change it between loops");
  pool().resize(threads);
}

int parallel_threads() { return pool().threads(); }

}  // namespace byolab
