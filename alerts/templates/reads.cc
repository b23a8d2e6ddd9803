#include "alerts/templates/reads.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "absl/strings/str_format.h"
#include "alerts/templates/functions.h"
#include "base/diagnostic.h"
#include "base/version.h"
#include "re2/re2.h"

namespace alerts::text_template {
namespace {

// What a variable or the dot is known to hold.
enum class Holds {
  kOther,
  kRoot,
  kLabels,
  kExternalLabels,
  kValue,
  kText,
  kInteger,
  kFloat,
  kBool
};

struct HeldVariable {
  std::string name;
  Holds holds;
};

bool IsMap(Holds holds) {
  return holds == Holds::kLabels || holds == Holds::kExternalLabels;
}

struct RootField {
  std::string_view name;
  Holds holds;
};
constexpr RootField kRootFields[] = {
    {"ExternalLabels", Holds::kExternalLabels},
    {"ExternalURL", Holds::kText},
    {"Labels", Holds::kLabels},
    {"Value", Holds::kValue},
};

// How the field that was meant is written.
std::string MeantField(std::string_view field) {
  std::vector<std::string_view> names;
  for (const RootField& row : kRootFields) names.push_back(row.name);
  const std::string_view near = base::Nearest(field, names);
  if (!near.empty()) return absl::StrFormat("did you mean \".%s\"?", near);
  return absl::StrFormat("a label is {{ $labels.%s }}", field);
}

// What a comparison asks to be the same on both sides, as messages call it; ""
// when that is not known.
std::string_view ComparedAs(Holds holds) {
  switch (holds) {
    case Holds::kValue:
    case Holds::kFloat:
      return "a floating-point number";
    case Holds::kInteger:
      return "a whole number";
    case Holds::kText:
      return "a text";
    case Holds::kBool:
      return "true or false";
    default:
      return "";
  }
}

bool IsComparison(std::string_view function) {
  for (const std::string_view name : {"eq", "ge", "gt", "le", "lt", "ne"}) {
    if (function == name) return true;
  }
  return false;
}

// "$labels.job", "$value": not behind another "$", which escapes it elsewhere.
void AppendBareVariables(std::string_view text, std::size_t offset,
                         std::vector<base::Span>& found) {
  static const re2::RE2* const variable = new re2::RE2(
      R"((?:^|[^$\\])(\$(?:labels|externalLabels|externalURL|value)\b(?:\.\w+)?))");
  if (text.find('$') == std::string_view::npos) return;
  const re2::StringPiece whole(text.data(), text.size());
  re2::StringPiece groups[2];
  std::size_t from = 0;
  while (variable->Match(whole, from, text.size(), re2::RE2::UNANCHORED, groups,
                         2)) {
    const auto begin = static_cast<std::size_t>(groups[1].data() - text.data());
    from = begin + groups[1].size();
    found.push_back({offset + begin, offset + from});
  }
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
    std::ranges::stable_sort(mistakes_, {}, [](const TemplateMistake& mistake) {
      return mistake.span.begin;
    });
    for (const auto& [name, nodes] : tree_.definitions) FindBare(nodes);
    std::ranges::sort(bare_variables_, {}, &base::Span::begin);
    return {std::move(reads_), std::move(value_prints_), std::move(functions_),
            std::move(mistakes_), std::move(bare_variables_)};
  }

 private:
  void Walk(const NodeList& nodes, Holds dot) {
    for (const NodePtr& node : nodes) WalkNode(*node, dot);
  }
  void WalkNode(const Node& node, Holds dot);
  void WalkBranch(const Branch& branch, Holds dot);
  Holds EvalPipe(const Node& node, Holds dot);
  Holds EvalCommand(const Node& node, Holds dot, Holds piped, bool is_piped);
  Holds EvalFunction(const Node& call, Holds dot, Holds piped, bool is_piped);
  Holds EvalOperand(const Node& node, Holds dot);
  Holds EvalFields(Holds holds, const std::vector<std::string>& fields,
                   const Node& node);
  // A map used in another way than by a known label.
  void UseWhole(Holds holds, const Node& node) {
    if (IsMap(holds)) Read(holds, "", SpanOf(node));
  }
  void Read(Holds holds, std::string_view name, base::Span span);
  void CheckCall(const Node& call, const NodeList& arguments, bool piped);
  void CheckTexts(const Node& call, const Function& function,
                  const std::vector<Holds>& given);
  void CheckComparison(const Node& call, std::string_view function,
                       const std::vector<Holds>& sides);
  void Mistake(const Node& node, std::string message, std::string help = {}) {
    mistakes_.push_back({std::move(message), std::move(help), SpanOf(node)});
  }
  void FindBare(const NodeList& nodes);
  base::Span SpanOf(const Node& node) const;
  Holds Lookup(std::string_view name) const {
    for (auto it = variables_.rbegin(); it != variables_.rend(); ++it) {
      if (it->name == name) return it->holds;
    }
    return Holds::kOther;
  }

