// The same work on many things, on several threads.

#ifndef ALERTS_REPLAY_PARALLEL_H_
#define ALERTS_REPLAY_PARALLEL_H_

#include <cstddef>
#include <functional>

namespace alerts {

// Calls work(0) ... work(count - 1), each once, on at most `threads` threads
// (0: as many as there are processors), and returns when all are done.
void ForEach(std::size_t count, std::size_t threads,
             const std::function<void(std::size_t)>& work);

}  // namespace alerts

#endif  // ALERTS_REPLAY_PARALLEL_H_
