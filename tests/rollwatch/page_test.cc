#include "rollwatch/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rollwatch {
namespace {

using alerts::AlertState;
using alerts::RuleHealth;
using testing::HasSubstr;
using testing::Not;

constexpr base::Timestamp kNow = 1'800'000'000'000;

LiveRule Rule(RuleHealth health, std::vector<AlertState> states = {}) {
  LiveRule rule;
  rule.name = "A";
  rule.status.health = health;
  rule.status.last_evaluation = kNow;
  for (const AlertState state : states) {
    alerts::Alert alert;
    alert.state = state;
    alert.active_at = kNow - 1000;
    rule.alerts.push_back(alert);
  }
  return rule;
}

exporter::RecordedEvent Event() {
  exporter::RecordedEvent event;
  event.received = kNow - 5000;
  event.event.kind = exporter::EventKind::kDeployment;
  event.event.environment = "staging";
  event.event.status = "success";
  return event;
}

// As it is when all is well.
PageContent Content(std::vector<LiveRule> rules) {
  PageContent content;
  content.now = kNow;
  LiveGroup group;
  group.name = "g";
  group.rules = std::move(rules);
  content.rules.groups = {group};
  content.rules.first_snapshot = kNow - 1000;
  content.rules.last_snapshot = kNow - 1000;
  content.events = {Event()};
  return content;
}

TEST(HeadlineTest, QuietOnlyWithRulesDataAndEvents) {
  EXPECT_EQ(MakeHeadline(Content({Rule(RuleHealth::kOk)})).mood, Mood::kQuiet);
}

TEST(HeadlineTest, RuleAboutAMetricOfOthersIsNotQuiet) {
  LiveRule foreign = Rule(RuleHealth::kOk);
  foreign.name = "AppErrors";
  foreign.foreign_metric = "http_requests_total";
  EXPECT_EQ(MakeHeadline(Content({foreign})).mood, Mood::kNoData);
  const PageContent content = Content({foreign, Rule(RuleHealth::kOk)});
  const Headline headline = MakeHeadline(content);
  EXPECT_EQ(headline.mood, Mood::kQuiet);
  EXPECT_THAT(headline.text, HasSubstr("All quiet: 1 alert rule, "));
  EXPECT_THAT(headline.text, HasSubstr("; 1 more not watched here"));
  EXPECT_THAT(WriteHtmlPage(content),
              HasSubstr("AppErrors: http_requests_total"));
}

TEST(HeadlineTest, WithoutRulesNothingIsQuiet) {
  EXPECT_EQ(MakeHeadline(Content({})).mood, Mood::kNoRules);
}

TEST(HeadlineTest, WithoutASnapshotThereIsNoData) {
  PageContent content = Content({Rule(RuleHealth::kOk)});
  content.rules.last_snapshot.reset();
  EXPECT_EQ(MakeHeadline(content).mood, Mood::kNoData);
}

TEST(HeadlineTest, RuleThatWaitsForItsFirstEvaluationIsNoData) {
  EXPECT_EQ(
      MakeHeadline(Content({Rule(RuleHealth::kOk), Rule(RuleHealth::kUnknown)}))
          .mood,
      Mood::kNoData);
}

TEST(HeadlineTest, WithoutAnEventThereIsNoData) {
  PageContent content = Content({Rule(RuleHealth::kOk)});
  content.events.clear();
  EXPECT_EQ(MakeHeadline(content).mood, Mood::kNoData);
}

TEST(HeadlineTest, BrokenRuleIsSaidBeforePending) {
  EXPECT_EQ(
      MakeHeadline(Content({Rule(RuleHealth::kError),
                            Rule(RuleHealth::kOk, {AlertState::kPending})}))
          .mood,
      Mood::kBroken);
}

TEST(HeadlineTest, FiringIsSaidFirstAndBrokenBesideIt) {
  const Headline headline =
      MakeHeadline(Content({Rule(RuleHealth::kError),
                            Rule(RuleHealth::kOk, {AlertState::kFiring})}));
  EXPECT_EQ(headline.mood, Mood::kFiring);
  EXPECT_EQ(headline.text, "1 alert firing, 1 rule cannot be evaluated");
}

TEST(HeadlineTest, StaleSnapshotIsNotQuiet) {
  PageContent content = Content({Rule(RuleHealth::kOk)});
  content.rules.last_snapshot = kNow - 10 * 60 * 1000;
  EXPECT_EQ(MakeHeadline(content).mood, Mood::kNoData);
}

TEST(EscapeTest, MarkupBecomesText) {
  EXPECT_EQ(EscapeHtml("<a href='x' title=\"&\">"),
            "&lt;a href=&#39;x&#39; title=&quot;&amp;&quot;&gt;");
}

struct UrlCase {
  const char* name;
  const char* url;
  bool link;
};

class RunUrlTest : public testing::TestWithParam<UrlCase> {};

TEST_P(RunUrlTest, IsALinkOnlyToHttp) {
  PageContent content = Content({});
  content.events[0].event.run_url = GetParam().url;
  const std::string page = WriteHtmlPage(content);
  EXPECT_EQ(
      page.find("<a href=\"" + EscapeHtml(GetParam().url)) != std::string::npos,
      GetParam().link);
  EXPECT_THAT(page, Not(HasSubstr("onclick=\"")));
}

constexpr UrlCase kUrls[] = {
    {"Https", "https://ci.example/run/1?a=b&c=d", true},
    {"Http", "http://ci.example", true},
    {"Script", "javascript:alert(1)", false},
    {"ScriptWithSlashes", "javascript://a/%0aalert(1)", false},
    {"UpperCaseScript", "JaVaScRiPt:alert(1)", false},
    {"Data", "data:text/html,<script>alert(1)</script>", false},
    {"QuoteInside", "https://a/\" onclick=\"alert(1)", false},
    {"Relative", "/admin", false},
};

INSTANTIATE_TEST_SUITE_P(Urls, RunUrlTest, testing::ValuesIn(kUrls),
                         [](const auto& test) { return test.param.name; });

TEST(PageTest, EveryTextFromOutsideIsEscaped) {
  const std::string evil = "<img src=x onerror=alert(1)>";
  LiveRule rule = Rule(RuleHealth::kError, {AlertState::kFiring});
  rule.name = evil;
  rule.status.error = evil;
  rule.alerts[0].labels = base::Labels({{"a", evil}});
  rule.alerts[0].annotations = {
      {"summary", evil}, {"description", evil}, {"runbook_url", evil}};
  PageContent content = Content({rule});
  exporter::Event& event = content.events[0].event;
  event.environment = event.status = event.deployment_id = evil;
  event.run_url = evil;
  content.canaries = {{evil, evil, 10, kNow}};
  content.rollouts = {{evil, evil, evil, kNow}};
  EXPECT_THAT(WriteHtmlPage(content), Not(HasSubstr("<img")));
  content.events_error = evil;
  EXPECT_THAT(WriteHtmlPage(content), Not(HasSubstr("<img")));
}

TEST(PageTest, SaysWhoReportedAndScrapedLast) {
  PageContent content = Content({});
  content.events[0].reporter = "token <release>";
  content.last_scrape = {kNow - 3000, "127.0.0.1 Prometheus/2.42.0"};
  std::string page = WriteHtmlPage(content);
  EXPECT_THAT(page, HasSubstr("5 s ago, by token &lt;release&gt;<"));
  EXPECT_THAT(page, HasSubstr("3 s ago, by 127.0.0.1 Prometheus/2.42.0<"));
  // A journal of an older format does not say.
  content.events[0].reporter.clear();
  content.last_scrape.reset();
  page = WriteHtmlPage(content);
  EXPECT_THAT(page, HasSubstr("5 s ago</span>"));
  EXPECT_THAT(page, HasSubstr("Not scraped since the start"));
}

TEST(PageTest, TimesOfAnotherDayHaveTheirDate) {
  PageContent content = Content({});
  // 2027-01-15T08:00:00Z.
  EXPECT_THAT(WriteHtmlPage(content), HasSubstr(">07:59<i>:55</i><"));
  content.events[0].received = kNow - base::Duration{24} * 3600 * 1000;
  EXPECT_THAT(WriteHtmlPage(content), HasSubstr(">01-14 08:00<"));
}

TEST(PageTest, RolloutOfACanaryIsShownWithIt) {
  PageContent content = Content({});
  content.canaries = {{"staging", "4f2a", 10, kNow}};
  content.rollouts = {{"staging", "4f2a", "https://ci.example/1", kNow - 9000},
                      {"production", "77aa", "", kNow - 40'000'000}};
  const std::string page = WriteHtmlPage(content);
  EXPECT_EQ(page.find(">4f2a<"), page.rfind(">4f2a<"));
  EXPECT_THAT(page, HasSubstr("href=\"https://ci.example/1\""));
  EXPECT_THAT(page, HasSubstr("never finished"));
}

TEST(PageTest, ShowsCanaryWeightAlertAndEvent) {
  PageContent content =
      Content({Rule(RuleHealth::kOk, {AlertState::kPending})});
  content.rules.groups[0].rules[0].alerts[0].annotations = {
      {"summary", "too many"}};
  content.rules.groups[0].rules[0].alerts[0].value = 5.0 / 9;
  content.rules.groups[0].rules[0].bound = "> 0.5";
  content.canaries = {{"production", "4f2a", 12.5, kNow - 60'000}};
  const std::string page = WriteHtmlPage(content);
  EXPECT_THAT(page, HasSubstr("12.5 %"));
  EXPECT_THAT(page, HasSubstr("4f2a"));
  EXPECT_THAT(page, HasSubstr("for 60 s"));
  EXPECT_THAT(page, HasSubstr("too many"));
  EXPECT_THAT(page, HasSubstr("<b>0.555556</b>, bound &gt; 0.5;"));
  EXPECT_THAT(page, HasSubstr("success"));
  EXPECT_THAT(page, Not(HasSubstr("All quiet")));
}

}  // namespace
}  // namespace rollwatch
