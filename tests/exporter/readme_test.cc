// exporter/README.md says what is true: its metric table is the schema's, and
// the events of each outcome add up to what stands below them.

#include <gtest/gtest.h>

#include "absl/strings/str_format.h"
#include "base/number.h"
#include "exporter/foreign_event.h"
#include "exporter/totals.h"
#include "tests/support/process.h"

namespace exporter {
namespace {

std::string Readme() {
  return tests::ReadFile(ROLLWATCH_SOURCE_DIR "/exporter/README.md");
}

std::string LabelText(const schema::LabelRow& label) {
  std::string out(label.name);
  if (label.source == schema::ValueSource::kOpen ||
      label.source == schema::ValueSource::kWorkflows) {
    return out + ": open";
  }
  for (std::size_t i = 0; i < label.values.size(); ++i) {
    out += (i == 0 ? ": " : ", ") + std::string(label.values[i]);
  }
  return out;
}

TEST(ExporterReadmeTest, MetricTableIsTheSchemas) {
  std::string table =
      "| metric | type | labels | buckets | what it says |\n"
      "|---|---|---|---|---|\n";
  for (const schema::MetricRow& row : schema::kMetrics) {
    std::string labels;
    for (const schema::LabelRow& label : row.labels) {
      labels += (labels.empty() ? "" : "; ") + LabelText(label);
    }
    std::string buckets;
    for (const double bound : row.buckets) {
      buckets += (buckets.empty() ? "" : " ") + base::FormatGeneral(bound);
    }
    if (!buckets.empty()) buckets += " ";
    table +=
        absl::StrFormat("| %s | %s | %s | %s| %s |\n", row.name,
                        schema::TypeName(row.type), labels, buckets, row.help);
  }
  const std::string readme = Readme();
  const std::size_t begin = readme.find("| metric |");
  ASSERT_NE(begin, std::string::npos);
  const std::size_t end = readme.find("\n\n", begin);
  EXPECT_EQ(readme.substr(begin, end + 1 - begin), table);
}

// "| `deployment_status` | `error` | `deployment`, `failed` |"
std::string LineOf(const ForeignRow& row) {
  const std::string outcome =
      row.outcome.empty() ? "" : absl::StrFormat("`%s` ", row.outcome);
  const std::string counts =
      row.value.empty()
          ? "nothing"
          : absl::StrFormat("`%s`, `%s`", Row(row.kind).name, row.value);
  return absl::StrFormat("| `%s` | %s| %s |\n", row.type, outcome, counts);
}

TEST(ExporterReadmeTest, TableOfEventsOfOthersIsTheProgram) {
  std::string table =
      "| CDEvents 0.5, GitHub | outcome | counts as |\n|---|---|---|\n";
  for (const ForeignRow& row : ForeignEvents()) table += LineOf(row);
  const std::string readme = Readme();
  const std::size_t begin = readme.find("| CDEvents 0.5, ");
  ASSERT_NE(begin, std::string::npos);
  const std::size_t end = readme.find("\n\n", begin);
  EXPECT_EQ(readme.substr(begin, end + 1 - begin), table);
}

// The content of the next block of this language; moves `at` behind it.
std::string NextBlock(const std::string& text, const std::string& language,
                      std::size_t& at) {
  const std::string opening = "```" + language + "\n";
  const std::size_t begin = text.find(opening, at);
  if (begin == std::string::npos) {
    at = begin;
    return {};
  }
  const std::size_t content = begin + opening.size();
  const std::size_t end = text.find("```", content);
  at = end;
  return text.substr(content, end - content);
}

TEST(ExporterReadmeTest, EventsOfEachOutcomeAddUpToWhatItSays) {
  const std::string readme = Readme();
  int outcomes = 0;
  for (std::size_t at = 0;;) {
    const std::string events_text = NextBlock(readme, "json", at);
    if (at == std::string::npos) break;
    const std::string want = NextBlock(readme, "text", at);
    ++outcomes;
    std::vector<EventError> errors;
    const auto events =
        ParseEvents(events_text, schema::Schema::Ours(), base::Now(), errors);
    ASSERT_TRUE(errors.empty()) << ToString(errors.front());
    Totals totals;
    for (const Event& event : events) {
      totals.Apply({totals.last_sequence() + 1, base::Now(), event});
    }
    std::string got;
    for (const Cell& cell : totals.Cells()) {
      got += cell.metric + cell.labels + " " + cell.part + " " +
             base::FormatGeneral(cell.value) + "\n";
    }
    EXPECT_EQ(got, want) << events_text;
    EXPECT_TRUE(totals.open_rollouts().empty()) << events_text;
  }
  EXPECT_EQ(outcomes, 5);
}

}  // namespace
}  // namespace exporter
