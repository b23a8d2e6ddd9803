// Events from somebody who means harm: random changes of good ones. Whatever
// is accepted reads back equal and can be folded; everything else is named.

#include <gtest/gtest.h>

#include <random>

#include "exporter/totals.h"
#include "tests/support/process.h"

namespace exporter {
namespace {

constexpr base::Timestamp kNow = 1795392000000;

// The events of the README's outcomes, a text each.
std::vector<std::string> Seeds() {
  const std::string readme =
      tests::ReadFile(ROLLWATCH_SOURCE_DIR "/exporter/README.md");
  std::vector<std::string> seeds;
  for (std::size_t at = 0;
       (at = readme.find("```json\n", at)) != std::string::npos;) {
    at += 8;
    seeds.push_back(readme.substr(at, readme.find("```", at) - at));
  }
  return seeds;
}

// Pieces that JSON readers stumble over.
constexpr std::string_view kPieces[] = {"\"",      "\\",
                                        "\\u0000", "\\ud800",
                                        "{",       "}",
                                        "[",       "]",
                                        ",",       ":",
                                        "null",    "1e999",
                                        "-0",      "1e-400",
                                        "\xFF",    "\n",
                                        "0",       "true",
                                        "\"id\"",  "\xEF\xBB\xBF",
                                        "100.5",   "{\"a\":{\"a\":"};

std::string Mutate(std::string text, std::mt19937& random) {
  const auto below = [&](std::size_t n) { return random() % n; };
  for (std::size_t changes = 1 + below(4); changes > 0; --changes) {
    const std::size_t at = below(text.size() + 1);
    switch (below(4)) {
      case 0:
        text.insert(at, kPieces[below(std::size(kPieces))]);
        break;
      case 1:
        text.erase(at, 1 + below(20));
        break;
      case 2:
        if (at < text.size()) text[at] = static_cast<char>(below(256));
        break;
      default:
        text.insert(at, text.substr(below(text.size() + 1), below(40)));
        break;
    }
    if (text.empty()) text = "{";
  }
  return text;
}

TEST(HostileEventTest, MutatedEventsAreReadWholeOrNamed) {
  const std::vector<std::string> seeds = Seeds();
  ASSERT_FALSE(seeds.empty());
  const schema::Schema schema = schema::Schema::Ours();
  std::mt19937 random(20261123);  // The same changes in every run.
  int accepted = 0;
  int refused = 0;
  for (int i = 0; i < 5000; ++i) {
    const std::string text = Mutate(seeds[random() % seeds.size()], random);
    std::vector<EventError> errors;
    const auto events = ParseEvents(text, schema, kNow, errors);
    EXPECT_NE(events.empty(), errors.empty()) << text;
    ++(errors.empty() ? accepted : refused);
    Totals totals;
    for (const Event& event : events) {
      std::vector<EventError> again;
      const auto copy = ParseEvents(ToJson(event), schema, kNow, again);
      ASSERT_EQ(copy.size(), 1U) << ToJson(event);
      EXPECT_EQ(copy[0], event) << ToJson(event);
      totals.Apply({totals.last_sequence() + 1, kNow, event});
    }
  }
  // The changes must reach both sides for the test to say anything.
  EXPECT_GT(accepted, 100);
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace exporter
