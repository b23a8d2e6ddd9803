#include "alerts/templates/functions.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "base/quote.h"
#include "base/time.h"
#include "base/unicode_case.h"
#include "base/utf8.h"

namespace alerts::text_template {
namespace {

const std::string& TextOf(const Arguments& arguments, std::size_t i) {
  return *arguments[i].As<std::string>();
}

absl::Status NilPointer() {
  return absl::InvalidArgumentError(
      "runtime error: invalid memory address or nil pointer dereference");
}

absl::StatusOr<Value> Args(const TemplateContext&, const Arguments& arguments) {
  ValueMap map;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    map[absl::StrFormat("arg%d", i)] = arguments[i];
  }
  return Value{ValueMapPtr(std::make_shared<const ValueMap>(std::move(map)))};
}

absl::StatusOr<Value> ExternalUrl(const TemplateContext& context,
                                  const Arguments&) {
  return Value{context.external_url};
}

// The path of a URL: behind its host, before "?" and "#".
absl::StatusOr<Value> PathPrefix(const TemplateContext& context,
                                 const Arguments&) {
  std::string_view url = context.external_url;
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) {
    url.remove_prefix(std::min(url.find('/', scheme + 3), url.size()));
  }
  return Value{std::string(url.substr(0, url.find_first_of("?#")))};
}

absl::StatusOr<Value> First(const TemplateContext&,
                            const Arguments& arguments) {
  const SampleList* list = arguments[0].As<SampleList>();
  if (list == nullptr || (*list)->empty()) {
    return absl::InvalidArgumentError(
        "first() called on vector with no elements");
  }
  return Value{(*list)->front()};
}

std::string LabelOf(const Sample& sample, std::string_view name) {
  const auto found = sample.labels->find(name);
  return found == sample.labels->end() ? std::string() : found->second;
}

absl::StatusOr<Value> LabelValue(const TemplateContext&,
                                 const Arguments& arguments) {
  const SamplePtr* sample = arguments[1].As<SamplePtr>();
  if (sample == nullptr) return NilPointer();
  return Value{LabelOf(**sample, TextOf(arguments, 0))};
}

absl::StatusOr<Value> StringValue(const TemplateContext&,
                                  const Arguments& arguments) {
  const SamplePtr* sample = arguments[0].As<SamplePtr>();
  if (sample == nullptr) return NilPointer();
  return Value{LabelOf(**sample, "__value__")};
}

absl::StatusOr<Value> SampleNumber(const TemplateContext&,
                                   const Arguments& arguments) {
  const SamplePtr* sample = arguments[0].As<SamplePtr>();
  if (sample == nullptr) return NilPointer();
  return Value{(*sample)->value};
}

absl::StatusOr<Value> SortByLabel(const TemplateContext&,
                                  const Arguments& arguments) {
  const SampleList* list = arguments[1].As<SampleList>();
  if (list == nullptr) {
    return Value{SampleList(std::make_shared<const std::vector<SamplePtr>>())};
  }
  std::vector<SamplePtr> sorted = **list;
  const std::string& name = TextOf(arguments, 0);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](const SamplePtr& a, const SamplePtr& b) {
                     return LabelOf(*a, name) < LabelOf(*b, name);
                   });
  return Value{SampleList(
      std::make_shared<const std::vector<SamplePtr>>(std::move(sorted)))};
}

absl::StatusOr<Value> Query(const TemplateContext& context,
                            const Arguments& arguments) {
  if (!context.query) {
    return absl::UnavailableError("there is nothing to query here");
  }
  const auto result = context.query(TextOf(arguments, 0));
  if (!result.ok()) return result.status();
  std::vector<SamplePtr> samples;
  for (const TemplateSample& row : *result) {
    LabelMap labels;
    for (const base::Label& label : row.labels) {
      labels[label.name] = label.value;
    }
    samples.push_back(std::make_shared<const Sample>(
        Sample{std::make_shared<const LabelMap>(std::move(labels)), row.value,
               row.histogram}));
  }
  return Value{SampleList(
      std::make_shared<const std::vector<SamplePtr>>(std::move(samples)))};
}

absl::StatusOr<Value> Now(const TemplateContext& context, const Arguments&) {
  return Value{static_cast<double>(context.now) / 1000.0};
}

absl::StatusOr<Value> ParseDuration(const TemplateContext&,
                                    const Arguments& arguments) {
  std::string error;
  const auto duration = base::ParseDuration(TextOf(arguments, 0), &error);
  if (!duration) return absl::InvalidArgumentError(error);
  return Value{static_cast<double>(*duration) / 1000.0};
}

// Go's url.QueryEscape.
std::string QueryEscape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte) || c == '-' || c == '_' || c == '.' ||
        c == '~') {
      escaped += c;
    } else if (c == ' ') {
      escaped += '+';
    } else {
      escaped += absl::StrFormat("%%%02X", byte);
    }
  }
  return escaped;
}

