#include "promql/syntax/pretty_printer.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <variant>
#include <vector>

#include "promql/syntax/lexer.h"
#include "promql/syntax/print_parts.h"
#include "promql/syntax/printer.h"

namespace promql {
namespace {

constexpr std::size_t kLineLength = 100;

struct Comment {
  std::size_t begin;
  std::string_view text;  // From # on, without spaces at its end.
  bool behind_code;       // Not on a line of its own.
};

// What stands between the tokens is spaces and comments.
std::vector<Comment> FindComments(std::string_view text) {
  std::vector<Comment> comments;
  std::size_t at = 0;
  for (const Token& token : Lex(text).tokens) {
    const std::string_view gap =
        text.substr(at, std::max(token.span.begin, at) - at);
    bool behind_code = at > 0;
    for (std::size_t i = 0; i < gap.size(); ++i) {
      if (gap[i] == '\n') behind_code = false;
      if (gap[i] != '#') continue;
      const std::string_view line = gap.substr(i, gap.find('\n', i) - i);
      comments.push_back({at + i,
                          line.substr(0, line.find_last_not_of(" \t\r") + 1),
                          behind_code});
      i += line.size() - 1;
    }
    at = token.span.end;
  }
  return comments;
}

bool IsLeaf(const Expr& expr) {
  return std::holds_alternative<NumberLiteral>(expr.node) ||
         std::holds_alternative<StringLiteral>(expr.node) ||
         std::holds_alternative<VectorSelector>(expr.node) ||
         std::holds_alternative<MatrixSelector>(expr.node);
}

// The comments before this place come before the expression: those in a leaf
// too, which is never split.
std::size_t CommentsUntil(const Expr& expr) {
  if (const auto* binary = std::get_if<Binary>(&expr.node)) {
    return CommentsUntil(*binary->left);
  }
  if (const auto* subquery = std::get_if<Subquery>(&expr.node)) {
    return CommentsUntil(*subquery->expr);
  }
  if (const auto* unary = std::get_if<Unary>(&expr.node)) {
    return CommentsUntil(*unary->expr);
  }
  return IsLeaf(expr) ? expr.span.end : expr.span.begin;
}

class PrettyPrinter {
 public:
  explicit PrettyPrinter(std::string_view text)
      : comments_(FindComments(text)) {}

  std::string Run(const Expr& expr) && {
    Append(expr, 0);
    EndLine();
    for (; next_ < comments_.size(); ++next_) {
      out_ += '\n';
      out_ += comments_[next_].text;
    }
    return std::move(out_);
  }

 private:
  void Indent(int level) {
    out_.append(static_cast<std::size_t>(2 * level), ' ');
  }

  bool HasCommentBefore(std::size_t place) const {
    return next_ < comments_.size() && comments_[next_].begin < place;
  }

  // The next comment, when it stood behind what is now the line's end.
  void EndLine() {
    if (next_ == comments_.size() || !comments_[next_].behind_code) return;
    out_ += "  ";
    out_ += comments_[next_++].text;
  }

  // The comments that stood before `until`, on lines of their own.
  void PrintComments(std::size_t until, int level) {
    for (; next_ < comments_.size() && comments_[next_].begin < until;
         ++next_) {
      Indent(level);
      out_ += comments_[next_].text;
      out_ += '\n';
    }
  }

  // Ends the line; what follows stood at `until`.
  void Break(std::size_t until, int level) {
    if (HasCommentBefore(until)) EndLine();
    out_ += '\n';
    PrintComments(until, level);
  }

  // Writes `expr` with its indentation. REQUIRES: at the start of a line
  void Append(const Expr& expr, int level) {
    PrintComments(CommentsUntil(expr), level);
    const std::string line = Print(expr);
    const auto* subquery = std::get_if<Subquery>(&expr.node);
    const Expr& inner = subquery == nullptr ? expr : *subquery->expr;
    if (line.size() > kLineLength || HasCommentBefore(inner.span.end)) {
      std::visit([&](const auto& node) { Split(expr, node, level); },
                 expr.node);
      return;
    }
    // Prometheus does not indent a subquery that fits its line (SubqueryExpr's
    // Pretty); a formatter that did would fight with Prometheus' own.
    if (subquery == nullptr) Indent(level);
    out_ += line;
  }

  // "(" and ")" around the parts, each on its line, one level deeper.
  void AppendBlock(const Expr& expr, const std::vector<ExprPtr>& parts,
                   int level) {
    out_ += '(';
    for (const ExprPtr& part : parts) {
      if (&part != &parts.front()) out_ += ',';
      Break(part->span.begin, level + 1);
      Append(*part, level + 1);
    }
    Break(expr.span.end, level + 1);
    Indent(level);
    out_ += ')';
  }

  // Split writes a node that is too long for a line.

  // Literals and selectors stay whole, however long.
  template <typename Leaf>
  void Split(const Expr& expr, const Leaf&, int level) {
    Indent(level);
    out_ += Print(expr);
  }
  void Split(const Expr&, const Subquery& node, int level) {
    Append(*node.expr, level);
    out_ += SubquerySuffix(node);
  }
  void Split(const Expr& expr, const Call& node, int level) {
    Indent(level);
    out_ += node.name;
    AppendBlock(expr, node.arguments, level);
  }
  void Split(const Expr& expr, const Aggregation& node, int level) {
    Indent(level);
    out_ += AggregationHead(node);
    std::vector<ExprPtr> parts;
    if (node.parameter != nullptr) parts.push_back(node.parameter);
    parts.push_back(node.expr);
    AppendBlock(expr, parts, level);
  }
  void Split(const Expr&, const Binary& node, int level) {
    Append(*node.left, level + 1);
    Break(node.op_span.begin, level);
    Indent(level);
    out_ += OperatorText(node);
    Break(node.right->span.begin, level + 1);
    Append(*node.right, level + 1);
  }
  void Split(const Expr&, const Unary& node, int level) {
    Indent(level);
    out_ += node.negative ? '-' : '+';
    const std::size_t operand = out_.size();
    Append(*node.expr, level);
    out_.erase(operand, out_.find_first_not_of(' ', operand) - operand);
  }
  void Split(const Expr& expr, const Paren& node, int level) {
    Indent(level);
    AppendBlock(expr, {node.expr}, level);
  }

  std::vector<Comment> comments_;
  std::size_t next_ = 0;  // The first comment that is not written yet.
  std::string out_;
};

}  // namespace

std::string PrettyPrint(const Expr& expr, std::string_view text) {
  return PrettyPrinter(text).Run(expr);
}

}  // namespace promql
