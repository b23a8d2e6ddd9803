// The tree of a template.

#ifndef ALERTS_TEMPLATES_TREE_H_
#define ALERTS_TEMPLATES_TREE_H_

#include <complex>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace alerts::text_template {

struct Node;
// Immutable once built.
using NodePtr = std::shared_ptr<const Node>;
using NodeList = std::vector<NodePtr>;

struct Text {
  std::string text;
};
struct Dot {};
struct Nil {};
struct Bool {
  bool value = false;
};
// A constant as written, and what it can be used as.
struct Number {
  std::string text;
  bool is_float = false;  // Written as one; else an integer when it fits.
  // More than an int, but 64 bits without a sign: an error where it is used.
  bool overflows = false;
  std::optional<std::int64_t> integer;
  std::optional<double> floating;
  std::optional<std::complex<double>> complex;  // Then it is used as that.
};
struct String {
  std::string quoted;
  std::string value;
};
struct Field {  // .a.b
  std::vector<std::string> names;
};
struct Variable {    // $x.a.b
  std::string name;  // With the $.
  std::vector<std::string> fields;
};
struct Chain {  // (pipe).a.b
  NodePtr node;
  std::vector<std::string> fields;
};
struct Identifier {  // A function.
  std::string name;
};
struct Command {
  NodeList arguments;  // At least one.
};
struct Pipe {
  bool assigns = false;  // $x = ..., else $x := ...
  NodeList variables;    // Variable nodes.
  NodeList commands;
};
struct Action {
  NodePtr pipe;
};
struct Branch {
  enum class Kind { kIf, kWith, kRange };
  Kind kind = Kind::kIf;
  NodePtr pipe;
  NodeList body;
  bool has_else = false;
  NodeList else_body;
};
struct TemplateCall {
  std::string name;
  NodePtr pipe;  // May be null.
};
struct Break {};
struct Continue {};

struct Node {
  std::variant<Text, Dot, Nil, Bool, Number, String, Field, Variable, Chain,
               Identifier, Command, Pipe, Action, Branch, TemplateCall, Break,
               Continue>
      value;
  std::size_t position = 0;  // As Go's Node.Position().
};

// A text and the templates that it defines.
struct Tree {
  std::string name;  // Of the text itself.
  std::string text;  // With the lines that Prometheus puts before it.
  std::map<std::string, NodeList> definitions;  // `name` is one of them.
};

// Calls `visit` with every Branch node of the tree, each definition from its
// beginning to its end.
void VisitBranches(const Tree& tree,
                   const std::function<void(const Node&)>& visit);

// "if gt $value 0.5". REQUIRES: the node is a Branch
std::string BranchText(const Node& node);

// Go's Node.String() of what can stand in a message.
std::string ToString(const Node& node);

}  // namespace alerts::text_template

#endif  // ALERTS_TEMPLATES_TREE_H_