absl::StatusOr<Value> UrlQueryEscape(const TemplateContext&,
                                     const Arguments& arguments) {
  return Value{QueryEscape(TextOf(arguments, 0))};
}

absl::StatusOr<Value> GraphLink(const TemplateContext&,
                                const Arguments& arguments) {
  return Value{"/graph?g0.expr=" + QueryEscape(TextOf(arguments, 0)) +
               "&g0.tab=0"};
}

absl::StatusOr<Value> TableLink(const TemplateContext&,
                                const Arguments& arguments) {
  return Value{"/graph?g0.expr=" + QueryEscape(TextOf(arguments, 0)) +
               "&g0.tab=1"};
}

struct HostPort {
  std::string host;
  std::string port;
};

// Go's net.SplitHostPort; nothing when it is an error there.
std::optional<HostPort> SplitHostPort(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.starts_with('[')) {
    if (!host.ends_with(']')) return std::nullopt;
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  if (host.find_first_of("[]") != std::string_view::npos ||
      port.find_first_of("[]") != std::string_view::npos) {
    return std::nullopt;
  }
  return HostPort{std::string(host), std::string(port)};
}

absl::StatusOr<Value> StripPort(const TemplateContext&,
                                const Arguments& arguments) {
  const auto parts = SplitHostPort(TextOf(arguments, 0));
  return Value{parts ? parts->host : TextOf(arguments, 0)};
}

absl::StatusOr<Value> StripDomain(const TemplateContext&,
                                  const Arguments& arguments) {
  const std::string& text = TextOf(arguments, 0);
  const auto parts = SplitHostPort(text);
  std::string host = parts ? parts->host : text;
  std::array<unsigned char, 16> address;
  if (inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
      inet_pton(AF_INET6, host.c_str(), address.data()) == 1) {
    return Value{text};
  }
  host = host.substr(0, host.find('.'));
  if (!parts || parts->port.empty()) return Value{host};
  const bool colons = host.find(':') != std::string::npos;
  return Value{(colons ? "[" + host + "]" : host) + ":" + parts->port};
}

absl::StatusOr<Value> SafeText(const TemplateContext&,
                               const Arguments& arguments) {
  return Value{SafeHtml{TextOf(arguments, 0)}};
}

// Upper-cases the first letter of each word, as Go's strings.Title. Only ASCII
// letters have a case here.
absl::StatusOr<Value> Title(const TemplateContext&,
                            const Arguments& arguments) {
  return Value{base::ToTitle(TextOf(arguments, 0))};
}

absl::StatusOr<Value> ToUpper(const TemplateContext&,
                              const Arguments& arguments) {
  return Value{base::ToUpper(TextOf(arguments, 0))};
}

absl::StatusOr<Value> ToLower(const TemplateContext&,
                              const Arguments& arguments) {
  return Value{base::ToLower(TextOf(arguments, 0))};
}

absl::StatusOr<Value> Not(const TemplateContext&, const Arguments& arguments) {
  return Value{!IsTrue(arguments[0])};
}

absl::StatusOr<Value> PrintAll(const TemplateContext&,
                               const Arguments& arguments) {
  return Value{Print(arguments)};
}

absl::StatusOr<Value> PrintLine(const TemplateContext&,
                                const Arguments& arguments) {
  std::string text;
  for (const Value& argument : arguments) {
    if (!text.empty() || &argument != &arguments.front()) text += " ";
    text += ToArgumentString(argument);
  }
  return Value{text + "\n"};
}

struct Replacement {
  char from;
  std::string_view to;
};

std::string Escape(std::string_view text, std::span<const Replacement> rows) {
  std::string escaped;
  for (const char c : text) {
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [c](const auto& r) { return r.from == c; });
    if (row == rows.end()) {
      escaped += c;
    } else {
      escaped += row->to;
    }
  }
  return escaped;
}

absl::StatusOr<Value> EscapeHtml(const TemplateContext&,
                                 const Arguments& arguments) {
  static constexpr Replacement kRows[] = {
      {'"', "&#34;"}, {'\'', "&#39;"}, {'&', "&amp;"},
      {'<', "&lt;"},  {'>', "&gt;"},   {'\0', "\xef\xbf\xbd"}};
  return Value{Escape(PrintPointedTo(arguments), kRows)};
}

