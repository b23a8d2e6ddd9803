#include "alerts/templates/reads.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "alerts/templates/functions.h"
#include "base/version.h"

namespace alerts::text_template {
namespace {

// What a variable or the dot is known to hold.
enum class Holds { kOther, kRoot, kLabels, kExternalLabels, kValue };

struct Binding {
  std::string name;
  Holds holds;
};

bool IsMap(Holds holds) {
  return holds == Holds::kLabels || holds == Holds::kExternalLabels;
}

Holds FieldOf(Holds holds, std::string_view field) {
  if (holds != Holds::kRoot) return Holds::kOther;
  if (field == "Labels") return Holds::kLabels;
  if (field == "ExternalLabels") return Holds::kExternalLabels;
  if (field == "Value") return Holds::kValue;
  return Holds::kOther;
}

class Finder {
 public:
  Finder(const Tree& tree, std::size_t offset) : tree_(tree), offset_(offset) {}

  TemplateReads Run() {
    variables_ = {{"$", Holds::kRoot}};
    Walk(tree_.definitions.at(tree_.name), Holds::kRoot);
    std::stable_sort(reads_.begin(), reads_.end(),
                     [](const LabelRead& a, const LabelRead& b) {
                       return a.span.begin < b.span.begin;
                     });
    std::ranges::sort(value_prints_, {}, &base::Span::begin);
    return {std::move(reads_), std::move(value_prints_), std::move(functions_)};
  }

 private:
  void Walk(const NodeList& nodes, Holds dot) {
    for (const NodePtr& node : nodes) WalkNode(*node, dot);
  }
  void WalkNode(const Node& node, Holds dot);
  void WalkBranch(const Branch& branch, Holds dot);
  Holds EvalPipe(const Node& node, Holds dot);
  Holds EvalCommand(const Node& node, Holds dot, Holds piped);
  Holds EvalFunction(const NodeList& arguments, Holds dot, Holds piped);
  Holds EvalOperand(const Node& node, Holds dot);
  Holds EvalFields(Holds holds, const std::vector<std::string>& fields,
                   const Node& node);
  // A map used in another way than by a known label.
  void UseWhole(Holds holds, const Node& node) {
    if (IsMap(holds)) Read(holds, "", SpanOf(node));
  }
  void Read(Holds holds, std::string_view name, base::Span span);
  base::Span SpanOf(const Node& node) const;
  Holds Lookup(std::string_view name) const {
    for (auto it = variables_.rbegin(); it != variables_.rend(); ++it) {
      if (it->name == name) return it->holds;
    }
    return Holds::kOther;
  }

