// A command that runs under `rollwatch report`.

#ifndef ROLLWATCH_WRAPPED_COMMAND_H_
#define ROLLWATCH_WRAPPED_COMMAND_H_

#include <functional>
#include <string>
#include <vector>

#include "base/time.h"

namespace rollwatch {

// How a command went, or goes when it still runs.
struct CommandResult {
  // As a shell says: 128 + N for signal N, 127 not found, 126 not executable.
  int exit_status = 0;
  // SIGINT, SIGTERM or SIGHUP came meanwhile. Whatever the command's own
  // status, what it did was broken off.
  bool interrupted = false;
  double seconds = 0;
};

// What shall happen while the command runs and behind it. Called on the thread
// that called RunCommand().
struct CommandWatcher {
  // Its result is known: it has ended, or `patience` has gone by since a signal
  // came and it still runs (exit_status is then 0). Called once.
  std::function<void(const CommandResult&)> on_result;
  // A signal came after on_result.
  std::function<void()> on_signal;
  // Whether what on_result began is done. RunCommand() returns after that.
  std::function<bool()> done;
};

// Runs the command with our standard streams and environment, and forwards the
// three signals to it. A signal of the terminal has reached it already, and is
// not sent twice. Returns its status when it has ended; the signals stay
// blocked, for the caller is about to exit with it.
// REQUIRES: arguments is not empty; no other thread is running.
CommandResult RunCommand(const std::vector<std::string>& arguments,
                         base::Duration patience,
                         const CommandWatcher& watcher);

}  // namespace rollwatch

#endif  // ROLLWATCH_WRAPPED_COMMAND_H_
