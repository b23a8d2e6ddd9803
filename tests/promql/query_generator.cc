#include "tests/promql/query_generator.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "absl/strings/str_format.h"
#include "tests/promql/generated_series.h"

namespace promql {
namespace {

using Names = std::vector<std::string>;
using Reads = Function::Reads;

constexpr int kMostDepth = 4;
constexpr std::array<const char*, 2> kCounters = {"a_total", "b_total"};
constexpr std::array<const char*, 2> kGauges = {"f", "g"};
constexpr std::array<const char*, 6> kRanges = {"45s", "1m",   "90s",
                                                "2m",  "301s", "10m"};
constexpr std::array<const char*, 5> kOffsets = {"30s", "2m", "-1m", "90s",
                                                 "7m"};
constexpr std::array<const char*, 4> kSteps = {"20s", "30s", "1m", "45s"};

// What brings values into the domain, or out of a trivial image. The C library,
// which the twin asks, has no date of what is no time.
struct Domain {
  std::string_view function;
  std::string_view argument;
};
constexpr Domain kDomains[] = {
    {"sin", "clamp(%s, -100, 100)"},
    {"cos", "clamp(%s, -100, 100)"},
    {"tan", "clamp(%s, -100, 100)"},
    {"acos", "%s / 20000"},
    {"asin", "%s / 20000"},
    {"atanh", "%s / 20000"},
    {"acosh", "abs(%s) + 1"},
    {"cosh", "%s / 100"},
    {"exp", "%s / 100"},
    {"sinh", "%s / 100"},
    {"tanh", "%s / 100"},
    {"ceil", "%s / 7"},
    {"floor", "%s / 7"},
    {"sqrt", "abs(%s)"},
    {"ln", "abs(%s)"},
    {"log2", "abs(%s)"},
    {"log10", "abs(%s)"},
    {"minute", "floor(abs(%s) + 0.01 < 1e4) * 100"},
    {"hour", "floor(abs(%s) + 0.01 < 1e4) * 4000"},
    {"month", "floor(abs(%s) + 0.01 < 1e4) * 864000"},
    {"year", "floor(abs(%s) + 0.01 < 1e4) * 8640000"},
    {"day_of_month", "floor(abs(%s) + 0.01 < 1e4) * 86400"},
    {"day_of_week", "floor(abs(%s) + 0.01 < 1e4) * 86400"},
    {"day_of_year", "floor(abs(%s) + 0.01 < 1e4) * 86400"},
    {"days_in_month", "floor(abs(%s) + 0.01 < 1e4) * 864000"},
};

std::string Fill(std::string_view form, const std::string& text) {
  std::string filled(form);
  const std::size_t at = filled.find("%s");
  return filled.replace(at, 2, text);
}

std::string Listed(const Names& names) {
  std::string text = "(";
  for (const std::string& name : names) {
    if (text.size() > 1) text += ", ";
    text += name;
  }
  return text + ")";
}

bool Has(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool TakesRange(const Function& function) {
  for (std::size_t i = 0; i < function.parameter_count; ++i) {
    if (function.parameters[i] == ArgumentType::kMatrix) return true;
  }
  return false;
}

std::string InParens(const std::string& text) { return "(" + text + ")"; }

}  // namespace

QueryGenerator::QueryGenerator(
    std::uint64_t seed, const std::function<bool(std::string_view)>& known)
    : random_(seed) {
  for (const Function& function : Functions()) {
    if (function.result == ArgumentType::kVector && known(function.name)) {
      functions_.push_back(&function);
    }
  }
  for (const base::AggregationOpRow& row : base::kAggregationOps) {
    if (known(row.name)) aggregations_.push_back(row);
  }
}

std::string QueryGenerator::Next() {
  subqueries_ = 0;
  return MakeVector(1 + static_cast<int>(random_.Below(kMostDepth))).text;
}

std::string QueryGenerator::Number() {
  constexpr std::array<const char*, 8> kNumbers = {"2",    "0.5", "10",  "3",
                                                   "-1.5", "20",  "1e2", "7"};
  return random_.Pick(kNumbers);
}

std::string QueryGenerator::Matchers(const Names& labels) {
  constexpr std::array<const char*, 6> kOfJob = {
      "job=\"even\"", "job!=\"even\"", "job=~\"e.*|o.*\"",
      "job!~\"od+\"", "job!=\"\"",     "job=~\"odd\""};
  constexpr std::array<const char*, 5> kOfNumber = {
      "n=\"1\"", "n!=\"0\"", "n=~\"[12]\"", "n!~\"2|3\"", "n=~\".+\""};
  if (!random_.OneIn(3)) return "";
  if (Has(labels, "n") && random_.OneIn(2)) {
    return absl::StrFormat("{%s}", random_.Pick(kOfNumber));
  }
  return absl::StrFormat("{%s}", random_.Pick(kOfJob));
}

std::string QueryGenerator::Modifiers() {
  std::string text;
  if (random_.OneIn(6)) {
    text += absl::StrFormat(" offset %s", random_.Pick(kOffsets));
  }
  if (random_.OneIn(16)) {
    const auto seconds = kGeneratedStart / 1000 + 1200 +
                         static_cast<std::int64_t>(random_.Below(1000));
    text += random_.OneIn(3)   ? " @ start()"
            : random_.OneIn(2) ? " @ end()"
                               : absl::StrFormat(" @ %d", seconds);
  }
  return text;
}

QueryGenerator::Vector QueryGenerator::Selector() {
  const Names both = {"job", "n"};
  if (random_.OneIn(12)) {
    const Names labels = {"job", "zone"};
    return {"size" + Matchers(labels) + Modifiers(), labels};
  }
  if (random_.OneIn(12)) {
    const Names labels = {"job", "le"};
    return {"latency_bucket" + Matchers(labels) + Modifiers(), labels};
  }
  const std::string name =
      random_.OneIn(3) ? random_.Pick(kCounters) : random_.Pick(kGauges);
  return {name + Matchers(both) + Modifiers(), both};
}

QueryGenerator::Vector QueryGenerator::Range(Reads reads, int depth) {
  if (depth > 1 && subqueries_ < 2 && random_.OneIn(4)) {
    ++subqueries_;
    Vector inner = MakeVector(depth - 1);
    inner.text = absl::StrFormat(
        "(%s)[%s:%s]%s", inner.text, random_.Pick(kRanges),
        random_.OneIn(4) ? "" : random_.Pick(kSteps), Modifiers());
    Cover("subquery");
    return inner;
  }
  Vector vector = {"", {"job", "n"}};
  vector.text = reads == Reads::kCounter ? random_.Pick(kCounters)
                : reads == Reads::kGauge || random_.OneIn(2)
                    ? random_.Pick(kGauges)
                    : random_.Pick(kCounters);
  vector.text += Matchers(vector.labels) +
                 absl::StrFormat("[%s]", random_.Pick(kRanges)) + Modifiers();
  return vector;
}

QueryGenerator::Vector QueryGenerator::RangeCall(const Function& function,
                                                 int depth) {
  Vector range = Range(function.reads, depth);
  // From the second step on 2.42 moves the window that @ has pinned.
  if (function.name == "predict_linear") {
    while (range.text.find('@') != std::string::npos) {
      range = Range(function.reads, 1);
    }
  }
  std::string arguments;
  for (std::size_t i = 0; i < function.parameter_count; ++i) {
    if (i > 0) arguments += ", ";
    const bool share = function.name != "predict_linear";
    arguments += function.parameters[i] == ArgumentType::kMatrix ? range.text
                 : share ? random_.Pick(std::array{"0.5", "0.9", "0.25"})
                         : random_.Pick(std::array{"60", "3600", "-30"});
  }
  range.text = absl::StrFormat("%s(%s)", function.name, arguments);
  if (function.name == "absent_over_time") range.labels = {};
  return range;
}

QueryGenerator::Vector QueryGenerator::HistogramCall(const Function& function,
                                                     int depth) {
  std::string buckets =
      random_.OneIn(2) ? "latency_bucket"
                       : absl::StrFormat("rate(latency_bucket%s[%s]%s)",
                                         Matchers({"job", "le"}),
                                         random_.Pick(kRanges), Modifiers());
  Names labels = {"job"};
  if (depth > 1 && random_.OneIn(2)) {
    buckets = absl::StrFormat("sum by (le) (%s)", buckets);
    labels = {};
  }
  if (function.name == "histogram_fraction") {
    return {absl::StrFormat("histogram_fraction(0.2, 2, %s)", buckets), labels};
  }
  return {absl::StrFormat("%s(%s, %s)", function.name,
                          random_.Pick(std::array{"0.5", "0.9", "0.05", "1"}),
                          buckets),
          labels};
}

QueryGenerator::Vector QueryGenerator::SpecialCall(const Function& function,
                                                   int depth) {
  if (function.name == "vector") return {"vector(" + Scalar(depth) + ")", {}};
  if (function.name == "timestamp" && random_.OneIn(2)) {
    Vector selector = Selector();
    // 2.42 leaves out the offset here when there is an @ as well.
    while (selector.text.find('@') != std::string::npos) selector = Selector();
    return {"timestamp(" + selector.text + ")", selector.labels};
  }
  Vector vector = MakeVector(depth - 1);
  if (function.name == "absent") {
    return {absl::StrFormat("absent(%s > 60)", InParens(vector.text)), {}};
  }
  if (function.name == "label_replace") {
    vector.text = absl::StrFormat(
        "label_replace(%s, \"%s\", \"%s\", \"job\", \"%s\")", vector.text,
        random_.OneIn(2) ? "copy" : "zone",
        random_.Pick(std::array{"$1", "x-${1}-y", "z"}),
        random_.Pick(std::array{"(.*)", "(.).*", "(ev|o)(.*)", "none"}));
  } else if (function.name == "label_join") {
    vector.text = absl::StrFormat(
        "label_join(%s, \"copy\", \"-\", \"job\", \"n\")", vector.text);
  } else if (function.parameters[1] == ArgumentType::kScalar &&
             function.parameter_count == 2) {
    vector.text = absl::StrFormat("%s(%s, %s)", function.name, vector.text,
                                  random_.OneIn(3) ? Scalar(1) : Number());
  } else if (function.name == "clamp") {
    vector.text = absl::StrFormat("clamp(%s, -5, %s)", vector.text, Number());
  } else {
    std::string argument = vector.text;
    for (const Domain& row : kDomains) {
      if (row.function != function.name) continue;
      argument = Fill(row.argument, InParens(vector.text));
    }
    vector.text = absl::StrFormat("%s(%s)", function.name, argument);
  }
  return vector;
}

QueryGenerator::Vector QueryGenerator::CallOf(int depth) {
  const Function& function = *random_.Pick(functions_);
  Cover(function.name);
  if (TakesRange(function)) return RangeCall(function, depth);
  if (function.name == "histogram_quantile" ||
      function.name == "histogram_fraction") {
    return HistogramCall(function, depth);
  }
  return SpecialCall(function, depth);
}

QueryGenerator::Vector QueryGenerator::Aggregate(int depth) {
  const base::AggregationOpRow& row = random_.Pick(aggregations_);
  Cover(row.name);
  // Between equal values the order decides, and older servers order only what
  // they read from disk.
  Vector vector = row.keeps_labels ? Selector() : MakeVector(depth - 1);
  Names kept;
  Names dropped;
  for (const std::string& label : vector.labels) {
    (random_.OneIn(2) ? kept : dropped).push_back(label);
  }
  const std::string grouping = random_.OneIn(3) ? ""
                               : random_.OneIn(2)
                                   ? " by " + Listed(kept)
                                   : " without " + Listed(dropped);
  std::string parameter;
  Names labels = row.keeps_labels   ? vector.labels
                 : grouping.empty() ? Names()
                                    : kept;
  if (row.parameter == base::AggregationParameter::kString) {
    // The last bits of other numbers differ between servers.
    parameter = "\"value\", ";
    vector.text = absl::StrFormat("floor(clamp(%s, -1e9, 1e9))", vector.text);
    labels.push_back("value");
  } else if (row.parameter == base::AggregationParameter::kScalar) {
    parameter = row.keeps_labels
                    ? random_.Pick(std::array{"1, ", "2, ", "3, "})
                    : random_.Pick(std::array{"0.5, ", "0.9, ", "0.1, "});
  }
  return {absl::StrFormat("%s%s (%s%s)", row.name, grouping, parameter,
                          vector.text),
          labels};
}

QueryGenerator::Vector QueryGenerator::SumBy(const Names& labels, int depth) {
  Vector vector = MakeVector(depth - 1);
  vector.text = absl::StrFormat("%s by %s (%s)",
                                random_.Pick(std::array{"sum", "max", "avg"}),
                                Listed(labels), vector.text);
  std::erase_if(vector.labels, [&labels](const std::string& label) {
    return !Has(labels, label);
  });
  return vector;
}

// The last bits of a great number decide on its remainder.
std::string QueryGenerator::LeftOf(std::string_view op,
                                   const std::string& text) const {
  return op == "%" ? absl::StrFormat("clamp(%s, -1e4, 1e4)", text)
                   : InParens(text);
}

std::string_view QueryGenerator::Operator(base::OpKind kind) {
  while (true) {
    const base::BinaryOpRow& row = random_.Pick(base::kBinaryOps);
    if (row.kind != kind) continue;
    Cover(row.text);
    return row.text;
  }
}

QueryGenerator::Vector QueryGenerator::WithScalar(int depth) {
  Vector vector = MakeVector(depth - 1);
  const bool compares = random_.OneIn(4);
  std::string op(Operator(compares ? base::OpKind::kComparison
                                   : base::OpKind::kArithmetic));
  if (compares && random_.OneIn(2)) op += " bool";
  // A remainder of fractions hangs on their last bits.
  const std::string scalar =
      random_.OneIn(2) || op == "%" ? Number() : Scalar(depth - 1);
  vector.text =
      random_.OneIn(4) && op != "%"
          ? absl::StrFormat("%s %s (%s)", scalar, op, vector.text)
          : absl::StrFormat("%s %s %s", LeftOf(op, vector.text), op, scalar);
  return vector;
}

QueryGenerator::Vector QueryGenerator::Joined(int depth) {
  const bool compares = random_.OneIn(4);
  std::string op(Operator(compares ? base::OpKind::kComparison
                                   : base::OpKind::kArithmetic));
  if (compares && random_.OneIn(2)) op += " bool";
  Vector many = MakeVector(depth - 1);
  Names shared;
  for (const std::string& label : many.labels) {
    if (random_.OneIn(2)) shared.push_back(label);
  }
  Vector one = SumBy(shared, depth);
  if (random_.OneIn(40)) {
    // Mostly refused: nothing says which side may repeat.
    return {absl::StrFormat("%s %s on %s (%s)", LeftOf(op, many.text), op,
                            Listed(shared), MakeVector(1).text),
            many.labels};
  }
  if (random_.OneIn(3)) {
    const Vector left = SumBy(shared, depth);
    return {absl::StrFormat(
                "%s %s %s%s", LeftOf(op, left.text), op,
                random_.OneIn(2) ? "on " + Listed(shared) + " " : "", one.text),
            shared};
  }
  const bool left = random_.OneIn(2);
  Cover(left ? "group_left" : "group_right");
  // Without its own parentheses the modifier takes those of the operand.
  const std::string matching =
      absl::StrFormat(" %s on %s %s ", op, Listed(shared),
                      left ? "group_left ()" : "group_right ()");
  many.text = left ? LeftOf(op, many.text) + matching + one.text
                   : LeftOf(op, one.text) + matching + InParens(many.text);
  return many;
}

QueryGenerator::Vector QueryGenerator::SetOperation(int depth) {
  Vector left = MakeVector(depth - 1);
  const Vector right = MakeVector(depth - 1);
  const std::string_view op = Operator(base::OpKind::kSet);
  const bool filtered = op == "unless" || random_.OneIn(3);
  const bool on = random_.OneIn(3) && !left.labels.empty() && op != "or";
  left.text = absl::StrFormat("(%s) %s %s(%s%s)", left.text, op,
                              on ? "on (" + left.labels[0] + ") " : "",
                              right.text, filtered ? " > 30" : "");
  return left;
}

std::string QueryGenerator::Scalar(int depth) {
  switch (random_.Below(depth > 1 ? 5 : 3)) {
    case 0:
      return Number();
    case 1:
      Cover("time");
      return "(time() - 1.6e9)";
    case 2:
      Cover("pi");
      return "pi()";
    case 3:
      return absl::StrFormat("(%s %s %s)", Scalar(depth - 1),
                             Operator(base::OpKind::kArithmetic), Number());
    default:
      Cover("scalar");
      return absl::StrFormat("scalar(sum(%s))", MakeVector(depth - 1).text);
  }
}

QueryGenerator::Vector QueryGenerator::MakeVector(int depth) {
  if (depth <= 1) return Selector();
  switch (random_.Below(10)) {
    case 0:
      return Selector();
    case 1:
    case 2:
      return Aggregate(depth);
    case 3:
      return WithScalar(depth);
    case 4:
      return Joined(depth);
    case 5:
      return random_.OneIn(2) ? SetOperation(depth) : WithScalar(depth);
    case 6: {
      if (!random_.OneIn(3)) return CallOf(depth);
      Vector vector = MakeVector(depth - 1);
      vector.text = "-" + InParens(vector.text);
      return vector;
    }
    default:
      return CallOf(depth);
  }
}

}  // namespace promql