  const Tree& tree_;
  std::size_t offset_;
  std::vector<Binding> variables_;
  std::vector<LabelRead> reads_;
  std::vector<base::Span> value_prints_;
  std::vector<LaterFunction> functions_;
  std::vector<std::string> guards_;  // Labels that conditions around ask for.
  bool in_condition_ = false;
  std::set<std::string> calls_;  // Templates being walked.
};

void Finder::Read(Holds holds, std::string_view name, base::Span span) {
  LabelRead read;
  read.map = holds == Holds::kLabels ? TemplateMap::kLabels
                                     : TemplateMap::kExternalLabels;
  read.name = std::string(name);
  read.span = span;
  read.guarded = in_condition_ || std::find(guards_.begin(), guards_.end(),
                                            read.name) != guards_.end();
  reads_.push_back(std::move(read));
}

// Go gives ".a.b" behind a parenthesis or variable the place of its last part;
// the text around it tells where the whole begins and ends.
base::Span Finder::SpanOf(const Node& node) const {
  const std::string printed = ToString(node);
  const std::string_view text = tree_.text;
  std::size_t begin = node.position;
  for (std::size_t back = 0; back <= printed.size() && back <= node.position;
       ++back) {
    if (text.substr(node.position - back).starts_with(printed)) {
      begin = node.position - back;
      break;
    }
  }
  std::size_t end = begin + printed.size();
  if (!text.substr(begin).starts_with(printed)) {
    end = std::min(text.find_first_of(" })|", begin + 1), text.size());
  }
  // Nothing of the added lines is the author's.
  begin = std::max(begin, offset_);
  end = std::max(end, begin);
  return {begin - offset_, end - offset_};
}

void Finder::WalkNode(const Node& node, Holds dot) {
  if (const Action* action = std::get_if<Action>(&node.value)) {
    const Holds value = EvalPipe(*action->pipe, dot);
    if (std::get<Pipe>(action->pipe->value).variables.empty()) {
      UseWhole(value, *action->pipe);
      if (value == Holds::kValue) {
        value_prints_.push_back(SpanOf(*action->pipe));
      }
    }
  } else if (const Branch* branch = std::get_if<Branch>(&node.value)) {
    WalkBranch(*branch, dot);
  } else if (const auto* call = std::get_if<TemplateCall>(&node.value)) {
    const Holds inner = call->pipe ? EvalPipe(*call->pipe, dot) : Holds::kOther;
    const auto found = tree_.definitions.find(call->name);
    if (found == tree_.definitions.end() || !calls_.insert(call->name).second) {
      return;
    }
    const std::vector<Binding> outer =
        std::exchange(variables_, {{"$", inner}});
    Walk(found->second, inner);
    variables_ = outer;
    calls_.erase(call->name);
  }
}

void Finder::WalkBranch(const Branch& branch, Holds dot) {
  const std::size_t variables = variables_.size();
  const std::size_t guards = guards_.size();
  const std::size_t before = reads_.size();
  const bool range = branch.kind == Branch::Kind::kRange;
  const bool outer = std::exchange(in_condition_, in_condition_ || !range);
  const Holds value = EvalPipe(*branch.pipe, dot);
  in_condition_ = outer;
  if (range) UseWhole(value, *branch.pipe);
  for (std::size_t i = before; !range && i < reads_.size(); ++i) {
    guards_.push_back(reads_[i].name);
  }
  const Holds inner = branch.kind == Branch::Kind::kIf     ? dot
                      : branch.kind == Branch::Kind::kWith ? value
                                                           : Holds::kOther;
  if (range) {
    for (std::size_t i = variables; i < variables_.size(); ++i) {
      variables_[i].holds = Holds::kOther;
    }
  }
  Walk(branch.body, inner);
  Walk(branch.else_body, dot);
  guards_.resize(guards);
  variables_.resize(variables);
}

Holds Finder::EvalPipe(const Node& node, Holds dot) {
  const Pipe& pipe = std::get<Pipe>(node.value);
  Holds value = Holds::kOther;
  for (const NodePtr& command : pipe.commands) {
    value = EvalCommand(*command, dot, value);
  }
  for (const NodePtr& variable : pipe.variables) {
    const std::string& name = std::get<Variable>(variable->value).name;
    if (!pipe.assigns) {
      variables_.push_back({name, value});
      continue;
    }
    // Which branch assigned is not known here: only an equal kind is kept.
    for (auto it = variables_.rbegin(); it != variables_.rend(); ++it) {
      if (it->name != name) continue;
      if (it->holds != value) it->holds = Holds::kOther;
      break;
    }
  }
  return value;
}

Holds Finder::EvalCommand(const Node& node, Holds dot, Holds piped) {
  const NodeList& arguments = std::get<Command>(node.value).arguments;
  if (std::holds_alternative<Identifier>(arguments.front()->value)) {
    return EvalFunction(arguments, dot, piped);
  }
  return EvalOperand(*arguments.front(), dot);
}

Holds Finder::EvalFunction(const NodeList& arguments, Holds dot, Holds piped) {
  const std::string& function =
      std::get<Identifier>(arguments.front()->value).name;
  const Function* known = FindFunction(function);
  if (known != nullptr && known->since > base::kAlways) {
    functions_.push_back({function, known->since, SpanOf(*arguments.front())});
  }
  const bool index = function == "index" && arguments.size() >= 2;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const Holds holds = EvalOperand(*arguments[i], dot);
    const String* name = index && i == 1 && arguments.size() > 2
                             ? std::get_if<String>(&arguments[2]->value)
                             : nullptr;
    if (name != nullptr && IsMap(holds)) {
      const std::size_t begin = arguments[1]->position;
      const std::size_t end = arguments[2]->position + name->quoted.size();
      Read(holds, name->value, {begin - offset_, end - offset_});
    } else {
      UseWhole(holds, *arguments[i]);
    }
  }
  UseWhole(piped, *arguments.front());
  return Holds::kOther;
}

Holds Finder::EvalFields(Holds holds, const std::vector<std::string>& fields,
                         const Node& node) {
  for (const std::string& field : fields) {
    if (IsMap(holds)) {
      Read(holds, field, SpanOf(node));
      return Holds::kOther;
    }
    holds = FieldOf(holds, field);
  }
  return holds;
}

Holds Finder::EvalOperand(const Node& node, Holds dot) {
  if (std::holds_alternative<Dot>(node.value)) return dot;
  if (const Field* field = std::get_if<Field>(&node.value)) {
    return EvalFields(dot, field->names, node);
  }
  if (const Variable* variable = std::get_if<Variable>(&node.value)) {
    return EvalFields(Lookup(variable->name), variable->fields, node);
  }
  if (const Chain* chain = std::get_if<Chain>(&node.value)) {
    return EvalFields(EvalOperand(*chain->node, dot), chain->fields, node);
  }
  if (std::holds_alternative<Pipe>(node.value)) return EvalPipe(node, dot);
  return Holds::kOther;
}

}  // namespace

TemplateReads FindReads(const Tree& tree, std::size_t offset) {
  return Finder(tree, offset).Run();
}

}  // namespace alerts::text_template
