// Follows Go's text/template/exec.go step by step: which node an error names
// is decided by the order in which nodes are visited.

#include "alerts/templates/execute.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "alerts/templates/functions.h"
#include "alerts/templates/members.h"
#include "alerts/templates/value.h"
#include "base/labels.h"
#include "base/quote.h"

namespace alerts::text_template {
namespace {

// Go's missingVal: no value came through the pipe.
using Piped = std::optional<Value>;

struct Binding {
  std::string name;
  Value value;
};

LabelMapPtr MapOf(const base::Labels& labels) {
  LabelMap map;
  for (const base::Label& label : labels) map[label.name] = label.value;
  return std::make_shared<const LabelMap>(std::move(map));
}

bool CanBeNil(Parameter type) {
  return type != Parameter::kString && type != Parameter::kInt &&
         type != Parameter::kTime && type != Parameter::kDuration;
}

// How a walk over nodes ended.
enum class Flow { kNext, kBreak, kContinue };

class Executor {
 public:
  Executor(const Tree& tree, const TemplateContext& context,
           const TemplateLimits& limits)
      : tree_(tree), context_(context), limits_(limits) {}

  absl::StatusOr<std::string> Run() {
    const Value root{RootPtr(std::make_shared<const Root>(
        Root{MapOf(context_.labels), MapOf(context_.external_labels),
             context_.external_url, context_.value, context_.histogram}))};
    variables_.push_back({"$", root});
    WalkList(root, tree_.definitions.at(tree_.name));
    if (!error_.empty()) return absl::InvalidArgumentError(error_);
    return std::move(out_);
  }

 private:
  bool failed() const { return !error_.empty(); }
  Value Fail(std::string_view message) {
    if (!failed()) {
      error_ =
          absl::StrFormat("template: %s: executing %s at <%s>: %s", Location(),
                          base::Quote(current_), ToString(*at_), message);
    }
    return {};
  }
  std::string Location() const;
  void At(const Node& node) {
    at_ = &node;
    Step();
  }
  void Step() {
    if (++steps_ > limits_.steps) Fail("the template takes too many steps");
  }
  void Write(std::string_view text) {
    if (out_.size() + text.size() > limits_.output) {
      Fail("the template's output is too long");
      return;
    }
    out_ += text;
  }

  Flow WalkList(const Value& dot, const NodeList& nodes);
  Flow Walk(const Value& dot, const Node& node);
  Flow WalkBranch(const Value& dot, const Branch& branch, std::size_t id);
  // Whether there was anything to walk.
  bool WalkRange(const Value& dot, const Branch& branch);
  void WalkTemplate(const Value& dot, const TemplateCall& call);
  bool OneIteration(const Branch& branch, Value index, const Value& element);

  Value EvalPipe(const Value& dot, const Node& node);
  Value EvalCommand(const Value& dot, const Node& node, const Piped& piped);
  Value EvalOperand(const Value& dot, const Node& node);
  Value ConstantOf(const Number& number);
  Value EvalFunction(const Value& dot, const Node& call,
                     const std::string& name, const NodeList& arguments,
                     const Piped& piped);
  Value EvalCall(const Value& dot, const Node& call, const Function& function,
                 std::string_view name, const Value* receiver,
                 const NodeList& arguments, const Piped& piped);
  Value EvalLogic(const Value& dot, std::string_view name,
                  const NodeList& arguments, const Piped& piped);
  Value EvalArgument(const Value& dot, Parameter type, const Node& node);
  Value EvalChain(const Value& dot, Value receiver, const Node& node,
                  const std::vector<std::string>& fields,
                  const NodeList& arguments, const Piped& piped);
  Value EvalField(const Value& dot, const std::string& field, const Node& node,
                  const Value& receiver, const NodeList& arguments,
                  const Piped& piped);
  Value Validate(Value value, Parameter type);
  Value VariableValue(std::string_view name);
  void SetVariable(const std::string& name, Value value);
  bool NotAFunction(const NodeList& arguments, const Piped& piped);

