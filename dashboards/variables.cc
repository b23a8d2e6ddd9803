#include "dashboards/variables.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/json.h"

namespace dashboards {
namespace {

// What Grafana itself sets, for a panel over 6h of data scraped every 15s.
struct BuiltIn {
  std::string_view name;
  std::string_view value;
};

constexpr BuiltIn kBuiltIns[] = {{"__interval", "15s"},
                                 {"__interval_ms", "15000"},
                                 {"__rate_interval", "1m0s"},
                                 {"__rate_interval_ms", "60000"},
                                 {"__range", "21600s"},
                                 {"__range_s", "21600"},
                                 {"__range_ms", "21600000"},
                                 {"__from", "1704067200000"},
                                 {"__to", "1704088800000"},
                                 {"__dd_interval", "15s"},
                                 {"__large_interval", "15s"},
                                 {"__timezone", "utc"},
                                 {"__org", "1"},
                                 {"__user", "1"},
                                 {"__dashboard", "dashboard"}};

constexpr std::string_view kAutoInterval = "__auto_interval_";

using Texts = std::vector<std::string>;

// Each of `special` in `text` with `prefix` before it.
std::string Escape(std::string_view text, std::string_view special,
                   std::string_view prefix) {
  std::string escaped;
  for (const char c : text) {
    if (special.find(c) != special.npos) escaped += prefix;
    escaped += c;
  }
  return escaped;
}

std::string Join(const Texts& values, std::string_view separator) {
  std::string joined;
  for (const std::string& value : values) {
    if (!joined.empty()) joined += separator;
    joined += value;
  }
  return joined;
}

std::string Quoted(const Texts& values, char quote, std::string_view escape) {
  Texts quoted;
  for (const std::string& value : values) {
    quoted.push_back(quote + Escape(value, {&quote, 1}, escape) + quote);
  }
  return Join(quoted, ",");
}

std::string Alternatives(const Texts& values) {
  return values.size() == 1 ? values[0] : "(" + Join(values, "|") + ")";
}

std::string AsRegex(const Texts& values) {
  Texts escaped;
  for (const std::string& value : values) {
    escaped.push_back(Escape(value, "\\^$*+?.()|[]{}/", "\\"));
  }
  return Alternatives(escaped);
}

std::string AsGlob(const Texts& values) {
  return values.size() == 1 ? values[0] : "{" + Join(values, ",") + "}";
}

std::string AsJson(const Texts& values) {
  Texts quoted;
  for (const std::string& value : values) {
    quoted.push_back(base::JsonQuote(value));
  }
  return quoted.size() == 1 ? quoted[0] : "[" + Join(quoted, ",") + "]";
}

std::string AsPercent(const Texts& values) {
  std::string encoded;
  for (const char c : values.size() == 1 ? values[0] : AsGlob(values)) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 ||
        std::string_view("-_.!~*'()").find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      absl::StrAppendFormat(&encoded, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

std::string AsCsv(const Texts& values) { return Join(values, ","); }
std::string AsPipe(const Texts& values) { return Join(values, "|"); }
std::string AsText(const Texts& values) { return Join(values, " + "); }
std::string AsSingleQuoted(const Texts& values) {
  return Quoted(values, '\'', "\\");
}
std::string AsDoubleQuoted(const Texts& values) {
  return Quoted(values, '"', "\\");
}
std::string AsSql(const Texts& values) { return Quoted(values, '\'', "'"); }

struct Format {
  std::string_view name;
  std::string (*write)(const Texts& values);
};

// ${name:format}; Grafana takes one that it does not know for glob.
constexpr Format kFormats[] = {
    {"regex", AsRegex},
    {"pipe", AsPipe},
    {"csv", AsCsv},
    {"raw", AsCsv},
    {"text", AsText},
    {"json", AsJson},
    {"singlequote", AsSingleQuoted},
    {"doublequote", AsDoubleQuoted},
    {"sqlstring", AsSql},
    {"percentencode", AsPercent},
    {"uriencode", AsPercent},
    {"glob", AsGlob},
};

std::string WithFormat(const Texts& values, std::string_view format) {
  for (const Format& row : kFormats) {
    if (row.name == format) return row.write(values);
  }
  return AsGlob(values);
}

// What the Prometheus data source writes for a variable without a format. The
// backslashes are doubled, as the text stands in a PromQL string.
std::string ForPrometheus(const Texts& values, bool regex) {
  if (!regex) {
    std::string text;
    for (const char c : AsGlob(values)) {
      if (c == '\\') text += '\\';
      if (c == '\'') text += "\\\\";
      text += c;
    }
    return text;
  }
  Texts escaped;
  for (const std::string& value : values) {
    std::string text;
    for (const char c : value) {
      if (c == '\\') {
        text += "\\\\\\";
      } else if (std::string_view("$^*{}[]+?.()|").find(c) !=
                 std::string_view::npos) {
        text += "\\\\";
      }
      text += c;
    }
    escaped.push_back(std::move(text));
  }
  return Alternatives(escaped);
}

bool IsWordCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::size_t WordEnd(std::string_view text, std::size_t begin) {
  while (begin < text.size() && IsWordCharacter(text[begin])) ++begin;
  return begin;
}

struct Reference {
  std::string_view name;
  std::string_view format;
  std::size_t end = 0;  // Behind it.
};

// The reference to a variable that begins at `begin`, if one does.
std::optional<Reference> ReadReference(std::string_view text,
                                       std::size_t begin) {
  const std::string_view rest = text.substr(begin);
  const bool brackets = rest.starts_with("[[");
  if (!brackets && !rest.starts_with("$")) return std::nullopt;
  const bool braces = rest.starts_with("${");
  const std::size_t name_begin = begin + (brackets || braces ? 2 : 1);
  const std::size_t name_end = WordEnd(text, name_begin);
  if (name_end == name_begin) return std::nullopt;
  Reference reference;
  reference.name = text.substr(name_begin, name_end - name_begin);
  reference.end = name_end;
  if (!brackets && !braces) return reference;

  std::size_t at = name_end;
  if (braces && at < text.size() && text[at] == '.') {
    at = std::min(text.find_first_of(":}", at), text.size());
  }
  if (at < text.size() && text[at] == ':') {
    const std::size_t format_end =
        brackets ? WordEnd(text, at + 1)
                 : std::min(text.find('}', at), text.size());
    reference.format = text.substr(at + 1, format_end - at - 1);
    at = format_end;
  }
  const std::string_view close = brackets ? "]]" : "}";
  if (!text.substr(at).starts_with(close)) return std::nullopt;
  reference.end = at + close.size();
  return reference;
}

// What stands for one reference.
struct Replacement {
  std::string text;
  bool unknown = false;
  bool guessed = false;
};

class Expander {
 public:
  Expander(const Dashboard& dashboard, const Placeholder& placeholder,
           const Choice& choice)
      : dashboard_(dashboard), placeholder_(placeholder), choice_(choice) {}

  std::optional<Replacement> Replace(const Reference& reference,
                                     int depth) const {
    if (const Variable* variable = dashboard_.FindVariable(reference.name)) {
      return ReplaceVariable(*variable, reference, depth);
    }
    for (const BuiltIn& row : kBuiltIns) {
      if (row.name == reference.name)
        return Replacement{std::string(row.value)};
    }
    if (reference.name.starts_with(kAutoInterval)) return Replacement{"15s"};
    const Input* input = dashboard_.FindInput(reference.name);
    if (input == nullptr) return std::nullopt;
    if (!input->value.empty()) return Replacement{input->value};
    return Replacement{std::string(placeholder_.one), true, true};
  }

 private:
  Replacement ReplaceVariable(const Variable& variable,
                              const Reference& reference, int depth) const {
    Replacement replacement;
    if (variable.name == choice_.variable) {
      replacement.text = choice_.value;
      return replacement;
    }
    // Those of a query change when the dashboard is opened.
    replacement.unknown = variable.type != "custom" &&
                          variable.type != "constant" &&
                          variable.type != "interval";
    const bool all =
        std::ranges::find(variable.current, "$__all") != variable.current.end();
    if (all && variable.all_value) {
      replacement.text = ExpandText(*variable.all_value, depth + 1);
      return replacement;
    }
    Texts values = all ? variable.options : variable.current;
    std::erase(values, "");
    if (values.empty()) values = variable.options;
    if (!all && !variable.multi && values.size() > 1) values.resize(1);
    const bool regex = variable.multi || variable.include_all;
    if (values.empty()) {
      replacement.guessed = true;
      replacement.text = regex ? placeholder_.several : placeholder_.one;
      return replacement;
    }
    for (std::string& value : values) {
      if (value == "auto" || value.starts_with("$")) {
        value = ExpandText(value == "auto" ? "$__interval" : value, depth + 1);
      }
    }
    replacement.text = reference.format.empty()
                           ? ForPrometheus(values, regex)
                           : WithFormat(values, reference.format);
    return replacement;
  }

  // The value of a variable may name other variables, though not for ever.
  std::string ExpandText(std::string_view text, int depth) const {
    constexpr int kDepth = 5;
    std::string expanded;
    for (std::size_t at = 0; at < text.size();) {
      const std::optional<Reference> reference = ReadReference(text, at);
      const std::optional<Replacement> replacement =
          reference && depth < kDepth && --inner_references_left_ > 0
              ? Replace(*reference, depth)
              : std::nullopt;
      if (replacement) {
        expanded += replacement->text;
        at = reference->end;
      } else {
        expanded += text[at++];
      }
    }
    return expanded;
  }

  const Dashboard& dashboard_;
  const Placeholder placeholder_;
  const Choice choice_;
  // Values that name each other several times would grow without end.
  mutable int inner_references_left_ = 200;
};

bool IsNumber(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool Expansion::IsUnknown(base::Span span) const {
  const auto overlaps = [&](const base::Span& part) {
    return part.begin < span.end && span.begin < part.end;
  };
  return std::ranges::any_of(unknown, overlaps) ||
         std::ranges::any_of(undefined, overlaps, &Undefined::span);
}

Expansion Expand(const base::Excerpt& query, const Dashboard& dashboard,
                 const Placeholder& placeholder, const Choice& choice) {
  const Expander expander(dashboard, placeholder, choice);
  const std::string_view text = query.text();
  Expansion expansion;
  std::string expanded;
  std::vector<std::size_t> offsets;
  for (std::size_t at = 0; at < text.size();) {
    const std::optional<Reference> reference = ReadReference(text, at);
    if (!reference) {
      offsets.push_back(query.Outer({at, at + 1}).begin);
      expanded += text[at++];
      continue;
    }
    const base::Span outer = query.Outer({at, reference->end});
    const std::size_t begin = expanded.size();
    const std::optional<Replacement> replacement =
        expander.Replace(*reference, 0);
    if (!replacement) {
      for (; at < reference->end; ++at) {
        offsets.push_back(query.Outer({at, at + 1}).begin);
        expanded += text[at];
      }
      // $1 is no variable, but what label_replace() takes from its pattern.
      if (!IsNumber(reference->name)) {
        expansion.undefined.push_back(
            {std::string(reference->name), {begin, expanded.size()}});
      }
      continue;
    }
    expanded += replacement->text;
    // All of it is the variable: the first byte where it begins, the last one
    // where it ends.
    offsets.resize(expanded.size(), outer.begin);
    if (expanded.size() > begin + 1) offsets.back() = outer.end - 1;
    const base::Span given = {begin, expanded.size()};
    if (replacement->unknown) expansion.unknown.push_back(given);
    if (replacement->guessed) expansion.guesses.push_back(given);
    if (dashboard.FindVariable(reference->name) != nullptr) {
      expansion.replaced.emplace_back(reference->name);
    }
    at = reference->end;
  }
  offsets.push_back(query.Outer({text.size(), text.size()}).begin);
  expansion.text = base::Excerpt(std::move(expanded), std::move(offsets));
  return expansion;
}

std::vector<std::string> VariableNames(std::string_view text) {
  std::vector<std::string> names;
  for (std::size_t at = 0; at < text.size();) {
    const std::optional<Reference> reference = ReadReference(text, at);
    if (reference) names.emplace_back(reference->name);
    at = reference ? reference->end : at + 1;
  }
  return names;
}

}  // namespace dashboards
