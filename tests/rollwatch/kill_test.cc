// What is acknowledged is counted once, however often the sidecar is killed.

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
#include "tests/support/process.h"
#include "tests/support/sidecar.h"

namespace rollwatch {
namespace {

constexpr int kKills = 50;
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

TEST(KillTest, EveryAcknowledgedEventIsCountedOnce) {
  const tests::TemporaryFolder folder;
  const std::string storage = folder.Path("data");
  Address address;
  auto sidecar = std::make_unique<tests::Sidecar>(storage);
  ASSERT_TRUE(sidecar->ok()) << sidecar->process().err();
  address.Set(sidecar->events());
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(std::make_unique<Client>(i, address));
  }
  const auto acknowledged = [&clients] {
    int sum = 0;
    for (const auto& client : clients) sum += client->acknowledged();
    return sum;
  };
  std::mt19937 random(1);
  for (int kill = 0; kill < kKills; ++kill) {
    const int wanted = acknowledged() + 1 + static_cast<int>(random() % 20);
    ASSERT_TRUE(tests::Eventually([&] { return acknowledged() >= wanted; },
                                  tests::kLongest));
    sidecar->process().Signal(SIGKILL);
    ASSERT_EQ(sidecar->process().Wait(tests::kLongest), 128 + SIGKILL);
    sidecar = std::make_unique<tests::Sidecar>(storage);
    ASSERT_TRUE(sidecar->ok()) << sidecar->process().err();
    address.Set(sidecar->events());
  }
  int duplicates = 0;
  for (const auto& client : clients) {
    client->Stop();
    duplicates += client->duplicates();
    EXPECT_EQ(client->refused(), 0);
  }
  double counted = 0;
  for (const char* reason : kReasons) {
    counted += sidecar
                   ->Metric(absl::StrFormat("deployment_rollback_total{"
                                            "environment=\"staging\","
                                            "reason=\"%s\"}",
                                            reason))
                   .value_or(0);
  }
  EXPECT_EQ(counted, acknowledged());
  sidecar->process().Signal(SIGTERM);
  EXPECT_EQ(sidecar->process().Wait(tests::kLongest), 0);
  const auto report = exporter::VerifyJournal(storage);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(report->ok());
  EXPECT_EQ(report->events, acknowledged());
  RecordProperty("acknowledged", acknowledged());
  RecordProperty("answered_duplicate", duplicates);
}

}  // namespace
}  // namespace rollwatch
