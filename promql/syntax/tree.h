// The tree of a PromQL expression.

#ifndef PROMQL_SYNTAX_TREE_H_
#define PROMQL_SYNTAX_TREE_H_

#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/matcher.h"
#include "base/operators.h"
#include "base/source.h"
#include "base/time.h"

namespace promql {

struct Expr;
// Nodes are immutable once built, so subtrees may be shared, by threads too.
using ExprPtr = std::shared_ptr<const Expr>;

struct DurationExpr;
using DurationExprPtr = std::shared_ptr<const DurationExpr>;

// A duration as written after `offset` or in brackets: a number (in seconds)
// or duration literal, or an expression over them, step(), range(), min_of()
// and max_of(). Its value is known only with the query's step and range.
struct DurationExpr {
  enum class Op {
    kLiteral,  // `seconds`
    kStep,
    kRange,
    kNegate,
    kPlus,  // Unary: left only.
    kAdd,
    kSubtract,
    kMultiply,
    kDivide,
    kModulo,
    kPower,
    kMinOf,
    kMaxOf,
  };
  Op op = Op::kLiteral;
  double seconds = 0;
  bool duration = false;  // The literal was written as one: 5m, not 300.
  DurationExprPtr left;
  DurationExprPtr right;
  bool parenthesised = false;
  base::Span span;
};

// A literal's value as Prometheus uses it: rounded to nanoseconds, then
// truncated to milliseconds.
base::Duration LiteralMilliseconds(double seconds);

struct NumberLiteral {
  double value = 0;
  bool duration = false;  // Written as a duration: 1h30m; prints as one.
};

struct StringLiteral {
  std::string value;
};

// @ 1603774568, @ start(), @ end().
struct AtModifier {
  enum class Kind { kTimestamp, kStart, kEnd };
  Kind kind = Kind::kTimestamp;
  base::Timestamp time = 0;  // With kTimestamp.
};

// The modifiers that a vector selector and a subquery share.
struct TimeModifiers {
  DurationExprPtr offset;  // Null when there is none, or a literal 0.
  std::optional<AtModifier> at;
};

enum class Extension { kNone, kAnchored, kSmoothed };

// name{matchers} with its modifiers. `matchers` holds the one for __name__
// too, which is the last when the name stands before the braces.
struct VectorSelector {
  // Of the metric: up of up{}, {"up"} and {__name__="up"}; else empty.
  std::string name;
  bool name_in_braces = false;
  std::vector<base::Matcher> matchers;
  TimeModifiers time;
  Extension extension = Extension::kNone;
  // Per matcher, the place it was written at; same order as `matchers`.
  std::vector<base::Span> matcher_spans;

  bool NameStandsBefore() const { return !name.empty() && !name_in_braces; }
};

// selector[range]; the modifiers stand in the inner selector, as they apply to
// it, though they are written behind the brackets.
struct MatrixSelector {
  ExprPtr selector;  // A VectorSelector.
  DurationExprPtr range;
};

// expr[range:step].
struct Subquery {
  ExprPtr expr;
  DurationExprPtr range;
  DurationExprPtr step;  // Null: the default step.
  TimeModifiers time;
};

// `name` is in the function table: Parse() never builds a node of an unknown
// function.
struct Call {
  std::string name;
  base::Span name_span;
  std::vector<ExprPtr> arguments;
};

struct Aggregation {
  base::AggregationOp op = base::AggregationOp::kSum;
  ExprPtr parameter;  // Null when the operator takes none.
  ExprPtr expr;
  bool without = false;
  std::vector<std::string> grouping;
  std::vector<base::Span> grouping_spans;  // One for each of `grouping`.
};

enum class Cardinality { kOneToOne, kManyToOne, kOneToMany, kManyToMany };

// How the two sides of a vector operator find each other.
struct VectorMatching {
  Cardinality cardinality = Cardinality::kOneToOne;
  bool on = false;  // on(labels), else ignoring(labels).
  std::vector<std::string> labels;
  std::vector<std::string> include;  // group_left(include)
  std::optional<double> fill_left;
  std::optional<double> fill_right;

  friend bool operator==(const VectorMatching&,
                         const VectorMatching&) = default;
};

struct Binary {
  base::BinaryOp op = base::BinaryOp::kAdd;
  ExprPtr left;
  ExprPtr right;
  // Means something only when both sides are instant vectors, which
  // CheckTypes proves. Set operators have kManyToMany.
  VectorMatching matching;
  bool return_bool = false;
  base::Span op_span;
  // One for each of matching.labels and matching.include.
  std::vector<base::Span> label_spans;
  std::vector<base::Span> include_spans;
};

struct Unary {
  bool negative = false;
  ExprPtr expr;
};

struct Paren {
  ExprPtr expr;
};

using Node =
    std::variant<NumberLiteral, StringLiteral, VectorSelector, MatrixSelector,
                 Subquery, Call, Aggregation, Binary, Unary, Paren>;

struct Expr {
  Node node;
  base::Span span;  // As Prometheus' PositionRange: no surrounding space.
};

enum class ValueType { kNone, kScalar, kString, kInstantVector, kRangeVector };

// "scalar", "string", "instant vector", "range vector", as messages say.
std::string_view ValueTypeName(ValueType type);

// The children of a node, from left to right. Looks into the node, which must
// outlive it: a walk over a tree copies and allocates nothing.
class ChildList {
 public:
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = ExprPtr;
    using difference_type = std::ptrdiff_t;
    using pointer = const ExprPtr*;
    using reference = const ExprPtr&;

    Iterator() = default;
    Iterator(const ChildList* list, std::size_t at) : list_(list), at_(at) {}
    reference operator*() const { return (*list_)[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++at_;
      return before;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    const ChildList* list_ = nullptr;
    std::size_t at_ = 0;
  };

  ChildList() = default;
  explicit ChildList(const ExprPtr& only) : members_{&only}, size_(1) {}
  ChildList(const ExprPtr& left, const ExprPtr& right)
      : members_{&left, &right}, size_(2) {}
  explicit ChildList(std::span<const ExprPtr> arguments)
      : arguments_(arguments.data()), size_(arguments.size()) {}

  std::size_t size() const { return size_; }
  // REQUIRES: i < size()
  const ExprPtr& operator[](std::size_t i) const {
    return arguments_ != nullptr ? arguments_[i] : *members_[i];
  }
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, size_}; }

 private:
  const ExprPtr* arguments_ = nullptr;
  const ExprPtr* members_[2] = {};  // Where there are no arguments.
  std::size_t size_ = 0;
};
ChildList Children(const Expr& expr);

// Without any Paren around.
const Expr& StripParens(const Expr& expr);

// A number, when the expression is one, in parentheses or not.
std::optional<double> NumberIn(const Expr& expr);

// Whether two trees mean the same: all but spans is compared.
bool Equal(const Expr& a, const Expr& b);

// Lets a lambda per node kind visit a variant.
template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

}  // namespace promql

#endif  // PROMQL_SYNTAX_TREE_H_
