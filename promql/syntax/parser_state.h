// The parser's insides, shared by the files that hold its parts.

#ifndef PROMQL_SYNTAX_PARSER_STATE_H_
#define PROMQL_SYNTAX_PARSER_STATE_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "promql/syntax/lexer.h"
#include "promql/syntax/parser.h"
#include "promql/syntax/tree.h"

namespace promql {

// A sign binds as * does: -a * b is (-a) * b, but -a ^ b is -(a ^ b).
inline constexpr int kSignPrecedence = 5;

// Reads one expression by recursive descent, operators by precedence (Pratt).
//
// A mistake of grammar is reported by Unexpected(), which makes the parser
// stumble: nothing more is reported until a construct with an end, such as the
// arguments of a call, has skipped to its next part and caught itself. Other
// mistakes are reported and reading goes on. Either way the part's tree is
// null.
class Parser {
 public:
  Parser(std::string_view text, base::Diagnostics& diagnostics,
         const ParserOptions& options);

  // Null exactly when an error was reported.
  ExprPtr Run();

 private:
  // A tree and how deep it is. Null after an error.
  struct Tree {
    ExprPtr expr;
    std::size_t height = 0;
  };
  struct DurationTree {
    DurationExprPtr expr;
    std::size_t height = 0;
  };
  struct Arguments {
    std::vector<ExprPtr> values;  // Null where one is broken.
    std::size_t height = 0;
  };

  // What is being read, for the text of an unexpected token: that of the
  // innermost construct which Prometheus' grammar has an error rule for.
  struct Context {
    std::string_view what;
    std::string_view expected;
  };
  class InContext {
   public:
    InContext(Parser& parser, std::string_view what, std::string_view expected)
        : parser_(parser), outer_(parser.context_) {
      parser.context_ = {what, expected};
    }
    ~InContext() { parser_.context_ = outer_; }
    InContext(const InContext&) = delete;
    InContext& operator=(const InContext&) = delete;

   private:
    Parser& parser_;
    Context outer_;
  };
  // One level of recursion; `ok()` is false when it is too deep, which was
  // reported then.
  class Level {
   public:
    explicit Level(Parser& parser)
        : parser_(parser), ok_(parser.CheckDepth(++parser.depth_)) {}
    ~Level() { --parser_.depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    bool ok() const { return ok_; }

   private:
    Parser& parser_;
    bool ok_;
  };

  // parser.cc: tokens and errors.
  const Token& Peek();
  const Token& PeekBehind() const;  // The one after Peek().
  std::span<const Token> TokensBefore() const;
  Token Next();
  bool Accept(TokenKind kind);
  bool AcceptEnd();  // Whether all was read.
  bool Expect(TokenKind kind);
  void Error(std::string_view code, base::Span span, std::string message,
             std::string help = {});
  void Unexpected();
  void Unexpected(std::string_view what, std::string_view expected,
                  std::string help = {});
  // After a mistake: what stops reading behind it follows from it, and is not
  // told; unless it is the end of the text, when `at_end_too` does not say so.
  void ForgetErrorBehind(bool at_end_too);
  bool CheckDepth(std::size_t depth);
  // After a mistake: skips to a `separator` or `close` of this nesting and, if
  // there is one, reads on.
  bool CatchUp(TokenKind separator, TokenKind close);

  // parser.cc: expressions.
  Tree Make(Node node, base::Span span, std::size_t height_below);
  Tree ParseExpression(int min_precedence);
  Tree ParseBinary(Tree left);
  Tree ParseUnary();
  Tree Negate(Tree operand, const Token& sign);
  Tree ParsePrimary();
  Tree ParseWord();
  Tree ParseNumberLiteral();
  Tree ParseParen();

  // parse_call.cc
  Tree ParseCall();
  Tree ParseAggregation();
  Tree FinishAggregation(Aggregation node, Arguments arguments,
                         base::Span span);
  // From ( to ). False when ) was not reached.
  bool ParseArguments(Arguments& arguments);
  bool ParseTrailingComma(const Token& comma);
  // `before`: the tokens before the name.
  void ReportUnknownFunction(const Token& name, std::span<const Token> before);

  // parse_matching.cc
  void ParseMatching(Binary& node);
  void ParseFills(VectorMatching& matching);
  std::optional<double> ParseFill();
  std::string HintForList();
  void ParseGrouping(std::vector<std::string>& labels,
                     std::vector<base::Span>& spans);
  bool ParseGroupingLabel(std::vector<std::string>& labels,
                          std::vector<base::Span>& spans);

  // parse_selector.cc
  Tree ParseSelector();
  bool ParseMatchers(VectorSelector& selector);
  bool ParseMatcher(VectorSelector& selector);
  std::string HintForValue();
  void AddMatcher(VectorSelector& selector, base::MatchType type,
                  std::string name, const Token& first, const Token& value);
  Tree ParsePostfix(Tree tree);
  Tree ParseBrackets(Tree tree);
  std::string HintForBracket();
  Tree MakeMatrix(Tree tree, DurationTree range, base::Span brackets);
  void ParseOffset(Tree& tree);
  void ParseAt(Tree& tree);
  std::optional<AtModifier> ParseAtTime(const Tree& tree);
  void ParseExtension(Tree& tree);

  // parse_duration.cc
  DurationTree MakeDuration(DurationExpr node, std::size_t height_below);
  DurationTree ParsePositiveDuration();
  DurationTree ParseOffsetDuration();
  DurationTree ParseDuration(int min_precedence);
  DurationTree ParseUnaryDuration();
  DurationTree ParsePrimaryDuration();
  DurationTree ParseDurationLiteral();
  DurationTree ParseDurationCall();
  DurationTree ParseParenDuration();
  DurationTree NegateDuration(DurationTree operand, const Token& sign);
  bool CheckDivisor(const Token& op, const DurationExpr& divisor);
  bool CheckDurationRange(const DurationExpr& literal);
  // The value of a number or duration token; none after an error.
  std::optional<double> NumberValue(const Token& token);
  bool StartsNumber();

  base::Diagnostics& diagnostics_;
  ParserOptions options_;
  Tokens input_;
  std::size_t at_ = 0;
  std::size_t last_end_ = 0;  // Where the token read last ends.
  std::size_t depth_ = 0;
  Context context_;
  bool stumbling_ = false;
  bool failed_ = false;
};

}  // namespace promql

#endif  // PROMQL_SYNTAX_PARSER_STATE_H_
