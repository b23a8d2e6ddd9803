// The expressions of a rule file, pretty-printed where they stand.

#ifndef ALERTS_RULES_FORMAT_H_
#define ALERTS_RULES_FORMAT_H_

#include <string>
#include <vector>

#include "alerts/rules/rule_file.h"
#include "base/diagnostic.h"

namespace alerts {

// The file's text with each expression in its pretty form
// (promql/syntax/pretty_printer.h). Everything else stays as it is, byte for
// byte: comments, order, quotes. What needs several lines becomes a "|" block;
// in a flow map (JSON) an expression stays on one line, in double quotes.
//
// An expression keeps its comments. Where there is no place for them (in a flow
// map), or one stands beside the "|", it is left alone, and said so in
// `diagnostics` as an info. Formatting what it returned changes nothing.
std::string FormatRules(const RuleFile& file, base::Diagnostics& diagnostics);

}  // namespace alerts

#endif  // ALERTS_RULES_FORMAT_H_
