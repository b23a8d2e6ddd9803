#include "alerts/rules/format.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/quote.h"
#include "base/utf8.h"
#include "base/yaml_scalar.h"
#include "promql/syntax/pretty_printer.h"
#include "promql/syntax/printer.h"

namespace alerts {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

// Whether YAML reads the line back as it is, without quotes. Stricter than
// YAML, which depends on what follows.
bool IsPlainScalar(std::string_view line) {
  constexpr std::string_view kIndicators = "-?:,[]{}#&*!|>'\"%@`";
  if (base::IsYamlNull(line)) return false;  // A metric may be called so.
  return kIndicators.find(line.front()) == std::string_view::npos &&
         line.find(": ") == std::string_view::npos &&
         line.find(" #") == std::string_view::npos && line.back() != ':';
}

// Whether a block holds the text as it is: YAML knows more line breaks than \n,
// and no control characters. Only a comment of a quoted expression has such.
bool FitsBlock(std::string_view text) {
  while (!text.empty()) {
    std::uint32_t rune = 0;
    const std::size_t length = base::DecodeUtf8(text, &rune);
    const bool control = (rune < 0x20 && rune != '\n' && rune != '\t') ||
                         (rune >= 0x7F && rune < 0xA0);
    const bool special = rune == 0x2028 || rune == 0x2029 || rune == 0xFEFF ||
                         rune == 0xFFFE || rune == 0xFFFF;
    if (length == 0 || control || special) return false;
    text.remove_prefix(length);
  }
  return true;
}

// The expressions that can stand in one file, and where.
class Formatter {
 public:
  Formatter(const RuleFile& file, base::Diagnostics& diagnostics)
      : text_(file.source->text()),
        line_break_(text_.find("\r\n") == std::string_view::npos ? "\n"
                                                                 : "\r\n"),
        diagnostics_(diagnostics) {
    for (const Group& group : file.groups) {
      for (const Rule& rule : group.rules) Add(rule);
    }
  }

  std::string Text() const {
    std::string out;
    std::size_t end = 0;
    for (const auto& [begin, replacement] : replacements_) {
      out += text_.substr(end, begin - end);
      out += replacement.text;
      end = replacement.end;
    }
    return out += text_.substr(end);
  }

 private:
  struct Replacement {
    std::size_t end;
    std::string text;
  };

  void Add(const Rule& rule) {
    const base::Span span = rule.expr_text.span;
    std::string_view written = text_.substr(span.begin, span.end - span.begin);
    written = written.substr(0, written.find_last_not_of(kSpace) + 1);
    const bool block = written.starts_with('|') || written.starts_with('>');
    const std::string_view header =
        block ? written.substr(0, written.find_first_of("\r\n"))
              : std::string_view();
    const std::string pretty =
        promql::PrettyPrint(*rule.expr, rule.expr_text.view());
    const bool in_flow = text_[rule.span.begin] == '{';
    std::string_view obstacle;
    if (in_flow && pretty != promql::PrettyPrint(*rule.expr)) {
      obstacle = "a rule in braces has no place for the expression's comment";
    } else if (header.find('#') != std::string_view::npos) {
      obstacle = "a comment stands beside | or >";
    } else if (!FitsBlock(pretty)) {
      obstacle = "a comment has a character that YAML writes in quotes only";
    }
    if (!obstacle.empty()) {
      diagnostics_.Info("comment-in-expression", span,
                        absl::StrFormat("left as it is: %s", obstacle));
      return;
    }
    std::string formatted = in_flow ? base::Quote(promql::Print(*rule.expr))
                                    : Formatted(pretty, span.begin);
    // An alias gives one expression to several rules.
    replacements_.insert_or_assign(
        span.begin,
        Replacement{span.begin + written.size(), std::move(formatted)});
  }

  std::string Formatted(const std::string& pretty, std::size_t begin) const {
    const bool one_line = pretty.find('\n') == std::string::npos;
    if (one_line && IsPlainScalar(pretty)) return pretty;
    const std::string indent(KeyColumn(begin) + 2, ' ');
    // A first line that is indented itself would set the block's indentation.
    std::string out = pretty.front() == ' ' ? "|2" : "|";
    out.append(line_break_).append(indent);
    for (const char c : pretty) {
      if (c == '\n') {
        out.append(line_break_).append(indent);
      } else {
        out += c;
      }
    }
    return out;
  }

  // The column of the key whose value stands at `begin`, on the key's line or
  // below. A key behind "- " starts behind it.
  std::size_t KeyColumn(std::size_t begin) const {
    const std::size_t before = text_.find_last_not_of(kSpace, begin - 1);
    const std::size_t line = text_.rfind('\n', before) + 1;
    return std::min(text_.find_first_not_of(" -", line), begin) - line;
  }

  std::string_view text_;
  std::string_view line_break_;  // As the file has them.
  base::Diagnostics& diagnostics_;
  std::map<std::size_t, Replacement> replacements_;
};

}  // namespace

std::string FormatRules(const RuleFile& file, base::Diagnostics& diagnostics) {
  return Formatter(file, diagnostics).Text();
}

}  // namespace alerts
