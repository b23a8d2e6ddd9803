#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/parts.h"
#include "alerts/lint/units.h"

namespace alerts {

const CheckText kUnitMismatchText = {
    .paragraph = R"(Units follow from the schema, from the names of metrics
(_seconds, _milliseconds, _percent, _ratio), from shares (a part divided by its
whole is a ratio) and from * 100, / 100, * 1000, / 1000. Reported are sums,
differences and comparisons of two different units; humanizePercentage of what
is a percentage already (it multiplies by 100) or a time; humanizeDuration of
what is no seconds; and a threshold that the text gives in another unit:
"> 500", said to be 500ms, of seconds.)",
    .bad = R"(- alert: CanaryStuck
  expr: canary_traffic_percentage > 50
  annotations:
    summary: The canary has {{ $value | humanizePercentage }} of the traffic
)",
    .good = R"(- alert: CanaryStuck
  expr: canary_traffic_percentage > 50
  annotations:
    summary: The canary has {{ $value | humanize }}% of the traffic
)",
};

namespace {

void CheckOperands(LintContext& context) {
  ForEachPart(context.expr(), [&](const promql::Expr& part) {
    const auto* binary = std::get_if<promql::Binary>(&part.node);
    if (binary == nullptr) return;
    const bool adds = binary->op == base::BinaryOp::kAdd ||
                      binary->op == base::BinaryOp::kSubtract;
    const bool compares =
        base::Row(binary->op).kind == base::OpKind::kComparison;
    if (!adds && !compares) return;
    const Unit left = UnitOf(context, *binary->left);
    const Unit right = UnitOf(context, *binary->right);
    if (left == Unit::kUnknown || right == Unit::kUnknown || left == right) {
      return;
    }
    context.Report(
        context.InFile(binary->op_span),
        absl::StrFormat("%s is %s, %s is %s", context.TextOf(*binary->left),
                        NameOf(left), context.TextOf(*binary->right),
                        NameOf(right)));
  });
}

// The text at hand, read from its front.
class Words {
 public:
  explicit Words(std::string_view rest) : rest_(rest) {}

  bool Take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  // How many blanks there were.
  std::size_t TakeSpaces() {
    const std::size_t first = rest_.find_first_not_of(" \t\r\n");
    const std::size_t spaces = std::min(first, rest_.size());
    rest_.remove_prefix(spaces);
    return spaces;
  }
  std::string_view TakeDigits() {
    const std::size_t end = rest_.find_first_not_of("0123456789");
    const std::string_view digits = rest_.substr(0, end);
    rest_.remove_prefix(digits.size());
    return digits;
  }
  bool AtWordEnd() const { return rest_.empty() || !IsOfWord(rest_.front()); }
  std::string_view rest() const { return rest_; }

  static bool IsOfWord(char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_';
  }

