#include "data/worker_thread.hpp"

#include <ATen/Parallel.h>
#include <signal.h>

// Declared here, since clang's omp.h comes with another runtime than the one that LibTorch brings.
extern "C" void omp_set_num_threads(int);

namespace byolab {

std::thread worker_thread(std::function<void()> body) {
  sigset_t all, before;
  ::sigfillset(&all);
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT})
    ::sigdelset(&all, fault);                     // reported where they happen
  ::pthread_sigmask(SIG_SETMASK, &all, &before);  // a new thread inherits the mask
  std::thread thread([body = std::move(body)] {
    // at::set_num_threads would change what threads started later see; so OpenMP is told, after LibTorch has set
    // this thread up.
    at::get_num_threads();
    omp_set_num_threads(1);
    body();
  });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace byolab
