#include "promql/script/script.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/quote.h"
#include "promql/check/parse.h"
#include "promql/syntax/tree.h"

namespace promql {
namespace {

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

// Takes the first word off.
std::string_view TakeWord(std::string_view& text) {
  text = Trim(text);
  const std::string_view word = text.substr(0, text.find_first_of(" \t"));
  text = Trim(text.substr(word.size()));
  return word;
}

std::optional<double> NumberOf(std::string_view text) {
  if (text.starts_with("+")) text.remove_prefix(1);
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

// 5m, -1m, 1.5 (seconds).
std::optional<base::Duration> ParseTime(std::string_view text) {
  const bool negative = text.starts_with("-");
  if (negative) text.remove_prefix(1);
  auto duration = base::ParseDuration(text);
  if (!duration.has_value()) {
    const auto seconds = NumberOf(text);
    // As far as durations go, and so that no sum of a few overflows.
    constexpr double kMaxSeconds = 9e9;
    if (!seconds.has_value() || !(std::fabs(*seconds) <= kMaxSeconds)) {
      return std::nullopt;
    }
    duration = static_cast<base::Duration>(std::round(*seconds * 1000));
  }
  return negative ? -*duration : *duration;
}

// A string literal of the language.
std::optional<std::string> LiteralText(std::string_view text) {
  base::Diagnostics findings;
  const ExprPtr expr = Parse(text, findings);
  const auto* literal =
      expr == nullptr ? nullptr : std::get_if<StringLiteral>(&expr->node);
  if (literal == nullptr) return std::nullopt;
  return literal->value;
}

class ScriptParser {
 public:
  ScriptParser(const base::Source& source,
               const SeriesDescriptionLimits& limits,
               base::Diagnostics& diagnostics)
      : source_(source), limits_(limits), diagnostics_(diagnostics) {}

  std::vector<Command> Parse();

 private:
  // A line without its indentation; a comment is empty, and so ends a block.
  std::string_view Line(std::size_t line) const {
    const std::string_view text = Trim(source_.Line(line));
    return text.starts_with("#") ? std::string_view() : text;
  }
  bool Fail(std::size_t line, std::string message);

  bool ParseCommand(std::string_view text);
  bool ParseLoad(bool with_nhcb, std::string_view rest);
  bool ParseEval(std::string_view suffix, std::string_view rest);
  bool ParseInstant(std::string_view rest, EvalCommand& eval);
  bool ParseRange(std::string_view rest, EvalCommand& eval);
  bool ParseEvalLine(std::string_view text, EvalCommand& eval);
  bool ParseExpect(std::string_view rest, EvalCommand& eval);
  bool ParseMatrixGrid(std::string_view rest, EvalCommand& eval);
  bool TakeTime(std::string_view keyword, std::string_view& rest,
                base::Duration& time);
  bool ParseSeries(std::string_view text, SeriesDescription& series);
  // Moves behind the block.
  void SkipBlock();

  const base::Source& source_;
  const SeriesDescriptionLimits& limits_;
  base::Diagnostics& diagnostics_;
  std::size_t line_ = 1;
  std::vector<Command> commands_;
};

bool ScriptParser::Fail(std::size_t line, std::string message) {
  const std::string_view text = source_.Line(line);
  const auto begin =
      static_cast<std::size_t>(text.data() - source_.text().data());
  diagnostics_.Error("script", {begin, begin + text.size()},
                     std::move(message));
  return false;
}

void ScriptParser::SkipBlock() {
  while (line_ <= source_.line_count() && !Line(line_).empty()) ++line_;
}

bool ScriptParser::ParseSeries(std::string_view text,
                               SeriesDescription& series) {
  base::Diagnostics findings;
  if (ParseSeriesDescription(text, findings, series, limits_)) return true;
  return Fail(line_, findings.first_error().message);
}

bool ScriptParser::ParseLoad(bool with_nhcb, std::string_view rest) {
  LoadCommand load;
  load.with_nhcb = with_nhcb;
  const std::size_t first = line_;
  const auto gap = ParseTime(rest);
  if (!gap.has_value()) {
    return Fail(line_, absl::StrFormat("invalid step definition %s",
                                       base::Quote(rest)));
  }
  load.gap = *gap;
  for (++line_; line_ <= source_.line_count(); ++line_) {
    const std::string_view text = Line(line_);
    if (text.empty()) break;
    if (IsStartTimesLine(text)) {
      base::Diagnostics findings;
      StartTimes start_times;
      if (!ParseStartTimes(text, findings, start_times, limits_)) {
        return Fail(line_, findings.first_error().message);
      }
      load.start_times.push_back(std::move(start_times));
      continue;
    }
    SeriesDescription series;
    if (!ParseSeries(text, series)) return false;
    load.series.push_back(std::move(series));
  }
  commands_.push_back({first, std::move(load)});
  return true;
}

bool ScriptParser::TakeTime(std::string_view keyword, std::string_view& rest,
                            base::Duration& time) {
  if (TakeWord(rest) != keyword) {
    return Fail(line_, absl::StrFormat("expected \"%s\"", keyword));
  }
  const std::string_view word = TakeWord(rest);
  const auto parsed = ParseTime(word);
  if (!parsed.has_value()) {
    return Fail(line_,
                absl::StrFormat("invalid timestamp %s", base::Quote(word)));
  }
  time = *parsed;
  return true;
}

bool ScriptParser::ParseInstant(std::string_view rest, EvalCommand& eval) {
  if (!TakeTime("at", rest, eval.start)) return false;
  eval.end = eval.start;
  eval.query = std::string(rest);
  return true;
}

bool ScriptParser::ParseRange(std::string_view rest, EvalCommand& eval) {
  eval.range = true;
  if (!TakeTime("from", rest, eval.start) || !TakeTime("to", rest, eval.end) ||
      !TakeTime("step", rest, eval.step)) {
    return false;
  }
  if (eval.step <= 0 || eval.end < eval.start) {
    return Fail(line_, "invalid range of times");
  }
  eval.query = std::string(rest);
  return true;
}

bool ScriptParser::ParseMatrixGrid(std::string_view rest, EvalCommand& eval) {
  base::Duration start = 0;
  base::Duration end = 0;
  base::Duration step = 0;
  if (!TakeTime("from", rest, start) || !TakeTime("to", rest, end) ||
      !TakeTime("step", rest, step)) {
    return false;
  }
  if (step <= 0 || end < start) return Fail(line_, "invalid range of times");
  eval.matrix = base::TimeGrid::Range(start, end, step);
  return true;
}

bool ScriptParser::ParseExpect(std::string_view rest, EvalCommand& eval) {
  using Kind = Expectation::Kind;
  struct Row {
    std::string_view word;
    Kind kind;
  };
  constexpr Row kRows[] = {{"warn", Kind::kWarn},
                           {"info", Kind::kInfo},
                           {"no_warn", Kind::kNoWarn},
                           {"no_info", Kind::kNoInfo},
                           {"fail", Kind::kFail}};
  const std::string_view word = TakeWord(rest);
  if (word == "ordered") {
    eval.ordered = true;
    return true;
  }
  if (word == "string") {
    eval.text = LiteralText(rest);
    return eval.text.has_value() || Fail(line_, "expected a quoted string");
  }
  if (word == "range" && TakeWord(rest) == "vector") {
    return ParseMatrixGrid(rest, eval);
  }
  const auto row = std::ranges::find(kRows, word, &Row::word);
  if (row == std::end(kRows)) {
    return Fail(line_,
                absl::StrFormat("invalid expect statement: %s", Line(line_)));
  }
  Expectation expectation;
  expectation.kind = row->kind;
  if (rest.starts_with("msg:")) {
    expectation.text_kind = Expectation::Text::kEqual;
    expectation.text = std::string(Trim(rest.substr(4)));
  } else if (rest.starts_with("regex:")) {
    expectation.text_kind = Expectation::Text::kRegexp;
    expectation.text = std::string(Trim(rest.substr(6)));
  } else if (!rest.empty()) {
    return Fail(line_, "expected msg: or regex:");
  }
  eval.expectations.push_back(std::move(expectation));
  return true;
}

bool ScriptParser::ParseEvalLine(std::string_view text, EvalCommand& eval) {
  std::string_view rest = text;
  const std::string_view word = TakeWord(rest);
  if (word == "expect") return ParseExpect(rest, eval);
  if (word == "expected_fail_message" || word == "expected_fail_regexp") {
    eval.expectations.push_back({Expectation::Kind::kFail,
                                 word == "expected_fail_message"
                                     ? Expectation::Text::kEqual
                                     : Expectation::Text::kRegexp,
                                 std::string(rest)});
    return true;
  }
  const auto number = NumberOf(text);
  if (number.has_value()) {
    eval.scalar = number;
    return true;
  }
  eval.series.emplace_back();
  return ParseSeries(text, eval.series.back());
}

bool ScriptParser::ParseEval(std::string_view suffix, std::string_view rest) {
  EvalCommand eval;
  const std::size_t first = line_;
  using Kind = Expectation::Kind;
  if (suffix == "_fail") eval.expectations.push_back({Kind::kFail, {}, {}});
  if (suffix == "_warn") eval.expectations.push_back({Kind::kWarn, {}, {}});
  if (suffix == "_info") eval.expectations.push_back({Kind::kInfo, {}, {}});
  if (suffix == "_ordered") eval.ordered = true;
  const std::string_view kind = TakeWord(rest);
  if (kind != "instant" && kind != "range") {
    return Fail(line_, "expected \"instant\" or \"range\"");
  }
  if (!(kind == "instant" ? ParseInstant(rest, eval)
                          : ParseRange(rest, eval))) {
    return false;
  }
  for (++line_; line_ <= source_.line_count(); ++line_) {
    const std::string_view text = Line(line_);
    if (text.empty()) break;
    if (!ParseEvalLine(text, eval)) return false;
  }
  commands_.push_back({first, std::move(eval)});
  return true;
}

bool ScriptParser::ParseCommand(std::string_view text) {
  std::string_view rest = text;
  const std::string_view word = TakeWord(rest);
  if (word == "clear") {
    commands_.push_back({line_++, ClearCommand()});
    return true;
  }
  if (word == "load" || word == "load_with_nhcb") {
    return ParseLoad(word != "load", rest);
  }
  if (word.starts_with("eval")) return ParseEval(word.substr(4), rest);
  return Fail(line_, absl::StrFormat("unknown command %s", base::Quote(word)));
}

std::vector<Command> ScriptParser::Parse() {
  while (line_ <= source_.line_count()) {
    const std::string_view text = Line(line_);
    if (text.empty()) {
      ++line_;
    } else if (!ParseCommand(text)) {
      SkipBlock();
    }
  }
  return std::move(commands_);
}

}  // namespace

bool EvalCommand::ExpectsFail() const {
  return std::ranges::any_of(expectations, [](const Expectation& expectation) {
    return expectation.kind == Expectation::Kind::kFail;
  });
}

std::vector<Command> ParseScript(const base::Source& source,
                                 const SeriesDescriptionLimits& limits,
                                 base::Diagnostics& diagnostics) {
  return ScriptParser(source, limits, diagnostics).Parse();
}

}  // namespace promql
