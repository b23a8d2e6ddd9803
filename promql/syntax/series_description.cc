#include "promql/syntax/series_description.h"

#include <bit>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/histogram_arithmetic.h"
#include "base/time.h"
#include "promql/syntax/series_histogram.h"
#include "promql/syntax/series_scanner.h"

namespace promql {
namespace {

constexpr std::string_view kStartTimes = "@st";

// Prometheus model/value/value.go: the end of a series.
double StaleMarker() {
  return std::bit_cast<double>(std::uint64_t{0x7ff0000000000002});
}

class SequenceReader {
 public:
  SequenceReader(SeriesScanner& scanner, std::vector<SequenceValue>& values,
                 std::size_t max_values)
      : scanner_(scanner), values_(values), max_values_(max_values) {}

  bool Read() {
    // Behind the first value a wrong token is not one of the values'.
    std::string_view context = kSeriesValues;
    while (!scanner_.AtEnd()) {
      if (!scanner_.SpaceFollows()) return scanner_.Unexpected(context);
      scanner_.SkipSpaces();
      if (!scanner_.AtEnd() && !ReadItem()) return false;
      context = "";
    }
    return true;
  }

 private:
  bool ReadItem() {
    begin_ = scanner_.at();
    if (scanner_.Accept("_")) return ReadOmitted();
    if (scanner_.Follows("{{")) return ReadHistograms();
    const std::uint32_t rune = scanner_.Peek();
    if (IsAlpha(rune) && rune != 'x') return ReadWordItem();
    if (IsDigit(rune) || rune == '+' || rune == '-' || rune == '.') {
      double value = 0;
      return scanner_.ReadSignedNumber(kSeriesValues, value) &&
             ReadFloats(value);
    }
    return scanner_.Unexpected("");
  }

  bool ReadWordItem() {
    SeriesScanner ahead = scanner_;
    const Token word = ahead.ReadWord();
    if (word.kind == TokenKind::kNumber) {
      double value = 0;
      return scanner_.ReadNumber(kSeriesValues, value) && ReadFloats(value);
    }
    if (word.kind != TokenKind::kIdentifier) return scanner_.Unexpected("");
    if (word.text != "stale") {
      return scanner_.Unexpected(kSeriesValues, "number or \"stale\"");
    }
    scanner_ = ahead;
    return ReadFloats(StaleMarker());
  }

  bool ReadOmitted() {
    std::uint64_t count = 1;
    if (scanner_.Accept("x") && !scanner_.ReadCount(kSeriesValues, count)) {
      return false;
    }
    return Repeat(count, {});
  }

  // Behind the first float: x5, +1x5 or -1x5.
  bool ReadFloats(double value) {
    SequenceValue item;
    item.kind = SequenceValue::Kind::kFloat;
    item.value = value;
    std::uint64_t times = 0;
    if (scanner_.Accept("x")) {
      return scanner_.ReadCount(kSeriesValues, times) && Repeat(times, item) &&
             Repeat(1, item);
    }
    if (!scanner_.Follows("+") && !scanner_.Follows("-")) {
      return Repeat(1, item);
    }
    double step = 0;
    if (!scanner_.ReadSignedNumber(kSeriesValues, step)) return false;
    if (!scanner_.Accept("x")) return scanner_.Unexpected(kSeriesValues);
    if (!scanner_.ReadCount(kSeriesValues, times) || !HasRoom(times, 1))
      return false;
    // Adding up, not multiplying: the rounding is part of the script.
    for (std::uint64_t i = 0; i <= times; ++i) {
      values_.push_back(item);
      item.value += step;
    }
    return true;
  }

  bool ReadHistograms() {
    auto first = std::make_shared<base::FloatHistogram>();
    if (!ReadHistogram(scanner_, *first)) return false;
    SequenceValue item;
    item.kind = SequenceValue::Kind::kHistogram;
    item.histogram = std::move(first);
    std::uint64_t times = 0;
    if (scanner_.Accept("x")) {
      return ReadHistogramCount(times) && Repeat(times, item) &&
             Repeat(1, item);
    }
    const bool subtract = scanner_.Follows("-");
    if (!subtract && !scanner_.Follows("+")) return Repeat(1, item);
    scanner_.Accept(subtract ? "-" : "+");
    base::FloatHistogram step;
    if (!scanner_.Follows("{{")) return scanner_.Unexpected(kSeriesValues);
    if (!ReadHistogram(scanner_, step)) return false;
    if (!scanner_.Accept("x")) return scanner_.Unexpected(kSeriesValues);
    const std::size_t count = scanner_.at();
    return ReadHistogramCount(times) && HasRoom(times, 1) &&
           HasRoomForBuckets(*item.histogram, step, times) &&
           Accumulate(std::move(item), step, subtract, times, count);
  }

  // Behind the x of a histogram Prometheus knows digits alone.
  bool ReadHistogramCount(std::uint64_t& times) {
    if (IsDigit(scanner_.Peek()))
      return scanner_.ReadCount(kSeriesValues, times);
    return scanner_.Error(scanner_.at(), "bad number syntax: \"\"");
  }

  // An error is at the count, which Prometheus has just read then.
  bool Accumulate(SequenceValue item, const base::FloatHistogram& step,
                  bool subtract, std::uint64_t times, std::size_t count) {
    values_.push_back(item);
    for (std::uint64_t i = 0; i < times; ++i) {
      auto next = std::make_shared<base::FloatHistogram>(*item.histogram);
      if (next->schema > step.schema) {
        return scanner_.Error(
            count, absl::StrFormat("error combining histograms: cannot merge "
                                   "from schema %d to %d",
                                   step.schema, next->schema));
      }
      const base::HistogramMerge merge =
          subtract ? base::Subtract(*next, step) : base::Add(*next, step);
      if (!merge.compatible) {
        return scanner_.Error(
            count,
            "cannot apply this operation on histograms with a mix of "
            "exponential and custom bucket schemas");
      }
      item.histogram = std::move(next);
      values_.push_back(item);
    }
    return true;
  }