  const Tree& tree_;
  std::size_t offset_;
  std::vector<HeldVariable> variables_;
  std::vector<LabelRead> reads_;
  std::vector<base::Span> value_prints_;
  std::vector<LaterFunction> functions_;
  std::vector<TemplateMistake> mistakes_;
  std::vector<base::Span> bare_variables_;
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
    if (found == tree_.definitions.end()) {
      Mistake(node, absl::StrFormat("template \"%s\" is not defined here",
                                    call->name));
      return;
    }
    if (!calls_.insert(call->name).second) return;
    const std::vector<HeldVariable> outer =
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
    value = EvalCommand(*command, dot, value, command != pipe.commands.front());
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

Holds Finder::EvalCommand(const Node& node, Holds dot, Holds piped,
                          bool is_piped) {
  const NodeList& arguments = std::get<Command>(node.value).arguments;
  if (std::holds_alternative<Identifier>(arguments.front()->value)) {
    CheckCall(node, arguments, is_piped);
    return EvalFunction(node, dot, piped, is_piped);
  }
  return EvalOperand(*arguments.front(), dot);
}

// How many arguments a function is given.
void Finder::CheckCall(const Node& call, const NodeList& arguments,
                       bool piped) {
  const std::string& name = std::get<Identifier>(arguments.front()->value).name;
  const Function* function = FindFunction(name);
  if (function == nullptr) return;
  const std::size_t given = arguments.size() - 1 + (piped ? 1 : 0);
  const std::size_t wanted =
      function->parameters.size() - (function->variadic ? 1 : 0);
  if (function->variadic ? given >= wanted : given == wanted) return;
  Mistake(call, absl::StrFormat("%s wants %s%d argument%s, and gets %d", name,
                                function->variadic ? "at least " : "", wanted,
                                wanted == 1 ? "" : "s", given));
}

// Whether what is to be a text may be one.
void Finder::CheckTexts(const Node& call, const Function& function,
                        const std::vector<Holds>& given) {
  const auto& parameters = function.parameters;
  for (std::size_t i = 0; i < given.size() && !parameters.empty(); ++i) {
    const Parameter wanted = parameters[std::min(i, parameters.size() - 1)];
    if (wanted != Parameter::kString || given[i] == Holds::kOther ||
        given[i] == Holds::kText) {
      continue;
    }
    const std::string_view kind = ComparedAs(given[i]);
    Mistake(
        call,
        absl::StrFormat("argument %d of %s is a text, and gets %s", i + 1,
                        function.name, kind.empty() ? "what is none" : kind),
        kind.empty() ? "" : "print or printf makes a text of it");
    return;
  }
}

void Finder::CheckComparison(const Node& call, std::string_view function,
                             const std::vector<Holds>& sides) {
  // eq may be true before it comes to a third one.
  if (sides.size() != 2) return;
  const std::string_view left = ComparedAs(sides[0]);
  const std::string_view right = ComparedAs(sides[1]);
  if (left.empty() || right.empty() || left == right) return;
  const bool number = std::ranges::count(sides, Holds::kInteger) > 0 &&
                      std::ranges::count(sides, Holds::kText) == 0;
  Mistake(
      call,
      absl::StrFormat("%s cannot compare %s with %s", function, left, right),
      number ? "write the number with a point: 90.0" : "");
}

void Finder::FindBare(const NodeList& nodes) {
  for (const NodePtr& node : nodes) {
    if (const Text* text = std::get_if<Text>(&node->value)) {
      AppendBareVariables(text->text, node->position - offset_,
                          bare_variables_);
    } else if (const Branch* branch = std::get_if<Branch>(&node->value)) {
      FindBare(branch->body);
      FindBare(branch->else_body);
    }
  }
}

Holds Finder::EvalFunction(const Node& call, Holds dot, Holds piped,
                           bool is_piped) {
  const NodeList& arguments = std::get<Command>(call.value).arguments;
  const std::string& function =
      std::get<Identifier>(arguments.front()->value).name;
  const Function* known = FindFunction(function);
  if (known != nullptr && known->since > base::kAlways) {
    functions_.push_back({function, known->since, SpanOf(*arguments.front())});
  }
  const bool index = function == "index" && arguments.size() >= 2;
  std::vector<Holds> sides;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const Holds holds = EvalOperand(*arguments[i], dot);
    sides.push_back(holds);
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
  if (is_piped) sides.push_back(piped);
  if (known != nullptr) CheckTexts(call, *known, sides);
  if (IsComparison(function)) CheckComparison(call, function, sides);
  return Holds::kOther;
}

Holds Finder::EvalFields(Holds holds, const std::vector<std::string>& fields,
                         const Node& node) {
  for (const std::string& field : fields) {
    if (IsMap(holds)) {
      Read(holds, field, SpanOf(node));
      holds = Holds::kText;
      continue;
    }
    if (holds == Holds::kText) {
      Mistake(node, absl::StrFormat("a text has no field %s", field),
              "index $labels \"a.b\", for a label whose name has a point");
      return Holds::kOther;
    }
    if (holds != Holds::kRoot) return Holds::kOther;
    const auto* known = std::ranges::find(kRootFields, field, &RootField::name);
    if (known == std::end(kRootFields)) {
      Mistake(node, absl::StrFormat("there is no .%s", field),
              MeantField(field));
      return Holds::kOther;
    }
    holds = known->holds;
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
  if (std::holds_alternative<String>(node.value)) return Holds::kText;
  if (std::holds_alternative<Bool>(node.value)) return Holds::kBool;
  if (const Number* number = std::get_if<Number>(&node.value)) {
    if (number->complex) return Holds::kOther;
    return number->is_float ? Holds::kFloat : Holds::kInteger;
  }
  return Holds::kOther;
}

}  // namespace

std::vector<base::Span> FindBareVariables(std::string_view text) {
  std::vector<base::Span> found;
  AppendBareVariables(text, 0, found);
  return found;
}

TemplateReads FindReads(const Tree& tree, std::size_t offset) {
  return Finder(tree, offset).Run();
}

}  // namespace alerts::text_template
