#include "promql/check/shares.h"

#include <algorithm>
#include <memory>
#include <string_view>

#include "promql/check/types.h"

namespace promql {
namespace {

// Functions of each series by itself, whose results are not negative where the
// samples are not.
constexpr std::string_view kPerSeries[] = {
    "increase", "irate",           "last_over_time",
    "rate",     "count_over_time", "sum_over_time",
};

bool IsFilter(const Binary& node) {
  return base::Row(node.op).kind == base::OpKind::kComparison &&
         !node.return_bool && TypeOf(*node.right) == ValueType::kScalar &&
         TypeOf(*node.left) == ValueType::kInstantVector;
}

// Without parentheses and `> 0` around: fewer series, the same values.
const Expr& Unfiltered(const Expr& expr) {
  const Expr* at = &StripParens(expr);
  while (const auto* binary = std::get_if<Binary>(&at->node)) {
    if (!IsFilter(*binary)) break;
    at = &StripParens(*binary->left);
  }
  return *at;
}

bool HasMatcher(const VectorSelector& selector, const base::Matcher& matcher) {
  return std::ranges::find(selector.matchers, matcher) !=
         selector.matchers.end();
}

// h_bucket{le="0.5"} of h_count: every observation below a bound is counted.
bool IsBucketOf(const VectorSelector& share, const VectorSelector& whole) {
  constexpr std::string_view kBucket = "_bucket";
  constexpr std::string_view kCount = "_count";
  std::string_view bucket = share.name;
  std::string_view count = whole.name;
  if (!bucket.ends_with(kBucket) || !count.ends_with(kCount)) return false;
  bucket.remove_suffix(kBucket.size());
  count.remove_suffix(kCount.size());
  return bucket == count &&
         std::ranges::any_of(share.matchers, [](const base::Matcher& matcher) {
           return matcher.name() == "le" &&
                  matcher.type() == base::MatchType::kEqual;
         });
}

bool IsShareOfSelector(const VectorSelector& share, const VectorSelector& whole,
                       const Expr& whole_expr) {
  const bool bucket = IsBucketOf(share, whole);
  if (!bucket && (share.name.empty() || share.name != whole.name)) return false;
  for (const base::Matcher& matcher : whole.matchers) {
    if (bucket && matcher.name() == base::kMetricName) continue;
    if (!HasMatcher(share, matcher)) return false;
  }
  // All but the matchers (offset, @) must be the same.
  VectorSelector same = share;
  same.name = whole.name;
  same.matchers = whole.matchers;
  same.matcher_spans = whole.matcher_spans;
  return Equal(Expr{std::move(same), {}}, whole_expr);
}

// Whether the series of `share` are among those of `whole`, with the same
// values.
bool IsAmong(const Expr& share, const Expr& whole);

bool IsAmongMatrix(const MatrixSelector& share, const MatrixSelector& whole,
                   const Expr& whole_expr) {
  if (!IsAmong(*share.selector, *whole.selector)) return false;
  MatrixSelector same = share;
  same.selector = whole.selector;
  return Equal(Expr{std::move(same), {}}, whole_expr);
}

bool IsAmong(const Expr& share_expr, const Expr& whole_expr) {
  const Expr& share = Unfiltered(share_expr);
  const Expr& whole = StripParens(whole_expr);
  if (const auto* a = std::get_if<VectorSelector>(&share.node)) {
    const auto* b = std::get_if<VectorSelector>(&whole.node);
    return b != nullptr && IsShareOfSelector(*a, *b, whole);
  }
  if (const auto* a = std::get_if<MatrixSelector>(&share.node)) {
    const auto* b = std::get_if<MatrixSelector>(&whole.node);
    return b != nullptr && IsAmongMatrix(*a, *b, whole);
  }
  if (const auto* a = std::get_if<Call>(&share.node)) {
    const auto* b = std::get_if<Call>(&whole.node);
    return b != nullptr && a->name == b->name && a->arguments.size() == 1 &&
           b->arguments.size() == 1 &&
           std::ranges::find(kPerSeries, a->name) != std::end(kPerSeries) &&
           IsAmong(*a->arguments[0], *b->arguments[0]);
  }
  return false;
}

bool Includes(const std::vector<std::string>& all,
              const std::vector<std::string>& some) {
  return std::ranges::all_of(some, [&](const std::string& name) {
    return std::ranges::find(all, name) != all.end();
  });
}

bool Disjoint(const std::vector<std::string>& a,
              const std::vector<std::string>& b) {
  return std::ranges::none_of(a, [&](const std::string& name) {
    return std::ranges::find(b, name) != b.end();
  });
}

// Whether each group of the share is divided by the group of the whole that
// its series belong to.
bool GroupsMeet(const Aggregation& share, const Aggregation& whole,
                const VectorMatching& matching) {
  if (share.without != whole.without) return false;
  if (share.without) {
    return share.grouping == whole.grouping && !matching.on &&
           matching.labels.empty();
  }
  return Includes(share.grouping, whole.grouping) &&
         (matching.on ? Includes(matching.labels, whole.grouping)
                      : Disjoint(matching.labels, whole.grouping));
}

bool IsShare(const Expr& share_expr, const Expr& whole_expr,
             const VectorMatching& matching) {
  const auto* share = std::get_if<Aggregation>(&Unfiltered(share_expr).node);
  const auto* whole = std::get_if<Aggregation>(&Unfiltered(whole_expr).node);
  if (share == nullptr || whole == nullptr || share->op != whole->op) {
    return false;
  }
  if (share->op != base::AggregationOp::kSum &&
      share->op != base::AggregationOp::kCount) {
    return false;
  }
  return GroupsMeet(*share, *whole, matching) &&
         IsAmong(*share->expr, *whole->expr);
}

// Takes `* 100`, `100 *` and `/ 100` off.
const Expr& WithoutFactor(const Expr& expr, double& factor) {
  const Expr& inner = StripParens(expr);
  const auto* binary = std::get_if<Binary>(&inner.node);
  if (binary == nullptr) return inner;
  const bool multiply = binary->op == base::BinaryOp::kMultiply;
  const bool divide = binary->op == base::BinaryOp::kDivide;
  if (!multiply && !divide) return inner;
  if (const auto number = NumberIn(*binary->right)) {
    factor = multiply ? factor * *number : factor / *number;
    return WithoutFactor(*binary->left, factor);
  }
  const auto number = NumberIn(*binary->left);
  if (!number || !multiply) return inner;
  factor *= *number;
  return WithoutFactor(*binary->right, factor);
}

}  // namespace

std::optional<double> ShareFactor(const Binary& division) {
  double factor = 1;
  const Expr& share = WithoutFactor(*division.left, factor);
  if (!(factor > 0)) return std::nullopt;
  if (!IsShare(share, *division.right, division.matching)) return std::nullopt;
  return factor;
}

}  // namespace promql
