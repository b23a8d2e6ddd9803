// What is acknowledged is counted once, however often the sidecar is killed,
// and no counter goes backwards.

#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_format.h"
#include "exporter/journal.h"
#include "tests/faults/counter_watch.h"
#include "tests/faults/counts.h"
#include "tests/support/process.h"
#include "tests/support/sidecar.h"

namespace rollwatch {
namespace {

constexpr int kClients = 4;
constexpr const char* kReasons[] = {"smoke_test_failed", "high_error_rate",
                                    "manual"};

// Where the sidecar of the moment takes events.
class Address {
 public:
  void Set(std::string url) {
    const std::lock_guard lock(mutex_);
    url_ = std::move(url);
  }
  std::string Get() const {
    const std::lock_guard lock(mutex_);
    return url_;
  }

 private:
  mutable std::mutex mutex_;
  std::string url_;
};

// Posts one event after the other, each until it is acknowledged.
class Client {
 public:
  Client(int number, const Address& address)
      : number_(number), address_(address), thread_([this] { Run(); }) {}
  ~Client() { Stop(); }

  // Returns when the event under way is acknowledged.
  void Stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
  }
  int acknowledged() const { return acknowledged_; }
  int duplicates() const { return duplicates_; }
  int refused() const { return refused_; }

 private:
  void Run() {
    for (int i = 0; !stopping_; ++i) {
      const std::string body = absl::StrFormat(
          R"({"id":"%d-%d","kind":"rollback","environment":"staging","reason":"%s"})",
          number_, i, kReasons[i % 3]);
      while (!Post(body)) std::this_thread::yield();
      ++acknowledged_;
    }
  }

  bool Post(const std::string& body) {
    const net::HttpResponse answer =
        tests::Fetch("POST", address_.Get() + "/api/v1/events", body);
    if (answer.status >= 400 && answer.status < 500) ++refused_;
    if (answer.body.find("\"duplicates\":1") != std::string::npos) {
      ++duplicates_;
    }
    return answer.status == 200;
  }

  const int number_;
  const Address& address_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> acknowledged_ = 0;
  std::atomic<int> duplicates_ = 0;
  std::atomic<int> refused_ = 0;
  std::thread thread_;
};

// Scrapes without a pause, as many Prometheus servers would.
class Scraper {
 public:
  explicit Scraper(const Address& address)
      : address_(address), thread_([this] { Run(); }) {}
  ~Scraper() { Stop(); }

  void Stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
  }
  // REQUIRES: stopped.
  const tests::CounterWatch& watch() const { return watch_; }
  const std::string& problem() const { return problem_; }

 private:
  void Run() {
    while (!stopping_) {
      const net::HttpResponse page = tests::Fetch(
          "GET", address_.Get() + "/metrics", "",
          {{"Accept", "application/openmetrics-text;version=1.0.0"}});
      if (page.status != 200) continue;
      const std::string problem = watch_.Look(page.body);
      if (problem_.empty()) problem_ = problem;
    }
  }

  const Address& address_;
  tests::CounterWatch watch_;
  std::string problem_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

class KillTest : public testing::Test {
 protected:
  void Start() {
    sidecar_ = std::make_unique<tests::Sidecar>(
        folder_.Path("data"), std::vector<std::string>{"--created-timestamps"});
    ASSERT_TRUE(sidecar_->ok()) << sidecar_->process().err();
    events_.Set(sidecar_->events());
    scrapes_.Set(sidecar_->scrapes());
  }

  int Acknowledged() const {
    int sum = 0;
    for (const auto& client : clients_) sum += client->acknowledged();
    return sum;
  }

  // At a random moment, once at least one more event was acknowledged.
  void Kill() {
    const int before = Acknowledged();
    ASSERT_TRUE(tests::Eventually([&] { return Acknowledged() > before; },
                                  tests::kLongest));
    std::this_thread::sleep_for(std::chrono::microseconds(random_() % 20'000));
    sidecar_->process().Signal(SIGKILL);
    ASSERT_EQ(sidecar_->process().Wait(tests::kLongest), 128 + SIGKILL);
  }

  double Counted() const {
    double counted = 0;
    for (const char* reason : kReasons) {
      counted += sidecar_
                     ->Metric(absl::StrFormat("deployment_rollback_total{"
                                              "environment=\"staging\","
                                              "reason=\"%s\"}",
                                              reason))
                     .value_or(0);
    }
    return counted;
  }

  tests::TemporaryFolder folder_;
  Address events_;
  Address scrapes_;
  std::unique_ptr<tests::Sidecar> sidecar_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::mt19937 random_{1};
};

TEST_F(KillTest, EveryAcknowledgedEventIsCountedOnce) {
  ASSERT_NO_FATAL_FAILURE(Start());
  for (int i = 0; i < kClients; ++i) {
    clients_.push_back(std::make_unique<Client>(i, events_));
  }
  Scraper scraper(scrapes_);
  const int kills = tests::Times("ROLLWATCH_FAULT_KILLS", 20);
  for (int kill = 0; kill < kills; ++kill) {
    ASSERT_NO_FATAL_FAILURE(Kill());
    ASSERT_NO_FATAL_FAILURE(Start());
  }
  int duplicates = 0;
  for (const auto& client : clients_) {
    client->Stop();
    duplicates += client->duplicates();
    EXPECT_EQ(client->refused(), 0);
  }
  scraper.Stop();
  EXPECT_EQ(scraper.problem(), "");
  EXPECT_EQ(Counted(), Acknowledged());
  sidecar_->process().Signal(SIGTERM);
  EXPECT_EQ(sidecar_->process().Wait(tests::kLongest), 0);
  const auto report = exporter::VerifyJournal(folder_.Path("data"));
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(report->ok());
  EXPECT_EQ(report->events, Acknowledged());
  tests::Tell(absl::StrFormat(
      "%d SIGKILLs at random moments, %d clients posting: %d events "
      "acknowledged, %g counted, 0 lost, 0 twice (%d were acknowledged at a "
      "second try)",
      kills, kClients, Acknowledged(), static_cast<double>(report->events),
      duplicates));
  tests::Tell(absl::StrFormat(
      "%d scrapes meanwhile: none of %d series went backwards, each _created "
      "stayed",
      scraper.watch().pages(), scraper.watch().series()));
}

}  // namespace
}  // namespace rollwatch
