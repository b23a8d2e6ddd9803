// A running Debian Prometheus, and samples for it.

#ifndef TESTS_SUPPORT_PROMETHEUS_H_
#define TESTS_SUPPORT_PROMETHEUS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/histogram.h"
#include "base/labels.h"
#include "base/time.h"
#include "net/http_message.h"
#include "tests/support/process.h"

namespace tests {

// Whether it is installed.
bool HasPrometheus();

class Prometheus {
 public:
  // On a free port of this machine. Waits until it is ready; ok() says whether
  // it is.
  Prometheus(const std::string& data_folder, const std::string& config,
             std::vector<std::string> flags = {});

  bool ok() const { return !url_.empty(); }
  const std::string& url() const { return url_; }
  Process& process() { return *process_; }

  net::HttpResponse Get(std::string_view path) const;
  // An instant query's whole answer.
  std::string Ask(std::string_view query, base::Timestamp time) const;
  // The folder of a new snapshot; "" when there is none. Needs
  // --web.enable-admin-api.
  std::string Snapshot() const;

 private:
  TemporaryFolder folder_;
  std::string data_folder_;
  std::unique_ptr<Process> process_;
  std::string url_;
};

// Samples on their way into a Prometheus with
// --web.enable-remote-write-receiver: its remote write protocol, version 1.
class RemoteWrite {
 public:
  void Add(const base::Labels& labels, base::Timestamp time, double value);
  // With integer counts, or as a float histogram.
  void Add(const base::Labels& labels, base::Timestamp time,
           const base::FloatHistogram& histogram, bool floats);

  // The server's reason when it refuses; else "".
  std::string SendTo(const Prometheus& prometheus) const;

 private:
  std::string series_;
};

// The parts of Protocol Buffers' wire format.
void AppendVarint(std::string& out, std::uint64_t number);
void AppendVarintField(std::string& out, unsigned field, std::uint64_t number);
void AppendDoubleField(std::string& out, unsigned field, double number);
void AppendBytesField(std::string& out, unsigned field, std::string_view bytes);
// Snappy's block format, nothing compressed.
std::string SnappyLiteral(std::string_view bytes);

}  // namespace tests

#endif  // TESTS_SUPPORT_PROMETHEUS_H_
