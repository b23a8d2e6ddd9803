// The sidecar's page for people: plain HTML, readable without a script.

#ifndef ROLLWATCH_PAGE_H_
#define ROLLWATCH_PAGE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "exporter/totals.h"
#include "rollwatch/last_visit.h"
#include "rollwatch/live_rules.h"

namespace rollwatch {

struct CanaryWeight {
  std::string environment;
  std::string deployment_id;
  double percentage = 0;
  base::Timestamp time = 0;
};

// What the page shows.
struct PageContent {
  base::Timestamp now = 0;
  LiveState rules;
  std::optional<Visit> last_scrape;    // Since the start.
  std::vector<CanaryWeight> canaries;  // Of rollouts that are not finished.
  std::vector<exporter::OpenRollout> rollouts;  // Started and not finished.
  std::vector<exporter::RecordedEvent> events;  // The newest first.
  std::string events_error;                     // Why there are none to show.
};

// One line on top says how things are. "All quiet" stands there only when rules
// are loaded, all of them were evaluated without error, and there is data.
enum class Mood { kNoRules, kNoData, kBroken, kFiring, kPending, kQuiet };
struct Headline {
  Mood mood;
  std::string text;
};
Headline MakeHeadline(const PageContent& content);

std::string WriteHtmlPage(const PageContent& content);

// Text as HTML shows it, in an attribute too.
std::string EscapeHtml(std::string_view text);

}  // namespace rollwatch

#endif  // ROLLWATCH_PAGE_H_