 private:
  std::string_view rest_;
};

bool TakeValue(Words& words) {
  return words.Take("$value") || words.Take(".Value");
}

// "humanizePercentage" or "humanizeDuration"; empty when neither stands there.
std::string_view TakeHumanize(Words& words) {
  for (const std::string_view word :
       {"humanizePercentage", "humanizeDuration"}) {
    if (words.Take(word)) return word;
  }
  return {};
}

// How the action behind "{{" humanizes the value, or empty; `words` is behind
// its "}}" then. {{ $value | humanizePercentage }}, {{ humanizeDuration
// $value }}.
std::string_view TakeHumanizeAction(Words& words) {
  words.Take("-");
  words.TakeSpaces();
  std::string_view how;
  if (TakeValue(words)) {
    words.TakeSpaces();
    if (!words.Take("|")) return {};
    words.TakeSpaces();
    how = TakeHumanize(words);
  } else {
    how = TakeHumanize(words);
    if (how.empty() || words.TakeSpaces() == 0 || !TakeValue(words)) return {};
  }
  words.TakeSpaces();
  words.Take("-");
  return words.Take("}}") ? how : std::string_view();
}

void CheckHumanize(LintContext& context, const ParsedField& field, Unit unit) {
  const std::string_view text = field.field->value.view();
  for (std::size_t begin = text.find("{{"); begin != std::string_view::npos;
       begin = text.find("{{", begin + 1)) {
    Words words(text.substr(begin + 2));
    const std::string_view how = TakeHumanizeAction(words);
    if (how.empty()) continue;
    const bool percentage = how == "humanizePercentage";
    if (unit == (percentage ? Unit::kRatio : Unit::kSeconds)) continue;
    const std::string_view help =
        unit == Unit::kPercent        ? "{{ $value | humanize }}%"
        : unit == Unit::kMilliseconds ? "divide the value by 1000"
                                      : "";
    context.Report(
        field.field->value.text.Outer(
            {begin, text.size() - words.rest().size()}),
        absl::StrFormat("%s reads %s, but the value is %s", how,
                        percentage ? "a ratio" : "seconds", NameOf(unit)),
        std::string(help));
  }
}

double NumberOf(std::string_view digits) {
  double number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

// The unit behind a number, with a blank between them or not.
Unit TakeUnit(Words& words) {
  struct Row {
    std::string_view word;
    Unit unit;
  };
  // A word before those that it starts with.
  constexpr Row kRows[] = {
      {"milliseconds", Unit::kMilliseconds},
      {"millisecond", Unit::kMilliseconds},
      {"ms", Unit::kMilliseconds},
      {"seconds", Unit::kSeconds},
      {"second", Unit::kSeconds},
      {"s", Unit::kSeconds},
  };
  words.Take(" ");
  if (words.Take("%")) return Unit::kPercent;
  for (const Row& row : kRows) {
    if (words.Take(row.word)) {
      return words.AtWordEnd() ? row.unit : Unit::kUnknown;
    }
  }
  return Unit::kUnknown;
}

// The unit that the text gives this number in, when it is another one of the
// same kind, and the right one is nowhere.
Unit OtherUnitInText(std::string_view text, double number, Unit unit) {
  const bool time = unit == Unit::kSeconds || unit == Unit::kMilliseconds;
  Unit other = Unit::kUnknown;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(text[i])) ||
        (i > 0 && (Words::IsOfWord(text[i - 1]) || text[i - 1] == '.'))) {
      continue;
    }
    Words words(text.substr(i));
    std::string_view digits = words.TakeDigits();
    Words fraction = words;
    if (fraction.Take(".") && !fraction.TakeDigits().empty()) {
      words = fraction;
      digits = text.substr(i, text.size() - i - words.rest().size());
    }
    const Unit in_text = TakeUnit(words);
    if (in_text == Unit::kUnknown || (in_text == Unit::kPercent) == time ||
        NumberOf(digits) != number) {
      continue;
    }
    if (in_text == unit) return Unit::kUnknown;
    other = in_text;
  }
  return other;
}

void CheckThreshold(LintContext& context, const Threshold& threshold) {
  const Unit unit = UnitOf(context, *threshold.value);
  if (unit == Unit::kUnknown || threshold.number == 0) return;
  for (const TemplateField& annotation : context.rule().annotations) {
    const Unit other =
        OtherUnitInText(annotation.value.view(), threshold.number, unit);
    if (other == Unit::kUnknown) continue;
    context.Report(
        context.InFile(threshold.span),
        absl::StrFormat("%s is %s, but annotation \"%s\" gives the threshold "
                        "as %s",
                        context.TextOf(*threshold.value), NameOf(unit),
                        annotation.name, NameOf(other)));
    return;
  }
}

}  // namespace

void UnitMismatch(LintContext& context) {
  CheckOperands(context);
  if (context.rule().kind != Rule::Kind::kAlert) return;
  const Unit unit = UnitOf(context, context.expr());
  if (unit != Unit::kUnknown) {
    for (const ParsedField& field : context.templates()) {
      CheckHumanize(context, field, unit);
    }
  }
  for (const Threshold& threshold : Thresholds(context.expr())) {
    CheckThreshold(context, threshold);
  }
}

}  // namespace alerts
