#include "alerts/replay/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace alerts {

void ForEach(std::size_t count, std::size_t threads,
             const std::function<void(std::size_t)>& work) {
  if (threads == 0) {
    threads = std::max<std::size_t>(std::thread::hardware_concurrency(), 1);
  }
  std::atomic<std::size_t> next = 0;
  const auto run = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < std::min(threads, count); ++i) {
    others.emplace_back(run);
  }
  run();
  for (std::thread& other : others) other.join();
}

}  // namespace alerts
