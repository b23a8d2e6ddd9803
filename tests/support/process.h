// Programs that tests run, files that they make, and waiting for what comes.

#ifndef TESTS_SUPPORT_PROCESS_H_
#define TESTS_SUPPORT_PROCESS_H_

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

using std::chrono::milliseconds;

// Polls until `done` holds; false when it does not within the deadline.
bool Eventually(const std::function<bool()>& done, milliseconds deadline);

// A folder that is removed, with all in it, at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string Path(std::string_view name) const;
  // Writes the file; returns its path.
  std::string Write(std::string_view name, std::string_view text) const;

 private:
  std::string path_;
};

std::string ReadFile(const std::string& path);

// A running program. Its output goes to files, so that it never waits for us.
class Process {
 public:
  // arguments[0] is looked up in PATH. `environment` rows are NAME=VALUE, added
  // to ours.
  explicit Process(const std::vector<std::string>& arguments,
                   const std::vector<std::string>& environment = {});
  // Kills it when it still runs.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  void Signal(int signal) const;

  // What it wrote until now.
  std::string out() const;
  std::string err() const;

  // The rest of the first line on stdout or stderr that holds `marker`, from
  // behind it; "" when none comes before the deadline or the program ends.
  std::string WaitForText(std::string_view marker, milliseconds deadline);

  // Its exit status (128 + N for signal N), or -1 when it still runs at the
  // deadline.
  int Wait(milliseconds deadline);

 private:
  TemporaryFolder folder_;
  pid_t pid_ = -1;
  int status_ = -1;  // Once it has ended.
};

struct Finished {
  int status = -1;
  std::string out;
  std::string err;
};

// Runs a program to its end.
Finished Run(const std::vector<std::string>& arguments,
             const std::vector<std::string>& environment = {},
             milliseconds deadline = milliseconds(30'000));

// The rollwatch that was built.
std::string Rollwatch();

}  // namespace tests

#endif  // TESTS_SUPPORT_PROCESS_H_