  const Tree& tree_;
  const TemplateContext& context_;
  const TemplateLimits& limits_;
  const Node* at_ = nullptr;
  std::string current_ = tree_.name;  // The template being executed.
  std::vector<Binding> variables_;
  std::string out_;
  std::string error_;
  std::size_t steps_ = 0;
  std::size_t depth_ = 0;
};

std::string Executor::Location() const {
  const std::string_view before =
      std::string_view(tree_.text).substr(0, at_->position);
  const std::size_t newline = before.rfind('\n');
  const std::size_t column = newline == std::string_view::npos
                                 ? before.size()
                                 : before.size() - newline - 1;
  return absl::StrFormat("%s:%d:%d", tree_.name,
                         1 + std::count(before.begin(), before.end(), '\n'),
                         column);
}

Flow Executor::WalkList(const Value& dot, const NodeList& nodes) {
  for (const NodePtr& node : nodes) {
    const Flow flow = Walk(dot, *node);
    if (failed() || flow != Flow::kNext) return flow;
  }
  return Flow::kNext;
}

Flow Executor::Walk(const Value& dot, const Node& node) {
  At(node);
  if (failed()) return Flow::kNext;
  if (const Text* text = std::get_if<Text>(&node.value)) {
    Write(text->text);
  } else if (const Action* action = std::get_if<Action>(&node.value)) {
    const Value value = EvalPipe(dot, *action->pipe);
    if (failed()) return Flow::kNext;
    if (std::get<Pipe>(action->pipe->value).variables.empty()) {
      At(node);
      Write(ToString(value));
    }
  } else if (const Branch* branch = std::get_if<Branch>(&node.value)) {
    return WalkBranch(dot, *branch, node.position);
  } else if (const auto* call = std::get_if<TemplateCall>(&node.value)) {
    WalkTemplate(dot, *call);
  } else if (std::holds_alternative<Break>(node.value)) {
    return Flow::kBreak;
  } else if (std::holds_alternative<Continue>(node.value)) {
    return Flow::kContinue;
  }
  return Flow::kNext;
}

Flow Executor::WalkBranch(const Value& dot, const Branch& branch,
                          std::size_t id) {
  const std::size_t mark = variables_.size();
  const auto tell = [&](bool body) {
    if (context_.observer) context_.observer->OnBranch(id, body);
  };
  Flow flow = Flow::kNext;
  if (branch.kind == Branch::Kind::kRange) {
    const bool any = WalkRange(dot, branch);
    if (any || !failed()) tell(any);
  } else {
    const Value value = EvalPipe(dot, *branch.pipe);
    if (!failed()) tell(IsTrue(value));
    if (!failed() && IsTrue(value)) {
      const bool with = branch.kind == Branch::Kind::kWith;
      flow = WalkList(with ? value : dot, branch.body);
    } else if (!failed()) {
      flow = WalkList(dot, branch.else_body);
    }
  }
  variables_.resize(std::min(mark, variables_.size()));
  return flow;
}

// False when the range is to end.
bool Executor::OneIteration(const Branch& branch, Value index,
                            const Value& element) {
  const Pipe& pipe = std::get<Pipe>(branch.pipe->value);
  const std::size_t mark = variables_.size();
  const std::size_t count = pipe.variables.size();
  const auto name = [&](std::size_t i) {
    return std::get<Variable>(pipe.variables[i]->value).name;
  };
  if (pipe.assigns) {
    // With two variables the index comes first; one is the element.
    if (count > 1) SetVariable(name(0), std::move(index));
    if (count > 0) SetVariable(name(count - 1), element);
  } else {
    if (count > 0) variables_[mark - 1].value = element;
    if (count > 1) variables_[mark - 2].value = std::move(index);
  }
  Step();  // Its body may have none.
  if (failed()) return false;
  const Flow flow = WalkList(element, branch.body);
  variables_.resize(mark);
  return !failed() && flow != Flow::kBreak;
}

bool Executor::WalkRange(const Value& dot, const Branch& branch) {
  const Value value = EvalPipe(dot, *branch.pipe);
  if (failed()) return false;
  bool any = false;
  if (const LabelMapPtr* labels = value.As<LabelMapPtr>()) {
    for (const auto& [name, label] : **labels) {
      any = true;
      if (!OneIteration(branch, Value{name}, Value{label})) return true;
    }
  } else if (const ValueMapPtr* values = value.As<ValueMapPtr>()) {
    for (const auto& [name, element] : **values) {
      any = true;
      Value boxed = element;
      boxed.boxed = true;
      if (!OneIteration(branch, Value{name}, boxed)) return true;
    }
  } else if (const SampleList* list = value.As<SampleList>()) {
    std::int64_t index = 0;
    for (const SamplePtr& sample : **list) {
      any = true;
      if (!OneIteration(branch, Value{index++}, Value{sample})) return true;
    }
  } else if (const std::optional<std::int64_t> count = CountOf(value)) {
    if (std::get<Pipe>(branch.pipe->value).variables.size() > 1) {
      Fail(
          absl::StrFormat("can't use %s to iterate over more than one variable",
                          ToString(value)));
      return false;
    }
    for (std::int64_t i = 0; i < *count; ++i) {
      any = true;
      if (!OneIteration(branch, Value{}, NumberLike(value, i))) return true;
    }
  } else if (!value.missing()) {
    Fail("range can't iterate over " + ToString(value));
    return false;
  }
  if (!any) WalkList(dot, branch.else_body);
  return any;
}

void Executor::WalkTemplate(const Value& dot, const TemplateCall& call) {
  const auto found = tree_.definitions.find(call.name);
  if (found == tree_.definitions.end()) {
    Fail(absl::StrFormat("template %s not defined", base::Quote(call.name)));
    return;
  }
  if (depth_ >= limits_.depth) {
    Fail(
        absl::StrFormat("exceeded maximum template depth (%d)", limits_.depth));
    return;
  }
  const Value inner = call.pipe ? EvalPipe(dot, *call.pipe) : Value{};
  if (failed()) return;
  ++depth_;
  // A template sees no variable of its caller.
  std::vector<Binding> outer = std::exchange(variables_, {{"$", inner}});
  const std::string caller = std::exchange(current_, call.name);
  WalkList(inner, found->second);
  variables_ = std::move(outer);
  current_ = caller;
  --depth_;
}

Value Executor::VariableValue(std::string_view name) {
  for (auto it = variables_.rbegin(); it != variables_.rend(); ++it) {
    if (it->name == name) return it->value;
  }
  return Fail(absl::StrFormat("undefined variable: %s", name));
}

void Executor::SetVariable(const std::string& name, Value value) {
  for (auto it = variables_.rbegin(); it != variables_.rend(); ++it) {
    if (it->name == name) {
      it->value = std::move(value);
      return;
    }
  }
  Fail("undefined variable: " + name);
}

Value Executor::EvalPipe(const Value& dot, const Node& node) {
  At(node);
  const Pipe& pipe = std::get<Pipe>(node.value);
  Piped value;
  for (const NodePtr& command : pipe.commands) {
    value = EvalCommand(dot, *command, value);
    if (failed()) return {};
    value->boxed = false;
  }
  for (const NodePtr& variable : pipe.variables) {
    const std::string& name = std::get<Variable>(variable->value).name;
    if (pipe.assigns) {
      SetVariable(name, *value);
    } else {
      variables_.push_back({name, *value});
    }
  }
  return value ? *std::move(value) : Value{};
}

bool Executor::NotAFunction(const NodeList& arguments, const Piped& piped) {
  if (arguments.size() > 1 || piped) {
    Fail("can't give argument to non-function " + ToString(*arguments[0]));
  }
  return !failed();
}

Value Executor::EvalCommand(const Value& dot, const Node& node,
                            const Piped& piped) {
  const NodeList& arguments = std::get<Command>(node.value).arguments;
  const Node& first = *arguments.front();
  if (const Field* field = std::get_if<Field>(&first.value)) {
    At(first);
    return EvalChain(dot, dot, first, field->names, arguments, piped);
  }
  if (const Chain* chain = std::get_if<Chain>(&first.value)) {
    At(first);
    Value receiver = EvalOperand(dot, *chain->node);
    if (failed()) return {};
    return EvalChain(dot, std::move(receiver), first, chain->fields, arguments,
                     piped);
  }
  if (const Identifier* function = std::get_if<Identifier>(&first.value)) {
    At(first);
    return EvalFunction(dot, node, function->name, arguments, piped);
  }
  if (std::holds_alternative<Pipe>(first.value)) {
    if (!NotAFunction(arguments, piped)) return {};
    return EvalPipe(dot, first);
  }
  if (const Variable* variable = std::get_if<Variable>(&first.value)) {
    At(first);
    Value value = VariableValue(variable->name);
    if (failed()) return {};
    if (variable->fields.empty()) {
      return NotAFunction(arguments, piped) ? value : Value{};
    }
    return EvalChain(dot, std::move(value), first, variable->fields, arguments,
                     piped);
  }
  At(first);
  if (!NotAFunction(arguments, piped)) return {};
  if (std::holds_alternative<Nil>(first.value)) {
    return Fail("nil is not a command");
  }
  return EvalOperand(dot, first);
}

// A node without arguments.
Value Executor::EvalOperand(const Value& dot, const Node& node) {
  At(node);
  if (failed()) return {};
  if (const Bool* truth = std::get_if<Bool>(&node.value)) {
    return Value{truth->value};
  }
  if (std::holds_alternative<Dot>(node.value)) return dot;
  if (std::holds_alternative<Nil>(node.value)) return {};
  if (const String* text = std::get_if<String>(&node.value)) {
    return Value{text->value};
  }
  if (const Number* number = std::get_if<Number>(&node.value)) {
    return ConstantOf(*number);
  }
  if (std::holds_alternative<Pipe>(node.value)) return EvalPipe(dot, node);
  if (const Identifier* function = std::get_if<Identifier>(&node.value)) {
    return EvalFunction(dot, node, function->name, {}, std::nullopt);
  }
  if (const Variable* variable = std::get_if<Variable>(&node.value)) {
    Value value = VariableValue(variable->name);
    if (failed()) return {};
    return EvalChain(dot, std::move(value), node, variable->fields, {},
                     std::nullopt);
  }
  if (const Field* field = std::get_if<Field>(&node.value)) {
    return EvalChain(dot, dot, node, field->names, {}, std::nullopt);
  }
  const Chain& chain = std::get<Chain>(node.value);
  Value receiver = EvalOperand(dot, *chain.node);
  if (failed()) return {};
  return EvalChain(dot, std::move(receiver), node, chain.fields, {},
                   std::nullopt);
}

// Of a constant that nothing gives a type to.
Value Executor::ConstantOf(const Number& number) {
  if (number.complex) return Value{*number.complex};
  if (number.is_float) return Value{*number.floating};
  if (number.integer) return Value{*number.integer};
  return Fail(number.text + " overflows int");
}

// .a.b.c with arguments for the last field.
Value Executor::EvalChain(const Value& dot, Value receiver, const Node& node,
                          const std::vector<std::string>& fields,
                          const NodeList& arguments, const Piped& piped) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const bool last = i + 1 == fields.size();
    receiver =
        EvalField(dot, fields[i], node, receiver, last ? arguments : NodeList(),
                  last ? piped : std::nullopt);
    if (failed()) return {};
  }
  return receiver;
}

