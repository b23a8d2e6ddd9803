#include "alerts/templates/parser.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"
#include "alerts/templates/constant.h"
#include "alerts/templates/functions.h"
#include "alerts/templates/lexer.h"
#include "base/quote.h"

namespace alerts::text_template {
namespace {

// Nested parentheses and blocks; Go has no bound, but hostile input must not
// exhaust the stack.
constexpr int kMaxDepth = 500;

// What ends a list of nodes.
enum class Terminator { kNone, kEnd, kElse };

bool IsEmpty(const NodeList& nodes) {
  return std::all_of(nodes.begin(), nodes.end(), [](const NodePtr& node) {
    const Text* text = std::get_if<Text>(&node->value);
    return text != nullptr &&
           text->text.find_first_not_of(" \t\r\n\v\f") == std::string::npos;
  });
}

class Parser {
 public:
  Parser(std::string_view name, std::string_view text, ParseError& error)
      : tree_(std::make_shared<Tree>()), error_(error), tokens_(Lex(text)) {
    tree_->name = std::string(name);
    tree_->text = std::string(text);
  }

  std::shared_ptr<const Tree> Run() {
    NodeList root;
    while (!failed_ && Peek().kind != TokenKind::kEnd) {
      ParseTopLevel(root);
    }
    if (!failed_) Define(tree_->name, std::move(root));
    return failed_ ? nullptr : tree_;
  }

 private:
  // Counts a level of nesting for as long as it lives.
  class Level {
   public:
    explicit Level(Parser& parser) : parser_(parser) { ++parser_.depth_; }
    ~Level() { --parser_.depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    Parser& parser_;
  };

  const Token& Next() {
    const std::size_t index = std::min(at_, tokens_.size() - 1);
    at_ = index + 1;
    furthest_ = std::max(furthest_, index);
    return tokens_[index];
  }
  void Backup() { --at_; }
  const Token& Peek() {
    const Token& token = Next();
    Backup();
    return token;
  }
  const Token& NextNonSpace() {
    const Token* token = &Next();
    while (token->kind == TokenKind::kSpace) token = &Next();
    return *token;
  }
  const Token& PeekNonSpace() {
    const Token& token = NextNonSpace();
    Backup();
    return token;
  }

  NodePtr Fail(std::string_view message) {
    if (failed_) return nullptr;
    failed_ = true;
    error_.message = absl::StrFormat("template: %s:%d: %s", tree_->name,
                                     tokens_[furthest_].line, message);
    error_.position =
        tokens_[std::min(at_ > 0 ? at_ - 1 : 0, furthest_)].position;
    return nullptr;
  }
  NodePtr Unexpected(const Token& token, std::string_view context) {
    if (token.kind != TokenKind::kError) {
      return Fail(
          absl::StrFormat("unexpected %s in %s", ToString(token), context));
    }
    std::string extra;
    if (action_line_ != 0 && action_line_ != token.line) {
      extra =
          absl::StrFormat("%s started at %s:%d",
                          token.value.ends_with(" action") ? "" : " in action",
                          tree_->name, action_line_);
    }
    return Fail(token.value + extra);
  }
  bool Expect(TokenKind kind, std::string_view context) {
    const Token& token = NextNonSpace();
    if (token.kind != kind) Unexpected(token, context);
    return !failed_;
  }
  template <typename T>
  NodePtr Make(std::size_t position, T value) const {
    return std::make_shared<const Node>(Node{std::move(value), position});
  }

  void ParseTopLevel(NodeList& root);
  void ParseDefinition();
  void Define(const std::string& name, NodeList nodes);
  std::optional<std::string> TemplateName(const Token& token,
                                          std::string_view context);
  NodePtr TextOrAction(Terminator& terminator);
  NodePtr ParseAction(Terminator& terminator);
  Terminator List(NodeList& nodes);
  NodePtr Control(std::size_t position, Branch::Kind kind);
  void ElseOf(std::size_t position, Branch& branch);
  NodePtr LoopExit(const Token& token);
  NodePtr Block();
  NodePtr Call();
  NodePtr ParsePipe(std::string_view context, TokenKind end);
  void Declarations(std::string_view context, Pipe& pipe);
  void CheckPipe(const Pipe& pipe, std::string_view context);
  NodePtr ParseCommand();
  NodePtr Operand();
  NodePtr Term();

