// Independent pieces of work, on several threads.

#ifndef BASE_PARALLEL_H_
#define BASE_PARALLEL_H_

#include <cstddef>
#include <functional>

namespace base {

// The threads of the machine, at least 1.
std::size_t HardwareThreads();

// Calls work(0) ... work(count - 1), each once, on at most `jobs` threads (0:
// HardwareThreads()), this one among them; returns when all are done. Which
// comes first is not said. REQUIRES: work does not throw
void ForEachInParallel(std::size_t count, std::size_t jobs,
                       const std::function<void(std::size_t)>& work);

}  // namespace base

#endif  // BASE_PARALLEL_H_
