#include "alerts/templates/tree.h"

#include <string_view>

#include "base/quote.h"

namespace alerts::text_template {
namespace {

std::string Join(const NodeList& nodes, std::string_view separator) {
  std::string joined;
  for (const NodePtr& node : nodes) {
    if (!joined.empty()) joined += separator;
    joined += ToString(*node);
  }
  return joined;
}

std::string Dotted(const std::vector<std::string>& names) {
  std::string dotted;
  for (const std::string& name : names) dotted += "." + name;
  return dotted;
}

bool IsPipe(const Node& node) {
  return std::holds_alternative<Pipe>(node.value);
}

struct Printer {
  std::string operator()(const Text& text) const {
    return base::Quote(text.text);
  }
  std::string operator()(const Dot&) const { return "."; }
  std::string operator()(const Nil&) const { return "nil"; }
  std::string operator()(const Bool& node) const {
    return node.value ? "true" : "false";
  }
  std::string operator()(const Number& node) const { return node.text; }
  std::string operator()(const String& node) const { return node.quoted; }
  std::string operator()(const Field& node) const { return Dotted(node.names); }
  std::string operator()(const Variable& node) const {
    return node.name + Dotted(node.fields);
  }
  std::string operator()(const Chain& node) const {
    const std::string inner = ToString(*node.node);
    return (IsPipe(*node.node) ? "(" + inner + ")" : inner) +
           Dotted(node.fields);
  }
  std::string operator()(const Identifier& node) const { return node.name; }
  std::string operator()(const Command& node) const {
    std::string text;
    for (const NodePtr& argument : node.arguments) {
      if (!text.empty()) text += " ";
      const std::string inner = ToString(*argument);
      text += IsPipe(*argument) ? "(" + inner + ")" : inner;
    }
    return text;
  }
  std::string operator()(const Pipe& node) const {
    std::string text = Join(node.variables, ", ");
    if (!text.empty()) text += node.assigns ? " = " : " := ";
    return text + Join(node.commands, " | ");
  }
  std::string operator()(const Action& node) const {
    return "{{" + ToString(*node.pipe) + "}}";
  }
  std::string operator()(const Branch& node) const {
    static constexpr std::string_view kNames[] = {"if", "with", "range"};
    return "{{" + std::string(kNames[static_cast<std::size_t>(node.kind)]) +
           " " + ToString(*node.pipe) + "}}" + Join(node.body, "") +
           (node.has_else ? "{{else}}" + Join(node.else_body, "") : "") +
           "{{end}}";
  }
  std::string operator()(const TemplateCall& node) const {
    return "{{template " + base::Quote(node.name) +
           (node.pipe ? " " + ToString(*node.pipe) : "") + "}}";
  }
  std::string operator()(const Break&) const { return "{{break}}"; }
  std::string operator()(const Continue&) const { return "{{continue}}"; }
};

void VisitList(const NodeList& nodes,
               const std::function<void(const Node&)>& visit) {
  for (const NodePtr& node : nodes) {
    const Branch* branch = std::get_if<Branch>(&node->value);
    if (branch == nullptr) continue;
    visit(*node);
    VisitList(branch->body, visit);
    VisitList(branch->else_body, visit);
  }
}

}  // namespace

void VisitBranches(const Tree& tree,
                   const std::function<void(const Node&)>& visit) {
  for (const auto& [name, nodes] : tree.definitions) VisitList(nodes, visit);
}

std::string BranchText(const Node& node) {
  const Branch& branch = std::get<Branch>(node.value);
  const std::string_view keyword = branch.kind == Branch::Kind::kIf ? "if"
                                   : branch.kind == Branch::Kind::kWith
                                       ? "with"
                                       : "range";
  return std::string(keyword) + " " + ToString(*branch.pipe);
}

std::string ToString(const Node& node) {
  return std::visit(Printer{}, node.value);
}

}  // namespace alerts::text_template