Value Executor::EvalField(const Value& dot, const std::string& field,
                          const Node& node, const Value& receiver,
                          const NodeList& arguments, const Piped& piped) {
  if (receiver.missing()) return {};
  if (const Function* method = FindMethod(receiver, field)) {
    return EvalCall(dot, node, *method, field, &receiver, arguments, piped);
  }
  const bool has_arguments = arguments.size() > 1 || piped.has_value();
  if (std::optional<Value> element = ElementOf(receiver, field)) {
    if (has_arguments) {
      return Fail(field + " is not a method but has arguments");
    }
    return *std::move(element);
  }
  std::optional<Value> value = FieldOf(receiver, field);
  if (!value) {
    return Fail(absl::StrFormat(
        "can't evaluate field %s in type %s", field,
        receiver.boxed ? TypeName(Parameter::kAny) : TypeName(receiver)));
  }
  if (has_arguments) {
    return Fail(field + " has arguments but cannot be invoked as function");
  }
  return *std::move(value);
}

Value Executor::EvalFunction(const Value& dot, const Node& call,
                             const std::string& name, const NodeList& arguments,
                             const Piped& piped) {
  // The parser has refused unknown names.
  return EvalCall(dot, call, *FindFunction(name), name, nullptr, arguments,
                  piped);
}

