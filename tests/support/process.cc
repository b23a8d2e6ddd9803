#include "tests/support/process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace tests {
namespace {

constexpr milliseconds kPollEvery(5);

}  // namespace

bool Eventually(const std::function<bool()>& done, milliseconds deadline) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(kPollEvery);
  }
  return true;
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern =
      (std::filesystem::temp_directory_path() / "rollwatch-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    std::perror("mkdtemp");
    std::abort();
  }
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::Path(std::string_view name) const {
  return path_ + "/" + std::string(name);
}

std::string TemporaryFolder::Write(std::string_view name,
                                   std::string_view text) const {
  std::ofstream(Path(name), std::ios::binary) << text;
  return Path(name);
}

std::string ReadFile(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

Process::Process(const std::vector<std::string>& arguments,
                 const std::vector<std::string>& environment) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  std::vector<char*> variables;
  // Ours first: getenv() of the child finds the first of a name.
  for (const std::string& variable : environment) {
    variables.push_back(const_cast<char*>(variable.c_str()));
  }
  for (char** variable = environ; *variable != nullptr; ++variable) {
    variables.push_back(*variable);
  }
  variables.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  constexpr int kWrite = O_WRONLY | O_CREAT | O_APPEND;
  posix_spawn_file_actions_addopen(&actions, 1, folder_.Path("out").c_str(),
                                   kWrite, 0600);
  posix_spawn_file_actions_addopen(&actions, 2, folder_.Path("err").c_str(),
                                   kWrite, 0600);
  if (posix_spawnp(&pid_, argv[0], &actions, nullptr, argv.data(),
                   variables.data()) != 0) {
    pid_ = -1;
    status_ = 127;
  }
  posix_spawn_file_actions_destroy(&actions);
}

Process::~Process() {
  if (status_ < 0) {
    Signal(SIGKILL);
    Wait(milliseconds(10'000));
  }
}

void Process::Signal(int signal) const {
  if (pid_ > 0 && status_ < 0) kill(pid_, signal);
}

std::string Process::out() const { return ReadFile(folder_.Path("out")); }
std::string Process::err() const { return ReadFile(folder_.Path("err")); }

std::string Process::WaitForText(std::string_view marker,
                                 milliseconds deadline) {
  std::string found;
  const auto look = [&] {
    const bool ended = Wait(milliseconds(0)) >= 0;
    for (const std::string& text : {out(), err()}) {
      const std::size_t begin = text.find(marker);
      const std::size_t end = text.find('\n', begin);
      if (begin == text.npos || end == text.npos) continue;
      found = text.substr(begin + marker.size(), end - begin - marker.size());
      return true;
    }
    return ended;
  };
  Eventually(look, deadline);
  return found;
}

int Process::Wait(milliseconds deadline) {
  if (status_ >= 0) return status_;
  int status = 0;
  const bool ended = Eventually(
      [&] { return waitpid(pid_, &status, WNOHANG) == pid_; }, deadline);
  if (!ended) return -1;
  status_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return status_;
}

Finished Run(const std::vector<std::string>& arguments,
             const std::vector<std::string>& environment,
             milliseconds deadline) {
  Process process(arguments, environment);
  const int status = process.Wait(deadline);
  return {status, process.out(), process.err()};
}

std::string Rollwatch() { return ROLLWATCH_BINARY_DIR "/rollwatch"; }

}  // namespace tests
