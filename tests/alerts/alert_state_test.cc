#include "alerts/alert_state.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "absl/strings/str_format.h"

namespace alerts {
namespace {

constexpr base::Duration kMinute = 60'000;

AlertCandidate CandidateOf(std::string_view series, double value = 1) {
  AlertCandidate candidate;
  candidate.labels = {{"alertname", "A"}, {"series", series}};
  candidate.annotations["summary"] = absl::StrFormat("%s is %g", series, value);
  candidate.value = value;
  return candidate;
}

// One series a minute: '1' it is in the result, '.' it is not.
struct Case {
  const char* name;
  base::Duration hold;
  base::Duration keep_firing_for;
  const char* present;
  const char* states;  // i, p or f after each evaluation.
};

constexpr Case kCases[] = {
    {"WithoutForFiresAtOnce", 0, 0, "1.1", "fif"},
    {"ForHoldsBack", 2 * kMinute, 0, "11111", "ppfff"},
    {"ForStartsAgainAfterAGap", 2 * kMinute, 0, "11.111", "ppippf"},
    {"ForBetweenEvaluationsRoundsUp", 90'000, 0, "111", "ppf"},
    {"KeepFiringBridgesAGap", 0, 2 * kMinute, "1.1", "fff"},
    {"KeepFiringEnds", 0, 2 * kMinute, "1...", "fffi"},
    {"KeepFiringCountsFromTheLastGap", 0, 2 * kMinute, "1.1...", "fffffi"},
    {"KeepFiringDoesNotKeepPending", 2 * kMinute, 5 * kMinute, "1.", "pi"},
    {"ResolvedFiresAgainAsNew", kMinute, 0, "11.11", "pfipf"},
};

class AlertStateTest : public testing::TestWithParam<Case> {};

TEST_P(AlertStateTest, Goes) {
  AlertStates states({GetParam().hold, GetParam().keep_firing_for, 0});
  std::string got;
  base::Timestamp time = 0;
  for (const char* c = GetParam().present; *c != 0; ++c, time += kMinute) {
    std::vector<AlertCandidate> candidates;
    if (*c == '1') candidates.push_back(CandidateOf("a"));
    ASSERT_TRUE(states.Update(time, std::move(candidates)).ok());
    got += AlertStateName(states.state()).front();
  }
  EXPECT_EQ(got, GetParam().states);
}

INSTANTIATE_TEST_SUITE_P(States, AlertStateTest, testing::ValuesIn(kCases),
                         [](const auto& row) { return row.param.name; });

TEST(AlertStates, EachSeriesIsAnAlertOfItsOwn) {
  AlertStates states({kMinute, 0, 0});
  ASSERT_TRUE(states.Update(0, {CandidateOf("a")}).ok());
  ASSERT_TRUE(
      states.Update(kMinute, {CandidateOf("b"), CandidateOf("a")}).ok());
  const std::vector<Alert> active = states.Active();
  ASSERT_EQ(active.size(), 2U);
  EXPECT_EQ(active[0].labels.Get("series"), "a");
  EXPECT_EQ(active[0].state, AlertState::kFiring);
  EXPECT_EQ(active[0].active_at, 0);
  EXPECT_EQ(active[0].fired_at, kMinute);
  EXPECT_EQ(active[1].state, AlertState::kPending);
}

TEST(AlertStates, ValueAndAnnotationsFollowWhileActive) {
  AlertStates states({0, 5 * kMinute, 0});
  ASSERT_TRUE(states.Update(0, {CandidateOf("a", 1)}).ok());
  ASSERT_TRUE(states.Update(kMinute, {CandidateOf("a", 2)}).ok());
  EXPECT_EQ(states.Active().front().value, 2);
  EXPECT_EQ(states.Active().front().annotations.at("summary"), "a is 2");
  // Kept firing, it stays as it last was.
  ASSERT_TRUE(states.Update(2 * kMinute, {}).ok());
  EXPECT_EQ(states.Active().front().value, 2);
  EXPECT_EQ(states.Active().front().keep_firing_since, 2 * kMinute);
}

TEST(AlertStates, ResolvedIsRemembered15Minutes) {
  AlertStates states({0, 0, 0});
  ASSERT_TRUE(states.Update(0, {CandidateOf("a")}).ok());
  ASSERT_TRUE(states.Update(kMinute, {}).ok());
  ASSERT_EQ(states.All().size(), 1U);
  EXPECT_EQ(states.All().front().resolved_at, kMinute);
  EXPECT_TRUE(states.Active().empty());
  ASSERT_TRUE(states.Update(16 * kMinute, {}).ok());
  EXPECT_EQ(states.All().size(), 1U);
  ASSERT_TRUE(states.Update(16 * kMinute + 1, {}).ok());
  EXPECT_TRUE(states.All().empty());
}

TEST(AlertStates, SameLabelsTwiceChangeNothing) {
  AlertStates states({0, 0, 0});
  ASSERT_TRUE(states.Update(0, {CandidateOf("a")}).ok());
  const absl::Status status =
      states.Update(kMinute, {CandidateOf("b"), CandidateOf("b")});
  EXPECT_EQ(std::string(status.message()),
            "vector contains metrics with the same labelset after applying "
            "alert labels");
  ASSERT_EQ(states.Active().size(), 1U);
  EXPECT_EQ(states.Active().front().labels.Get("series"), "a");
}

TEST(AlertStates, MoreThanTheLimitForgetsAll) {
  AlertStates states({0, 0, 1});
  ASSERT_TRUE(states.Update(0, {CandidateOf("a")}).ok());
  const absl::Status status =
      states.Update(kMinute, {CandidateOf("a"), CandidateOf("b")});
  EXPECT_EQ(std::string(status.message()), "exceeded limit of 1 with 2 alerts");
  EXPECT_TRUE(states.All().empty());
}

TEST(AlertStates, TransitionsAreTold) {
  AlertStates states({kMinute, 0, 0});
  std::vector<AlertTransition> transitions;
  ASSERT_TRUE(states.Update(0, {CandidateOf("a")}, &transitions).ok());
  ASSERT_TRUE(states.Update(kMinute, {CandidateOf("a")}, &transitions).ok());
  ASSERT_TRUE(
      states.Update(2 * kMinute, {CandidateOf("a")}, &transitions).ok());
  ASSERT_TRUE(states.Update(3 * kMinute, {}, &transitions).ok());
  std::string told;
  for (const AlertTransition& step : transitions) {
    told += absl::StrFormat("%d:%s>%s ", step.time / kMinute,
                            AlertStateName(step.from), AlertStateName(step.to));
  }
  EXPECT_EQ(told, "0:inactive>pending 1:pending>firing 3:firing>inactive ");
}

}  // namespace
}  // namespace alerts