// `arguments` begin with the function itself, when there are any.
Value Executor::EvalCall(const Value& dot, const Node& call,
                         const Function& function, std::string_view name,
                         const Value* receiver, const NodeList& arguments,
                         const Piped& piped) {
  const std::size_t written = arguments.empty() ? 0 : arguments.size() - 1;
  const std::size_t given = written + (piped ? 1 : 0);
  const std::size_t wanted = function.parameters.size();
  if (function.variadic && given < wanted - 1) {
    return Fail(
        absl::StrFormat("wrong number of args for %s: want at least %d got %d",
                        name, wanted - 1, written));
  }
  if (!function.variadic && given != wanted) {
    return Fail(absl::StrFormat("wrong number of args for %s: want %d got %d",
                                name, wanted, given));
  }
  if (function.results > 1) {
    return Fail(absl::StrFormat("can't call method/function %s with %d results",
                                base::Quote(name), function.results));
  }
  if (function.short_circuit) return EvalLogic(dot, name, arguments, piped);
  Arguments values;
  if (receiver != nullptr) values.push_back(*receiver);
  for (std::size_t i = 0; i < given; ++i) {
    const Parameter type = function.parameters[std::min(i, wanted - 1)];
    values.push_back(i < written ? EvalArgument(dot, type, *arguments[i + 1])
                                 : Validate(*piped, type));
    if (failed()) return {};
  }
  absl::StatusOr<Value> result = function.kernel(context_, values);
  if (!result.ok()) {
    At(call);
    return Fail(absl::StrFormat("error calling %s: %s", name,
                                std::string(result.status().message())));
  }
  const std::string* text = result->As<std::string>();
  if (text != nullptr && text->size() > limits_.output) {
    return Fail("the template's output is too long");
  }
  return *std::move(result);
}

