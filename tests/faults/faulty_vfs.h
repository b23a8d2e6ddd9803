// A disk that forgets or refuses, for SQLite in this process.

#ifndef TESTS_FAULTS_FAULTY_VFS_H_
#define TESTS_FAULTS_FAULTY_VFS_H_

#include <cstdint>
#include <memory>

namespace tests {

// While it lives it is SQLite's default VFS. What is written is kept in memory,
// as in a page cache, and reaches the file only when SQLite syncs it: a
// SIGKILL cannot test that, since the kernel's own cache survives it. Files
// that exist are read through. There may be one at a time.
class FaultyVfs {
 public:
  FaultyVfs();
  ~FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  // The power goes at the call after `calls` more: each write that is not
  // synced survives with the probability `kept`, and all calls fail from then
  // on.
  void CutPowerAfter(std::int64_t calls, double kept, std::uint32_t seed);
  bool has_power() const;
  // REQUIRES: every connection is closed.
  void RestorePower();

  // From now on writes, or syncs, fail with this SQLite code; SQLITE_OK ends
  // it.
  void FailWrites(int code);
  void FailSyncs(int code);

  std::int64_t calls() const;
  // Writes that a cut of the power undid.
  std::int64_t lost_writes() const;

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

// While it lives, new connections have synchronous=OFF, whatever they ask for.
class SynchronousOff {
 public:
  SynchronousOff();
  ~SynchronousOff();
  SynchronousOff(const SynchronousOff&) = delete;
  SynchronousOff& operator=(const SynchronousOff&) = delete;
};

}  // namespace tests

#endif  // TESTS_FAULTS_FAULTY_VFS_H_
