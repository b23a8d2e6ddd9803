// Template tokens to tree.

#ifndef ALERTS_TEMPLATES_PARSER_H_
#define ALERTS_TEMPLATES_PARSER_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "alerts/templates/tree.h"

namespace alerts::text_template {

// Why a text does not parse, in Go's words, and where.
struct ParseError {
  std::string message;
  std::size_t position = 0;
};

// Parses a text under a name ("__alert_A"). Null exactly when it does not
// parse; `error` says why then.
std::shared_ptr<const Tree> ParseTree(std::string_view name,
                                      std::string_view text, ParseError& error);

}  // namespace alerts::text_template

#endif  // ALERTS_TEMPLATES_PARSER_H_
