// A running `rollwatch serve`.

#ifndef TESTS_SUPPORT_SIDECAR_H_
#define TESTS_SUPPORT_SIDECAR_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_message.h"
#include "tests/support/process.h"

namespace tests {

// Longer than anything takes on a busy machine.
inline constexpr milliseconds kLongest(30'000);

class Sidecar {
 public:
  // Serves from the journal in `storage`, on free ports unless `flags` name
  // others. Waits until it listens; ok() says whether it does.
  explicit Sidecar(std::string storage, std::vector<std::string> flags = {});

  bool ok() const { return !scrapes_.empty() && !events_.empty(); }
  const std::string& scrapes() const { return scrapes_; }  // http://HOST:PORT
  const std::string& events() const { return events_; }
  Process& process() { return *process_; }

  // GET on the scrape address; status 0 when there was no answer.
  net::HttpResponse Get(std::string_view path) const;
  // POST on the events address.
  net::HttpResponse Post(std::string_view body) const;

  // The value of the series, spelt as the page spells it; nothing when the
  // page has none.
  std::optional<double> Metric(std::string_view series) const;

  // rollwatch report ... --url
  Finished Report(std::vector<std::string> arguments) const;

 private:
  std::unique_ptr<Process> process_;
  std::string scrapes_;
  std::string events_;
};

// A request to any address; status 0, and the reason as the body, when there
// was no answer.
net::HttpResponse Fetch(std::string_view method, const std::string& url,
                        std::string_view body = {},
                        std::vector<net::Header> headers = {});

}  // namespace tests

#endif  // TESTS_SUPPORT_SIDECAR_H_
