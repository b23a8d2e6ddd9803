#include "promql/syntax/pretty_printer.h"

#include <cstddef>
#include <variant>

#include "promql/syntax/print_parts.h"
#include "promql/syntax/printer.h"

namespace promql {
namespace {

constexpr std::size_t kLineLength = 100;

void Indent(std::string& out, int level) {
  out.append(static_cast<std::size_t>(2 * level), ' ');
}

// Writes `expr` with its indentation.
void Append(std::string& out, const Expr& expr, int level);

// "(" and ")" around what `inner` writes one level deeper.
template <typename Inner>
void AppendBlock(std::string& out, int level, const Inner& inner) {
  out += "(\n";
  inner(level + 1);
  out += '\n';
  Indent(out, level);
  out += ')';
}

// Writes a node that is too long for a line.
struct Splitter {
  std::string& out;
  const Expr& expr;
  int level;

  // Literals and selectors stay whole, however long.
  template <typename Leaf>
  void operator()(const Leaf&) const {
    Indent(out, level);
    out += Print(expr);
  }
  void operator()(const Subquery& node) const {
    Append(out, *node.expr, level);
    out += SubquerySuffix(node);
  }
  void operator()(const Call& node) const {
    Indent(out, level);
    out += node.name;
    AppendBlock(out, level, [&](int inner) {
      for (const ExprPtr& argument : node.arguments) {
        if (&argument != &node.arguments.front()) out += ",\n";
        Append(out, *argument, inner);
      }
    });
  }
  void operator()(const Aggregation& node) const {
    Indent(out, level);
    out += AggregationHead(node);
    AppendBlock(out, level, [&](int inner) {
      if (node.parameter != nullptr) {
        Append(out, *node.parameter, inner);
        out += ",\n";
      }
      Append(out, *node.expr, inner);
    });
  }
  void operator()(const Binary& node) const {
    Append(out, *node.left, level + 1);
    out += '\n';
    Indent(out, level);
    out += OperatorText(node);
    out += '\n';
    Append(out, *node.right, level + 1);
  }
  void operator()(const Unary& node) const {
    Indent(out, level);
    out += node.negative ? '-' : '+';
    std::string operand;
    Append(operand, *node.expr, level);
    out += operand.substr(operand.find_first_not_of(' '));
  }
  void operator()(const Paren& node) const {
    Indent(out, level);
    AppendBlock(out, level, [&](int inner) { Append(out, *node.expr, inner); });
  }
};

void Append(std::string& out, const Expr& expr, int level) {
  const std::string line = Print(expr);
  if (line.size() > kLineLength) {
    std::visit(Splitter{out, expr, level}, expr.node);
    return;
  }
  // Prometheus does not indent a subquery that fits its line (SubqueryExpr's
  // Pretty); a formatter that did would fight with Prometheus' own.
  if (!std::holds_alternative<Subquery>(expr.node)) Indent(out, level);
  out += line;
}

}  // namespace

std::string PrettyPrint(const Expr& expr) {
  std::string out;
  Append(out, expr, 0);
  return out;
}

}  // namespace promql
