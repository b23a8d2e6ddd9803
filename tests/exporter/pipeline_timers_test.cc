#include "exporter/pipeline_timers.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace exporter {
namespace {

class PipelineTimerTest : public testing::Test {
 protected:
  PipelineTimerTest() {
    auto made = Pipeline::Make({});
    EXPECT_TRUE(made.ok()) << made.status();
    pipeline_ = *std::move(made);
  }

  // The events as "kind outcome", the oldest first; each that has ended has a
  // duration.
  std::vector<std::string> Events() {
    const auto recent = pipeline_->recorder().Recent(100);
    std::vector<std::string> out;
    for (auto it = recent->rbegin(); it != recent->rend(); ++it) {
      const Event& event = it->event;
      out.push_back(std::string(Row(event.kind).name) + " " + event.status +
                    event.result);
      EXPECT_EQ(event.duration.has_value(), event.status != "started");
      EXPECT_GE(event.duration.value_or(0), 0);
      EXPECT_LT(event.duration.value_or(0), 60);
    }
    return out;
  }

  using Lines = std::vector<std::string>;
  std::unique_ptr<Pipeline> pipeline_;
};

TEST_F(PipelineTimerTest, DeploymentRecordsItsStartAndItsEnd) {
  DeploymentTimer timer(*pipeline_, "staging", "4f2a");
  EXPECT_TRUE(timer.started().ok());
  EXPECT_EQ(Events(), Lines{"deployment started"});
  EXPECT_TRUE(timer.End(DeploymentStatus::kRolledBack).ok());
  EXPECT_EQ(Events(), (Lines{"deployment started", "deployment rolled_back"}));
  EXPECT_EQ(pipeline_->recorder().Recent(1)->front().event.deployment_id,
            "4f2a");
}

TEST_F(PipelineTimerTest, EndsOnce) {
  {
    SmokeTestTimer timer(*pipeline_, "staging");
    EXPECT_TRUE(timer.End(SmokeTestResult::kPassed).ok());
    EXPECT_TRUE(
        absl::IsFailedPrecondition(timer.End(SmokeTestResult::kFailed)));
  }
  EXPECT_EQ(Events(), Lines{"smoke-test passed"});
}

TEST_F(PipelineTimerTest, AbandonedHasFailed) {
  const auto run = [this] {
    const DeploymentTimer deployment(*pipeline_, "staging");
    const SmokeTestTimer test(*pipeline_, "staging");
    const QueryTimer query(*pipeline_, "deploy-staging");
    throw std::runtime_error("the connection is gone");
  };
  EXPECT_THROW(run(), std::runtime_error);
  EXPECT_EQ(Events(), (Lines{"deployment started", "query failed",
                             "smoke-test failed", "deployment failed"}));
}

TEST_F(PipelineTimerTest, SaysWhatIsNotAllowed) {
  DeploymentTimer timer(*pipeline_, "prod");
  EXPECT_TRUE(absl::IsInvalidArgument(timer.started()));
  EXPECT_TRUE(absl::IsInvalidArgument(timer.End(DeploymentStatus::kSuccess)));
  EXPECT_EQ(Events(), Lines{});
}

}  // namespace
}  // namespace exporter