  // Whether there is room for `count` values and `extra` more.
  bool HasRoom(std::uint64_t count, std::size_t extra = 0) {
    if (count <= max_values_ && values_.size() + extra <= max_values_ - count) {
      return true;
    }
    return scanner_.Error(
        begin_, absl::StrFormat("series has more than %d values", max_values_));
  }

  // Sums are not shared, so their buckets count as values too.
  // REQUIRES: HasRoom(times)
  bool HasRoomForBuckets(const base::FloatHistogram& first,
                         const base::FloatHistogram& step,
                         std::uint64_t times) {
    std::size_t buckets = 1;
    for (const base::FloatHistogram* histogram : {&first, &step}) {
      buckets += histogram->positive.counts.size() +
                 histogram->negative.counts.size() +
                 histogram->custom_bounds.size();
    }
    return times <= max_values_ / buckets || HasRoom(max_values_, 1);
  }

  bool Repeat(std::uint64_t count, const SequenceValue& item) {
    if (!HasRoom(count)) return false;
    values_.insert(values_.end(), count, item);
    return true;
  }

  SeriesScanner& scanner_;
  std::vector<SequenceValue>& values_;
  std::size_t max_values_;
  std::size_t begin_ = 0;  // Of the item that is being read.
};

// Reads the offsets of a line of start times.
class StartTimeReader {
 public:
  StartTimeReader(std::string_view text, SeriesScanner& scanner,
                  std::vector<StartTimes::Offset>& offsets,
                  std::size_t max_values)
      : text_(text),
        scanner_(scanner),
        offsets_(offsets),
        max_values_(max_values) {}

  bool Read() {
    while (!scanner_.AtEnd()) {
      if (!scanner_.SpaceFollows()) return scanner_.Unexpected("start times");
      scanner_.SkipSpaces();
      if (!scanner_.AtEnd() && !ReadItem()) return false;
    }
    return true;
  }

 private:
  bool ReadItem() {
    StartTimes::Offset offset;
    std::uint64_t times = 0;
    if (scanner_.Accept("_")) {
      offset.omitted = true;
      if (!scanner_.Accept("x")) return Add(offset, 0, 1);
      return scanner_.ReadCount("start times", times) && Add(offset, 0, times);
    }
    std::int64_t step = 0;
    if (!ReadDuration(offset.milliseconds)) return false;
    const bool stepped = scanner_.Follows("+") || scanner_.Follows("-");
    if (stepped && !ReadDuration(step)) return false;
    if (!scanner_.Accept("x")) {
      return stepped ? scanner_.Unexpected("start times") : Add(offset, 0, 1);
    }
    return scanner_.ReadCount("start times", times) &&
           Add(offset, step, times + 1);
  }

  bool Add(StartTimes::Offset offset, std::int64_t step, std::uint64_t count) {
    if (count > max_values_ || offsets_.size() > max_values_ - count) {
      return scanner_.Error(
          scanner_.at(),
          absl::StrFormat("series has more than %d values", max_values_));
    }
    for (std::uint64_t i = 0; i < count; ++i) {
      offsets_.push_back(offset);
      offset.milliseconds += step;
    }
    return true;
  }

  bool ReadDuration(std::int64_t& milliseconds) {
    const std::size_t begin = scanner_.at();
    const bool negative = scanner_.Follows("-");
    if (negative || scanner_.Follows("+"))
      scanner_.Accept(negative ? "-" : "+");
    const std::size_t from = scanner_.at();
    // The x behind a duration is no unit.
    while (IsAlphaNumeric(scanner_.Peek()) && scanner_.Peek() != 'x') {
      scanner_.Accept(text_.substr(scanner_.at(), 1));
    }
    const std::string_view word = text_.substr(from, scanner_.at() - from);
    std::string error;
    const std::optional<base::Duration> parsed =
        base::ParseDuration(word, &error);
    if (!parsed.has_value()) return scanner_.Error(begin, std::move(error));
    milliseconds = negative ? -*parsed : *parsed;
    return true;
  }

  std::string_view text_;
  SeriesScanner& scanner_;
  std::vector<StartTimes::Offset>& offsets_;
  std::size_t max_values_;
};

}  // namespace

bool ParseSeriesDescription(std::string_view text,
                            base::Diagnostics& diagnostics,
                            SeriesDescription& description,
                            const SeriesDescriptionLimits& limits) {
  description = {};
  SeriesScanner scanner(text, diagnostics);
  return scanner.ReadMetric(description.labels) &&
         SequenceReader(scanner, description.values, limits.max_values).Read();
}

bool ParseMetric(std::string_view text, base::Diagnostics& diagnostics,
                 base::Labels& labels) {
  SeriesScanner scanner(text, diagnostics);
  return scanner.ReadMetric(labels) && scanner.ReadEnd();
}

bool IsStartTimesLine(std::string_view text) {
  base::Diagnostics ignored;
  base::Labels labels;
  SeriesScanner scanner(text, ignored);
  return scanner.ReadMetric(labels) && scanner.Follows(kStartTimes);
}

bool ParseStartTimes(std::string_view text, base::Diagnostics& diagnostics,
                     StartTimes& start_times,
                     const SeriesDescriptionLimits& limits) {
  start_times = {};
  SeriesScanner scanner(text, diagnostics);
  if (!scanner.ReadMetric(start_times.labels)) return false;
  scanner.Accept(kStartTimes);
  return StartTimeReader(text, scanner, start_times.offsets, limits.max_values)
      .Read();
}

}  // namespace promql