  std::shared_ptr<Tree> tree_;
  ParseError& error_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::size_t furthest_ = 0;  // Its line is the one that messages name.
  std::size_t action_line_ = 0;
  std::vector<std::string> variables_ = {"$"};
  int range_depth_ = 0;
  int depth_ = 0;
  bool failed_ = false;
};

void Parser::ParseTopLevel(NodeList& root) {
  if (Peek().kind == TokenKind::kLeftDelimiter) {
    const std::size_t before = at_;
    Next();
    if (NextNonSpace().kind == TokenKind::kDefine) {
      ParseDefinition();
      return;
    }
    at_ = before;
  }
  Terminator terminator = Terminator::kNone;
  NodePtr node = TextOrAction(terminator);
  if (terminator != Terminator::kNone) {
    Fail(terminator == Terminator::kEnd ? "unexpected {{end}}"
                                        : "unexpected {{else}}");
  } else if (node != nullptr) {
    root.push_back(std::move(node));
  }
}

void Parser::ParseDefinition() {
  constexpr std::string_view kContext = "define clause";
  const auto name = TemplateName(NextNonSpace(), kContext);
  if (!name || !Expect(TokenKind::kRightDelimiter, kContext)) return;
  // A template sees no variable of the one around it.
  const std::vector<std::string> outer = std::exchange(variables_, {"$"});
  NodeList nodes;
  if (List(nodes) == Terminator::kElse) {
    Fail("unexpected {{else}} in define clause");
  }
  variables_ = outer;
  if (!failed_) Define(*name, std::move(nodes));
}

void Parser::Define(const std::string& name, NodeList nodes) {
  const auto [found, added] = tree_->definitions.emplace(name, nodes);
  if (added) return;
  if (IsEmpty(found->second)) {
    found->second = std::move(nodes);
  } else if (!IsEmpty(nodes)) {
    Fail(absl::StrFormat("template: multiple definition of template %s",
                         base::Quote(name)));
  }
}

std::optional<std::string> Parser::TemplateName(const Token& token,
                                                std::string_view context) {
  if (token.kind != TokenKind::kString && token.kind != TokenKind::kRawString) {
    Unexpected(token, context);
    return std::nullopt;
  }
  auto name = Unquote(token.value);
  if (!name) Fail("invalid syntax");
  return name;
}

NodePtr Parser::TextOrAction(Terminator& terminator) {
  const Token& token = NextNonSpace();
  if (token.kind == TokenKind::kText) {
    return Make(token.position, Text{token.value});
  }
  if (token.kind != TokenKind::kLeftDelimiter) {
    return Unexpected(token, "input");
  }
  action_line_ = token.line;
  NodePtr node = ParseAction(terminator);
  action_line_ = 0;
  return node;
}

NodePtr Parser::ParseAction(Terminator& terminator) {
  const Token& token = NextNonSpace();
  switch (token.kind) {
    case TokenKind::kBlock:
      return Block();
    case TokenKind::kBreak:
    case TokenKind::kContinue:
      return LoopExit(token);
    case TokenKind::kElse: {
      terminator = Terminator::kElse;
      const TokenKind next = PeekNonSpace().kind;
      // {{else if}} and {{else with}} go on in ElseOf().
      if (next != TokenKind::kIf && next != TokenKind::kWith) {
        Expect(TokenKind::kRightDelimiter, "else");
      }
      return nullptr;
    }
    case TokenKind::kEndKeyword:
      terminator = Terminator::kEnd;
      Expect(TokenKind::kRightDelimiter, "end");
      return nullptr;
    case TokenKind::kIf:
      return Control(token.position, Branch::Kind::kIf);
    case TokenKind::kRange:
      return Control(token.position, Branch::Kind::kRange);
    case TokenKind::kWith:
      return Control(token.position, Branch::Kind::kWith);
    case TokenKind::kTemplate:
      return Call();
    default:
      break;
  }
  Backup();
  const std::size_t position = Peek().position;
  // Its variables live until the {{end}} around.
  NodePtr pipe = ParsePipe("command", TokenKind::kRightDelimiter);
  return pipe == nullptr ? nullptr : Make(position, Action{std::move(pipe)});
}

Terminator Parser::List(NodeList& nodes) {
  while (!failed_ && PeekNonSpace().kind != TokenKind::kEnd) {
    Terminator terminator = Terminator::kNone;
    NodePtr node = TextOrAction(terminator);
    if (terminator != Terminator::kNone) return terminator;
    if (node != nullptr) nodes.push_back(std::move(node));
  }
  Fail("unexpected EOF");
  return Terminator::kNone;
}

// {{if}}, {{with}} and {{range}} up to their {{end}}.
NodePtr Parser::Control(std::size_t position, Branch::Kind kind) {
  static constexpr std::string_view kContexts[] = {"if", "with", "range"};
  const Level level(*this);
  if (depth_ > kMaxDepth) return Fail("blocks are nested too deeply");
  const std::size_t variables = variables_.size();
  Branch branch;
  branch.kind = kind;
  branch.pipe = ParsePipe(kContexts[static_cast<std::size_t>(kind)],
                          TokenKind::kRightDelimiter);
  if (failed_) return nullptr;
  const bool range = kind == Branch::Kind::kRange;
  range_depth_ += range ? 1 : 0;
  const Terminator end = List(branch.body);
  range_depth_ -= range ? 1 : 0;
  if (!failed_ && end == Terminator::kElse) ElseOf(position, branch);
  variables_.resize(variables);
  return failed_ ? nullptr : Make(position, std::move(branch));
}

// Behind {{else}}, or behind "{{else" before "if" or "with".
void Parser::ElseOf(std::size_t position, Branch& branch) {
  branch.has_else = true;
  const TokenKind next = tokens_[at_ - 1].kind == TokenKind::kRightDelimiter
                             ? TokenKind::kRightDelimiter
                             : PeekNonSpace().kind;
  const bool chained =
      (next == TokenKind::kIf && branch.kind == Branch::Kind::kIf) ||
      (next == TokenKind::kWith && branch.kind == Branch::Kind::kWith);
  if (chained) {
    NextNonSpace();
    NodePtr nested = Control(position, branch.kind);
    if (nested != nullptr) branch.else_body.push_back(std::move(nested));
    return;
  }
  if (next == TokenKind::kWith) {
    Expect(TokenKind::kRightDelimiter, "else");
    return;
  }
  if (List(branch.else_body) == Terminator::kElse) {
    Fail("expected end; found {{else}}");
  }
}

NodePtr Parser::LoopExit(const Token& token) {
  const bool stops = token.kind == TokenKind::kBreak;
  const std::string name = stops ? "{{break}}" : "{{continue}}";
  if (!Expect(TokenKind::kRightDelimiter, name)) return nullptr;
  if (range_depth_ == 0) return Fail(name + " outside {{range}}");
  return stops ? Make(token.position, Break{})
               : Make(token.position, Continue{});
}

NodePtr Parser::Block() {
  constexpr std::string_view kContext = "block clause";
  const Level level(*this);
  if (depth_ > kMaxDepth) return Fail("blocks are nested too deeply");
  const Token& token = NextNonSpace();
  const std::size_t position = token.position;
  const auto name = TemplateName(token, kContext);
  if (!name) return nullptr;
  NodePtr pipe = ParsePipe(kContext, TokenKind::kRightDelimiter);
  if (failed_) return nullptr;
  const std::vector<std::string> outer = std::exchange(variables_, {"$"});
  const int range_depth = std::exchange(range_depth_, 0);
  NodeList nodes;
  if (List(nodes) == Terminator::kElse) {
    Fail("unexpected {{else}} in block clause");
  }
  variables_ = outer;
  range_depth_ = range_depth;
  if (!failed_) Define(*name, std::move(nodes));
  return Make(position, TemplateCall{*name, std::move(pipe)});
}

NodePtr Parser::Call() {
  constexpr std::string_view kContext = "template clause";
  const Token& token = NextNonSpace();
  const std::size_t position = token.position;
  const auto name = TemplateName(token, kContext);
  if (!name) return nullptr;
  NodePtr pipe;
  if (NextNonSpace().kind != TokenKind::kRightDelimiter) {
    Backup();
    pipe = ParsePipe(kContext, TokenKind::kRightDelimiter);
  }
  return Make(position, TemplateCall{*name, std::move(pipe)});
}

NodePtr Parser::ParsePipe(std::string_view context, TokenKind end) {
  const Level level(*this);
  if (depth_ > kMaxDepth) return Fail("parentheses are nested too deeply");
  const std::size_t position = PeekNonSpace().position;
  Pipe pipe;
  Declarations(context, pipe);
  while (!failed_) {
    const Token& token = NextNonSpace();
    if (token.kind == end) {
      CheckPipe(pipe, context);
      return failed_ ? nullptr : Make(position, std::move(pipe));
    }
    switch (token.kind) {
      case TokenKind::kBool:
      case TokenKind::kCharConstant:
      case TokenKind::kComplex:
      case TokenKind::kDot:
      case TokenKind::kField:
      case TokenKind::kIdentifier:
      case TokenKind::kNumber:
      case TokenKind::kNil:
      case TokenKind::kRawString:
      case TokenKind::kString:
      case TokenKind::kVariable:
      case TokenKind::kLeftParen: {
        Backup();
        NodePtr command = ParseCommand();
        if (command != nullptr) pipe.commands.push_back(std::move(command));
        break;
      }
      default:
        return Unexpected(token, context);
    }
  }
  return nullptr;
}

// "$x := ", "$i, $x := " and "$x = " at the beginning of a pipe.
void Parser::Declarations(std::string_view context, Pipe& pipe) {
  while (!failed_ && PeekNonSpace().kind == TokenKind::kVariable) {
    const Token& variable = NextNonSpace();
    const std::size_t behind = at_;
    const Token& next = PeekNonSpace();
    const bool comma = next.kind == TokenKind::kChar && next.value == ",";
    if (next.kind != TokenKind::kAssign && next.kind != TokenKind::kDeclare &&
        !comma) {
      at_ = behind - 1;  // An ordinary argument.
      return;
    }
    NextNonSpace();
    pipe.variables.push_back(
        Make(variable.position, Variable{variable.value, {}}));
    variables_.push_back(variable.value);
    if (!comma) {
      pipe.assigns = next.kind == TokenKind::kAssign;
      return;
    }
    if (context != "range" || pipe.variables.size() >= 2) {
      Fail(absl::StrFormat("too many declarations in %s", context));
      return;
    }
    const TokenKind after = PeekNonSpace().kind;
    if (after != TokenKind::kVariable && after != TokenKind::kRightDelimiter &&
        after != TokenKind::kRightParen) {
      Fail("range can only initialize variables");
    }
  }
}

void Parser::CheckPipe(const Pipe& pipe, std::string_view context) {
  if (pipe.commands.empty()) {
    Fail(absl::StrFormat("missing value for %s", context));
    return;
  }
  for (std::size_t i = 1; i < pipe.commands.size(); ++i) {
    const auto& first =
        std::get<Command>(pipe.commands[i]->value).arguments.front()->value;
    if (std::holds_alternative<Bool>(first) ||
        std::holds_alternative<Dot>(first) ||
        std::holds_alternative<Nil>(first) ||
        std::holds_alternative<Number>(first) ||
        std::holds_alternative<String>(first)) {
      Fail(absl::StrFormat("non executable command in pipeline stage %d",
                           i + 1));
      return;
    }
  }
}

NodePtr Parser::ParseCommand() {
  const std::size_t position = PeekNonSpace().position;
  Command command;
  for (;;) {
    PeekNonSpace();
    NodePtr operand = Operand();
    if (failed_) return nullptr;
    if (operand != nullptr) command.arguments.push_back(std::move(operand));
    const Token& token = Next();
    if (token.kind == TokenKind::kSpace) continue;
    if (token.kind == TokenKind::kRightDelimiter ||
        token.kind == TokenKind::kRightParen) {
      Backup();
    } else if (token.kind != TokenKind::kPipe) {
      return Unexpected(token, "operand");
    }
    break;
  }
  if (command.arguments.empty()) return Fail("empty command");
  return Make(position, std::move(command));
}

NodePtr Parser::Operand() {
  NodePtr node = Term();
  if (node == nullptr || Peek().kind != TokenKind::kField) return node;
  const std::size_t position = Peek().position;
  std::vector<std::string> fields;
  while (Peek().kind == TokenKind::kField) {
    fields.push_back(Next().value.substr(1));
  }
  if (const Field* field = std::get_if<Field>(&node->value)) {
    Field longer = *field;
    longer.names.insert(longer.names.end(), fields.begin(), fields.end());
    return Make(position, std::move(longer));
  }
  if (const Variable* variable = std::get_if<Variable>(&node->value)) {
    Variable longer = *variable;
    longer.fields = std::move(fields);
    return Make(position, std::move(longer));
  }
  if (std::holds_alternative<Identifier>(node->value) ||
      std::holds_alternative<Pipe>(node->value)) {
    return Make(position, Chain{std::move(node), std::move(fields)});
  }
  return Fail(absl::StrFormat("unexpected . after term %s",
                              base::Quote(ToString(*node))));
}

// Null without an error when no operand begins here.
NodePtr Parser::Term() {
  const Token& token = NextNonSpace();
  switch (token.kind) {
    case TokenKind::kIdentifier:
      if (FindFunction(token.value) == nullptr) {
        return Fail(absl::StrFormat("function %s not defined",
                                    base::Quote(token.value)));
      }
      return Make(token.position, Identifier{token.value});
    case TokenKind::kDot:
      return Make(token.position, Dot{});
    case TokenKind::kNil:
      return Make(token.position, Nil{});
    case TokenKind::kVariable:
      if (std::find(variables_.begin(), variables_.end(), token.value) ==
          variables_.end()) {
        return Fail(
            absl::StrFormat("undefined variable %s", base::Quote(token.value)));
      }
      return Make(token.position, Variable{token.value, {}});
    case TokenKind::kField:
      return Make(token.position, Field{{token.value.substr(1)}});
    case TokenKind::kBool:
      return Make(token.position, Bool{token.value == "true"});
    case TokenKind::kCharConstant:
    case TokenKind::kComplex:
    case TokenKind::kNumber: {
      std::string error;
      auto number = ParseNumber(token.value, error);
      if (!number) return Fail(error);
      return Make(token.position, *std::move(number));
    }
    case TokenKind::kLeftParen:
      return ParsePipe("parenthesized pipeline", TokenKind::kRightParen);
    case TokenKind::kRawString:
    case TokenKind::kString: {
      auto value = Unquote(token.value);
      if (!value) return Fail("invalid syntax");
      return Make(token.position, String{token.value, *std::move(value)});
    }
    default:
      Backup();
      return nullptr;
  }
}

}  // namespace

std::shared_ptr<const Tree> ParseTree(std::string_view name,
                                      std::string_view text,
                                      ParseError& error) {
  return Parser(name, text, error).Run();
}

}  // namespace alerts::text_template
