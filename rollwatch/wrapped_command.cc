#include "rollwatch/wrapped_command.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <optional>

namespace rollwatch {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kNotExecutable = 126;
constexpr int kNotFound = 127;
// How often it looks whether on_result's work is done. Only then does it look
// at all: otherwise it sleeps until a signal comes.
constexpr base::Duration kTick = 10;

// Blocks the signals we wait for, so that none is lost between two waits. They
// stay blocked: a late one must not take the place of the command's status.
class SignalQueue {
 public:
  SignalQueue() {
    // Under a parent that ignores it, the kernel would take the command's
    // status away and never tell.
    signal(SIGCHLD, SIG_DFL);
    sigemptyset(&waited_);
    for (const int signal : {SIGCHLD, SIGINT, SIGTERM, SIGHUP}) {
      sigaddset(&waited_, signal);
    }
    pthread_sigmask(SIG_BLOCK, &waited_, &before_);
  }

  const sigset_t& before() const { return before_; }

  // The next signal; nothing after `wait`, or -1: for ever.
  std::optional<siginfo_t> Next(base::Duration wait) const {
    siginfo_t info = {};
    int signal = -1;
    if (wait < 0) {
      signal = sigwaitinfo(&waited_, &info);
    } else {
      const timespec time = {wait / 1000, (wait % 1000) * 1'000'000};
      signal = sigtimedwait(&waited_, &info, &time);
    }
    if (signal < 0) return std::nullopt;
    return info;
  }

 private:
  sigset_t waited_ = {};
  sigset_t before_ = {};
};

// The command's process, or the status of what could not be started.
struct Started {
  pid_t pid = -1;
  int status = 0;
};

Started Start(const std::vector<std::string>& arguments,
              const sigset_t& signals) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &signals);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  Started started;
  const int error = posix_spawnp(&started.pid, argv[0], nullptr, &attributes,
                                 argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    // The name alone: arguments may hold secrets.
    std::fprintf(stderr, "rollwatch report: error: cannot run %s: %s\n",
                 argv[0], std::strerror(error));
    started = {-1, error == ENOENT ? kNotFound : kNotExecutable};
  }
  return started;
}

// One command from its start to its end.
class Run {
 public:
  Run(base::Duration patience, const CommandWatcher& watcher)
      : patience_(patience), watcher_(watcher) {}

  CommandResult To(const std::vector<std::string>& arguments) {
    const Started started = Start(arguments, signals_.before());
    pid_ = started.pid;
    if (pid_ < 0) Ended(started.status);
    while (!ended_ || !watcher_.done()) {
      const std::optional<siginfo_t> signal = signals_.Next(NextWait());
      if (signal && signal->si_signo != SIGCHLD) Interrupt(*signal);
      if (!ended_) Reap();
      if (!told_ && interrupted_ && Since(*interrupted_) >= patience_) Tell();
    }
    return result_;
  }

 private:
  static base::Duration Since(Clock::time_point time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() -
                                                                 time)
        .count();
  }

  base::Duration NextWait() const {
    if (told_) return ended_ || !watcher_.done() ? kTick : -1;
    if (!interrupted_) return -1;
    return std::max<base::Duration>(patience_ - Since(*interrupted_), 0);
  }

  void Interrupt(const siginfo_t& signal) {
    // The kernel sends the terminal's signals to the whole process group, and
    // so to the command too.
    const bool from_terminal = signal.si_code == SI_KERNEL;
    if (!ended_ && !from_terminal) kill(pid_, signal.si_signo);
    if (!interrupted_ && !ended_) interrupted_ = Clock::now();
    if (told_) watcher_.on_signal();
  }

  void Reap() {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) != pid_) return;
    Ended(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
  }

  void Ended(int status) {
    ended_ = true;
    result_.exit_status = status;
    if (!told_) Tell();
  }

  void Tell() {
    told_ = true;
    result_.interrupted = interrupted_.has_value();
    result_.seconds =
        std::chrono::duration<double>(Clock::now() - start_).count();
    watcher_.on_result(result_);
  }

  const base::Duration patience_;
  const CommandWatcher& watcher_;
  const SignalQueue signals_;
  const Clock::time_point start_ = Clock::now();
  pid_t pid_ = -1;
  bool ended_ = false;
  bool told_ = false;  // on_result was called.
  std::optional<Clock::time_point> interrupted_;
  CommandResult result_;
};

}  // namespace

CommandResult RunCommand(const std::vector<std::string>& arguments,
                         base::Duration patience,
                         const CommandWatcher& watcher) {
  return Run(patience, watcher).To(arguments);
}

}  // namespace rollwatch
