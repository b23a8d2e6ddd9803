#include "promql/syntax/printer.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "base/labels.h"
#include "base/number.h"
#include "base/quote.h"
#include "promql/syntax/print_parts.h"

namespace promql {
namespace {

// U+FFFD is no character of a string, so that it must stand as an escape.
// (Prometheus prints it, and cannot read that.)
std::string Readable(std::string quoted) {
  return absl::StrReplaceAll(quoted, {{"\uFFFD", "\\ufffd"}});
}

std::string Negated(bool negative, std::string text) {
  return negative ? "-" + text : text;
}

std::string DurationText(double seconds) {
  return Negated(seconds < 0,
                 base::FormatDuration(LiteralMilliseconds(std::abs(seconds))));
}

std::string NumberText(double value, bool duration) {
  // 0s would not read back as what it is.
  const bool too_small = LiteralMilliseconds(value) == 0 && value != 0;
  return duration && !too_small ? DurationText(value)
                                : base::FormatDecimal(value);
}

std::string_view OpText(DurationExpr::Op op) {
  switch (op) {
    case DurationExpr::Op::kAdd:
      return "+";
    case DurationExpr::Op::kSubtract:
      return "-";
    case DurationExpr::Op::kMultiply:
      return "*";
    case DurationExpr::Op::kDivide:
      return "/";
    case DurationExpr::Op::kModulo:
      return "%";
    case DurationExpr::Op::kPower:
      return "^";
    case DurationExpr::Op::kMinOf:
      return "min_of";
    case DurationExpr::Op::kMaxOf:
      return "max_of";
    default:
      return "";
  }
}

std::string Text(const DurationExpr& expr);

std::string DurationOperatorText(const DurationExpr& expr) {
  std::string left = Text(*expr.left);
  // -2 ^ 2 would read back as -(2 ^ 2). (Prometheus prints that.)
  if (expr.op == DurationExpr::Op::kPower &&
      expr.left->op == DurationExpr::Op::kLiteral &&
      std::signbit(expr.left->seconds)) {
    left = absl::StrFormat("(%s)", left);
  }
  return absl::StrFormat("%s %s %s", left, OpText(expr.op), Text(*expr.right));
}

std::string Text(const DurationExpr& expr) {
  std::string text;
  switch (expr.op) {
    case DurationExpr::Op::kLiteral:
      text = NumberText(expr.seconds, expr.duration);
      break;
    case DurationExpr::Op::kStep:
      text = "step()";
      break;
    case DurationExpr::Op::kRange:
      text = "range()";
      break;
    case DurationExpr::Op::kNegate:
      text = "-" + Text(*expr.left);
      break;
    case DurationExpr::Op::kMinOf:
    case DurationExpr::Op::kMaxOf:
      text = absl::StrFormat("%s(%s, %s)", OpText(expr.op), Text(*expr.left),
                             Text(*expr.right));
      break;
    default:
      text = DurationOperatorText(expr);
  }
  return expr.parenthesised ? absl::StrFormat("(%s)", text) : text;
}

// Of a range, step or offset: 300 prints as 5m there.
std::string WholeText(const DurationExpr& expr) {
  return expr.op == DurationExpr::Op::kLiteral ? NumberText(expr.seconds, true)
                                               : Text(expr);
}

std::string OffsetText(const TimeModifiers& time) {
  return time.offset == nullptr ? "" : " offset " + WholeText(*time.offset);
}

std::string AtText(const TimeModifiers& time) {
  if (!time.at.has_value()) return "";
  switch (time.at->kind) {
    case AtModifier::Kind::kStart:
      return " @ start()";
    case AtModifier::Kind::kEnd:
      return " @ end()";
    case AtModifier::Kind::kTimestamp:
      break;
  }
  // Go divides by 1000.0 and prints three decimals; in integers all agree.
  const base::Timestamp ms = time.at->time;
  return absl::StrFormat(" @ %s%d.%03d", ms < 0 ? "-" : "", std::abs(ms / 1000),
                         std::abs(ms % 1000));
}

std::string_view ExtensionText(Extension extension) {
  switch (extension) {
    case Extension::kNone:
      return "";
    case Extension::kAnchored:
      return " anchored";
    case Extension::kSmoothed:
      return " smoothed";
  }
  return "";
}

// name{matchers}, without modifiers.
std::string SelectorText(const VectorSelector& node) {
  std::vector<std::string> matchers;
  for (const base::Matcher& matcher : node.matchers) {
    if (matcher.name() == base::kMetricName &&
        matcher.type() == base::MatchType::kEqual && node.NameStandsBefore() &&
        matcher.value() == node.name) {
      continue;
    }
    matchers.push_back(Readable(base::ToString(matcher)));
  }
  std::string out = node.NameStandsBefore() ? node.name : "";
  if (matchers.empty()) return out.empty() ? "{}" : out;
  std::ranges::sort(matchers);
  out += '{';
  for (const std::string& matcher : matchers) {
    if (&matcher != &matchers.front()) out += ',';
    out += matcher;
  }
  return out += '}';
}

// The words that are numbers in any case, and so no labels without quotes.
bool IsNumberWord(std::string_view word) {
  std::string lower(word);
  for (char& c : lower) c = static_cast<char>(c | 0x20);
  return lower == "inf" || lower == "nan";
}

std::string LabelList(const std::vector<std::string>& labels,
                      std::string_view separator) {
  std::string out;
  for (const std::string& label : labels) {
    if (&label != &labels.front()) out += separator;
    const bool bare = base::IsLegacyLabelName(label) && !IsNumberWord(label);
    out += bare ? label : Readable(base::Quote(label));
  }
  return out;
}

std::string MatchingText(const VectorMatching& matching) {
  std::string out;
  const bool grouped = matching.cardinality == Cardinality::kManyToOne ||
                       matching.cardinality == Cardinality::kOneToMany;
  if (!matching.labels.empty() || matching.on || grouped) {
    out = absl::StrFormat(" %s (%s)", matching.on ? "on" : "ignoring",
                          LabelList(matching.labels, ", "));
  }
  if (grouped) {
    absl::StrAppendFormat(
        &out, " group_%s (%s)",
        matching.cardinality == Cardinality::kManyToOne ? "left" : "right",
        LabelList(matching.include, ", "));
  }
  const auto& left = matching.fill_left;
  const auto& right = matching.fill_right;
  const auto fill = [&](std::string_view name, double value) {
    absl::StrAppendFormat(&out, " %s (%s)", name, base::FormatDecimal(value));
  };
  if (left.has_value() && right.has_value() &&
      base::FormatDecimal(*left) == base::FormatDecimal(*right)) {
    fill("fill", *left);
    return out;
  }
  if (left.has_value()) fill("fill_left", *left);
  if (right.has_value()) fill("fill_right", *right);
  return out;
}

void Append(std::string& out, const Expr& expr);

void AppendList(std::string& out, const std::vector<ExprPtr>& list) {
  for (const ExprPtr& expr : list) {
    if (&expr != &list.front()) out += ", ";
    Append(out, *expr);
  }
}

void AppendNode(std::string& out, const NumberLiteral& node) {
  out += NumberText(node.value, node.duration);
}
void AppendNode(std::string& out, const StringLiteral& node) {
  out += Readable(base::Quote(node.value));
}
void AppendNode(std::string& out, const VectorSelector& node) {
  out += SelectorText(node);
  out += AtText(node.time);
  out += ExtensionText(node.extension);
  out += OffsetText(node.time);
}
void AppendNode(std::string& out, const MatrixSelector& node) {
  const auto& selector = std::get<VectorSelector>(node.selector->node);
  absl::StrAppendFormat(&out, "%s[%s]", SelectorText(selector),
                        WholeText(*node.range));
  out += ExtensionText(selector.extension);
  out += AtText(selector.time);
  out += OffsetText(selector.time);
}
void AppendNode(std::string& out, const Subquery& node) {
  Append(out, *node.expr);
  out += SubquerySuffix(node);
}
void AppendNode(std::string& out, const Call& node) {
  out += node.name;
  out += '(';
  AppendList(out, node.arguments);
  out += ')';
}
void AppendNode(std::string& out, const Aggregation& node) {
  out += AggregationHead(node);
  out += '(';
  if (node.parameter != nullptr) {
    Append(out, *node.parameter);
    out += ", ";
  }
  Append(out, *node.expr);
  out += ')';
}
void AppendNode(std::string& out, const Binary& node) {
  const auto* number = std::get_if<NumberLiteral>(&node.left->node);
  if (node.op == base::BinaryOp::kPower && number != nullptr &&
      std::isinf(number->value)) {
    // +Inf ^ 2 would read back as +(Inf ^ 2). (Prometheus prints that.)
    out += "Inf";
  } else {
    Append(out, *node.left);
  }
  absl::StrAppendFormat(&out, " %s ", OperatorText(node));
  Append(out, *node.right);
}
void AppendNode(std::string& out, const Unary& node) {
  out += node.negative ? '-' : '+';
  Append(out, *node.expr);
}
void AppendNode(std::string& out, const Paren& node) {
  out += '(';
  Append(out, *node.expr);
  out += ')';
}

void Append(std::string& out, const Expr& expr) {
  std::visit([&](const auto& node) { AppendNode(out, node); }, expr.node);
}

void DumpTo(std::string& out, const Expr& expr);

void DumpChildren(std::string& out, const Expr& expr) {
  for (const ExprPtr& child : Children(expr)) {
    out += ' ';
    DumpTo(out, *child);
  }
}

// As text, but with its structure: (+ 1m (* 2 3s)).
std::string DumpDuration(const DurationExpr& expr) {
  if (expr.left == nullptr) return Text(expr);
  std::string out = "(";
  out += expr.op == DurationExpr::Op::kNegate ? "negate" : OpText(expr.op);
  out += ' ' + DumpDuration(*expr.left);
  if (expr.right != nullptr) out += ' ' + DumpDuration(*expr.right);
  return out + ')';
}

std::string DumpBrackets(const DurationExprPtr& duration) {
  if (duration == nullptr) return "";
  return duration->left == nullptr ? WholeText(*duration)
                                   : DumpDuration(*duration);
}

std::string DumpModifiers(const TimeModifiers& time, Extension extension) {
  return std::string(ExtensionText(extension)) + AtText(time) +
         OffsetText(time);
}

// What stands before the children, but for the opening parenthesis.
std::string DumpHead(const Expr& expr) {
  return std::visit(
      Overloaded{
          [](const NumberLiteral&) { return std::string(); },
          [](const StringLiteral&) { return std::string(); },
          [](const VectorSelector& node) {
            return absl::StrFormat("vector %s%s", SelectorText(node),
                                   DumpModifiers(node.time, node.extension));
          },
          [](const MatrixSelector& node) {
            return absl::StrFormat("matrix [%s]", DumpBrackets(node.range));
          },
          [](const Subquery& node) {
            return absl::StrFormat("subquery [%s:%s]%s",
                                   DumpBrackets(node.range),
                                   DumpBrackets(node.step),
                                   DumpModifiers(node.time, Extension::kNone));
          },
          [](const Call& node) { return "call " + node.name; },
          [](const Aggregation& node) {
            std::string head(base::Row(node.op).name);
            if (node.without || !node.grouping.empty()) {
              absl::StrAppendFormat(&head, " (%s%s%s)",
                                    node.without ? "without" : "by",
                                    node.grouping.empty() ? "" : " ",
                                    LabelList(node.grouping, " "));
            }
            return head;
          },
          [](const Binary& node) { return OperatorText(node); },
          [](const Unary& node) {
            return std::string(node.negative ? "negate" : "plus");
          },
          [](const Paren&) { return std::string("paren"); }},
      expr.node);
}

void DumpTo(std::string& out, const Expr& expr) {
  const std::string head = DumpHead(expr);
  if (head.empty()) return Append(out, expr);
  out += '(';
  out += head;
  DumpChildren(out, expr);
  out += ')';
}

}  // namespace

std::string AggregationHead(const Aggregation& node) {
  std::string head(base::Row(node.op).name);
  if (node.without || !node.grouping.empty()) {
    absl::StrAppendFormat(&head, " %s (%s) ", node.without ? "without" : "by",
                          LabelList(node.grouping, ", "));
  }
  return head;
}

std::string OperatorText(const Binary& node) {
  return absl::StrFormat("%s%s%s", base::Row(node.op).text,
                         node.return_bool ? " bool" : "",
                         MatchingText(node.matching));
}

std::string SubquerySuffix(const Subquery& node) {
  return absl::StrFormat("[%s:%s]%s%s", WholeText(*node.range),
                         node.step == nullptr ? "" : WholeText(*node.step),
                         AtText(node.time), OffsetText(node.time));
}

std::string Print(const Expr& expr) {
  std::string out;
  Append(out, expr);
  return out;
}

std::string Dump(const Expr& expr) {
  std::string out;
  DumpTo(out, expr);
  return out;
}

}  // namespace promql
