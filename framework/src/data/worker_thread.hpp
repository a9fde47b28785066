#pragma once

#include <functional>
#include <thread>

namespace byolab {

/// Starts a thread that prepares data: signals go to other threads, and what LibTorch computes on it stays on it
/// instead of starting a team of its own.
std::thread worker_thread(std::function<void()> body);

}  // namespace byolab