Value Executor::EvalLogic(const Value& dot, std::string_view name,
                          const NodeList& arguments, const Piped& piped) {
  Value value;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    value = EvalArgument(dot, Parameter::kReflect, *arguments[i]);
    if (failed() || IsTrue(value) == (name == "or")) return value;
  }
  return piped ? *piped : value;
}

Value Executor::EvalArgument(const Value& dot, Parameter type,
                             const Node& node) {
  At(node);
  const Number* number = std::get_if<Number>(&node.value);
  const bool literal = number != nullptr ||
                       std::holds_alternative<Bool>(node.value) ||
                       std::holds_alternative<String>(node.value);
  if (std::holds_alternative<Nil>(node.value)) {
    if (CanBeNil(type)) return {};
    return Fail(absl::StrFormat("cannot assign nil to %s", TypeName(type)));
  }
  if (literal && (type == Parameter::kInt || type == Parameter::kDuration)) {
    if (number == nullptr || !number->integer) {
      return Fail("expected integer; found " + ToString(node));
    }
    if (type == Parameter::kInt) return Value{*number->integer};
    return Value{GoDuration{*number->integer}};
  }
  if (literal && (type == Parameter::kSamples || type == Parameter::kSample ||
                  type == Parameter::kTime)) {
    return Fail(absl::StrFormat("can't handle %s for arg of type %s",
                                ToString(node), TypeName(type)));
  }
  if (literal && type == Parameter::kString &&
      !std::holds_alternative<String>(node.value)) {
    return Fail("expected string; found " + ToString(node));
  }
  Value value = EvalOperand(dot, node);
  return failed() ? Value{} : Validate(std::move(value), type);
}

// The value as an argument of this type.
Value Executor::Validate(Value value, Parameter type) {
  value.boxed = false;
  if (type == Parameter::kAny || type == Parameter::kReflect) return value;
  if (value.missing()) {
    if (CanBeNil(type)) return value;
    return Fail(absl::StrFormat("invalid value; expected %s", TypeName(type)));
  }
  const bool fits =
      (type == Parameter::kString && value.As<std::string>() != nullptr) ||
      (type == Parameter::kSamples && value.As<SampleList>() != nullptr) ||
      (type == Parameter::kSample && value.As<SamplePtr>() != nullptr) ||
      (type == Parameter::kInt && value.As<std::int64_t>() != nullptr) ||
      (type == Parameter::kTime && value.As<GoTime>() != nullptr) ||
      (type == Parameter::kDuration && value.As<GoDuration>() != nullptr);
  if (fits) return value;
  return Fail(absl::StrFormat("wrong type for value; expected %s; got %s",
                              TypeName(type), TypeName(value)));
}

}  // namespace

absl::StatusOr<std::string> ExecuteTree(const Tree& tree,
                                        const TemplateContext& context,
                                        const TemplateLimits& limits) {
  return Executor(tree, context, limits).Run();
}

}  // namespace alerts::text_template