// Go's template.JSEscapeString.
absl::StatusOr<Value> EscapeScript(const TemplateContext&,
                                   const Arguments& arguments) {
  const std::string text = PrintPointedTo(arguments);
  std::string escaped;
  for (std::size_t i = 0; i < text.size();) {
    std::uint32_t rune = 0xFFFD;
    const std::string_view rest = std::string_view(text).substr(i);
    const std::size_t length =
        std::max<std::size_t>(base::DecodeUtf8(rest, &rune), 1);
    if (rune == '\\' || rune == '\'' || rune == '"') {
      escaped += '\\';
      escaped += text[i];
    } else if (rune == '<' || rune == '>' || rune == '&' || rune == '=' ||
               (!base::IsPrintable(rune) && rune != 0x7F)) {
      absl::StrAppendFormat(&escaped, "\\u%04X", rune);
    } else {
      escaped += rest.substr(0, length);
    }
    i += length;
  }
  return Value{std::move(escaped)};
}

absl::StatusOr<Value> EscapeQuery(const TemplateContext&,
                                  const Arguments& arguments) {
  return Value{QueryEscape(PrintPointedTo(arguments))};
}

using enum Parameter;
// 2.42 does not have them; which release has is not certain.
constexpr base::Version kLater = {2, 43};
const Function kFunctions[] = {
    // name, parameters, variadic, kernel, short circuit
    {"and", {kReflect, kReflect}, true, nullptr, true},
    {"args", {kAny}, true, Args},
    {"call", {kReflect, kReflect}, true, CallValue},
    {"eq", {kReflect, kReflect}, true, Equal},
    {"externalURL", {}, false, ExternalUrl},
    {"first", {kSamples}, false, First},
    {"ge", {kReflect, kReflect}, false, GreaterOrEqual},
    {"graphLink", {kString}, false, GraphLink},
    {"gt", {kReflect, kReflect}, false, Greater},
    {"html", {kAny}, true, EscapeHtml},
    {"humanize", {kAny}, false, Humanize},
    {"humanize1024", {kAny}, false, Humanize1024},
    {"humanizeDuration", {kAny}, false, HumanizeDuration},
    {"humanizePercentage", {kAny}, false, HumanizePercentage},
    {"humanizeTimestamp", {kAny}, false, HumanizeTimestamp},
    {"index", {kReflect, kReflect}, true, Index},
    {"js", {kAny}, true, EscapeScript},
    {"label", {kString, kSample}, false, LabelValue},
    {"le", {kReflect, kReflect}, false, LessOrEqual},
    {"len", {kReflect}, false, Length},
    {"lt", {kReflect, kReflect}, false, Less},
    {"match", {kString, kString}, false, Match},
    {"ne", {kReflect, kReflect}, false, NotEqual},
    {"not", {kReflect}, false, Not},
    {"now", {}, false, Now, false, kLater},
    {"or", {kReflect, kReflect}, true, nullptr, true},
    {"parseDuration", {kString}, false, ParseDuration},
    {"pathPrefix", {}, false, PathPrefix},
    {"print", {kAny}, true, PrintAll},
    {"printf", {kString, kAny}, true, Printf},
    {"println", {kAny}, true, PrintLine},
    {"query", {kString}, false, Query},
    {"reReplaceAll", {kString, kString, kString}, false, ReplaceAll},
    {"safeHtml", {kString}, false, SafeText},
    {"slice", {kReflect, kReflect}, true, Slice},
    {"sortByLabel", {kString, kSamples}, false, SortByLabel},
    {"stripDomain", {kString}, false, StripDomain},
    {"stripPort", {kString}, false, StripPort},
    {"strvalue", {kSample}, false, StringValue},
    {"tableLink", {kString}, false, TableLink},
    {"title", {kString}, false, Title},
    {"toDuration", {kAny}, false, ToDuration, false, kLater},
    {"toLower", {kString}, false, ToLower},
    {"toTime", {kAny}, false, ToTime},
    {"toUpper", {kString}, false, ToUpper},
    {"urlQueryEscape", {kString}, false, UrlQueryEscape, false, kLater},
    {"urlquery", {kAny}, true, EscapeQuery},
    {"value", {kSample}, false, SampleNumber},
};

}  // namespace

std::string_view TypeName(Parameter parameter) {
  switch (parameter) {
    case Parameter::kAny:
      return "interface {}";
    case Parameter::kReflect:
      return "reflect.Value";
    case Parameter::kString:
      return "string";
    case Parameter::kSamples:
      return "template.queryResult";
    case Parameter::kSample:
      return "*template.sample";
    case Parameter::kInt:
      return "int";
    case Parameter::kTime:
      return "time.Time";
    case Parameter::kDuration:
      return "time.Duration";
  }
  return "";
}

std::span<const Function> Functions() { return kFunctions; }

const Function* FindFunction(std::string_view name) {
  const auto* found = std::lower_bound(
      std::begin(kFunctions), std::end(kFunctions), name,
      [](const Function& row, std::string_view key) { return row.name < key; });
  return found != std::end(kFunctions) && found->name == name ? found : nullptr;
}

}  // namespace alerts::text_template
