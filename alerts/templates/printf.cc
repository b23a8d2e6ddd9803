// printf: Go's fmt.Sprintf.

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "absl/strings/str_format.h"
#include "alerts/templates/constant.h"
#include "alerts/templates/functions.h"
#include "base/labels.h"

namespace alerts::text_template {
namespace {

// What stands between % and the verb.
struct Directive {
  bool minus = false;
  bool plus = false;
  bool sharp = false;
  bool space = false;
  bool zero = false;
  std::optional<int> width;
  std::optional<int> precision;
  char verb = 0;
};

// A width that hostile text may ask for (Go's fmt allows a million).
constexpr int kMaxWidth = 1'000'000;

std::size_t RuneCount(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U;
      }));
}

std::string Pad(const Directive& directive, std::string text) {
  const std::size_t width =
      static_cast<std::size_t>(directive.width.value_or(0));
  const std::size_t size = RuneCount(text);
  if (size >= width) return text;
  if (directive.minus) return text.append(width - size, ' ');
  if (!directive.zero) return std::string(width - size, ' ') + text;
  const std::size_t sign =
      !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  text.insert(sign, width - size, '0');
  return text;
}

std::string WithSign(const Directive& directive, bool negative,
                     std::string digits) {
  if (negative) return "-" + digits;
  if (directive.plus) return "+" + digits;
  if (directive.space) return " " + digits;
  return digits;
}

std::string Radix(std::uint64_t value, int radix) {
  char buffer[72];
  const auto end =
      std::to_chars(std::begin(buffer), std::end(buffer), value, radix);
  return std::string(buffer, end.ptr);
}

std::string Upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

std::optional<std::string> FormatInteger(const Directive& directive,
                                         std::int64_t value) {
  const bool negative = value < 0;
  const auto bits = static_cast<std::uint64_t>(value);
  const std::uint64_t size = negative ? 0 - bits : bits;
  std::string digits;
  switch (directive.verb) {
    case 'v':
    case 'd':
      digits = Radix(size, 10);
      break;
    case 'b':
      digits = Radix(size, 2);
      break;
    case 'o':
      digits = (directive.sharp ? "0" : "") + Radix(size, 8);
      break;
    case 'O':
      digits = "0o" + Radix(size, 8);
      break;
    case 'x':
      digits = (directive.sharp ? "0x" : "") + Radix(size, 16);
      break;
    case 'X':
      digits = (directive.sharp ? "0X" : "") + Upper(Radix(size, 16));
      break;
    case 'c':
      AppendUtf8(value, digits);
      return Pad(directive, digits);
    case 'q': {
      std::string character;
      AppendUtf8(value, character);
      return Pad(directive, "'" + character + "'");
    }
    case 'U':
      return Pad(directive, absl::StrFormat("U+%04X", bits));
    default:
      return std::nullopt;
  }
  if (directive.precision) {
    const auto least = static_cast<std::size_t>(*directive.precision);
    if (digits.size() < least) digits.insert(0, least - digits.size(), '0');
  }
  return Pad(directive, WithSign(directive, negative, std::move(digits)));
}

std::optional<std::string> FormatFloating(const Directive& directive,
                                          double value) {
  const char verb = directive.verb;
  if (std::string_view("veEfFgG").find(verb) == std::string_view::npos) {
    return std::nullopt;
  }
  const bool negative = std::signbit(value) && !std::isnan(value);
  Directive padding = directive;
  std::string digits;
  if (std::isnan(value) || std::isinf(value)) {
    padding.zero = false;
    if (std::isinf(value) && !negative) padding.plus = true;
    digits = std::isnan(value) ? "NaN" : "Inf";
  } else if ((verb == 'v' || verb == 'g' || verb == 'G') &&
             !directive.precision) {
    digits = FormatFloat(std::abs(value));
    if (verb == 'G') digits = Upper(digits);
  } else {
    const int precision = directive.precision.value_or(6);
    const double size = std::abs(value);
    switch (verb) {
      case 'e':
        digits = absl::StrFormat("%.*e", precision, size);
        break;
      case 'E':
        digits = absl::StrFormat("%.*E", precision, size);
        break;
      case 'f':
      case 'F':
        digits = absl::StrFormat("%.*f", precision, size);
        break;
      case 'G':
        digits = absl::StrFormat("%.*G", precision, size);
        break;
      default:
        digits = absl::StrFormat("%.*g", precision, size);
    }
  }
  return Pad(padding, WithSign(padding, negative, std::move(digits)));
}

std::string Hexadecimal(std::string_view text, const Directive& directive) {
  std::string digits;
  for (const char byte : text) {
    if (directive.space && !digits.empty()) digits += ' ';
    digits += absl::StrFormat("%02x", static_cast<unsigned char>(byte));
  }
  return directive.verb == 'X' ? Upper(digits) : digits;
}

std::optional<std::string> FormatText(const Directive& directive,
                                      std::string_view text) {
  if (directive.precision && directive.verb != 'x' && directive.verb != 'X') {
    std::size_t end = 0;
    for (int runes = 0; end < text.size(); ++end) {
      const bool begins =
          (static_cast<unsigned char>(text[end]) & 0xc0U) != 0x80U;
      if (begins && runes++ == *directive.precision) break;
    }
    text = text.substr(0, end);
  }
  switch (directive.verb) {
    case 'v':
      if (directive.sharp) return Pad(directive, base::Quote(text));
      [[fallthrough]];
    case 's':
      return Pad(directive, std::string(text));
    case 'q':
      if (directive.sharp && text.find('`') == std::string_view::npos) {
        return Pad(directive, "`" + std::string(text) + "`");
      }
      return Pad(directive, base::Quote(text));
    case 'x':
    case 'X':
      return Pad(directive, Hexadecimal(text, directive));
    default:
      return std::nullopt;
  }
}

std::string Format(const Directive& directive, const Value& value);

// A map's or list's elements are each formatted.
std::optional<std::string> FormatContainer(const Directive& directive,
                                           const Value& value) {
  std::string text = "map[";
  const auto add = [&](const std::string& name, const Value& element) {
    if (text.size() > 4) text += " ";
    Directive plain = directive;
    text += Format(plain, Value{name}) + ":" + Format(plain, element);
  };
  if (const LabelMapPtr* labels = value.As<LabelMapPtr>()) {
    for (const auto& [name, label] : **labels) add(name, Value{label});
    return text + "]";
  }
  if (const ValueMapPtr* values = value.As<ValueMapPtr>()) {
    for (const auto& [name, element] : **values) add(name, element);
    return text + "]";
  }
  return std::nullopt;
}

std::string BadVerb(const Directive& directive, const Value& value) {
  const std::string verb(1, directive.verb);
  if (value.missing()) return "%!" + verb + "(<nil>)";
  return "%!" + verb + "(" + TypeName(value) + "=" + ToString(value) + ")";
}

std::string Format(const Directive& directive, const Value& value) {
  if (directive.verb == 'T') return Pad(directive, TypeName(value));
  if (value.missing()) {
    return directive.verb == 'v' ? Pad(directive, "<nil>")
                                 : BadVerb(directive, value);
  }
  std::optional<std::string> text;
  if (const bool* truth = value.As<bool>()) {
    if (directive.verb == 't' || directive.verb == 'v') {
      text = Pad(directive, *truth ? "true" : "false");
    }
  } else if (const auto* integer = value.As<std::int64_t>()) {
    text = FormatInteger(directive, *integer);
  } else if (const Byte* byte = value.As<Byte>()) {
    text = FormatInteger(directive, byte->value);
  } else if (const double* number = value.As<double>()) {
    text = FormatFloating(directive, *number);
  } else if (value.As<LabelMapPtr>() != nullptr ||
             value.As<ValueMapPtr>() != nullptr) {
    text = FormatContainer(directive, value);
  } else {
    // Strings, and what has a String() method.
    text = FormatText(directive, ToString(value));
  }
  return text ? *text : BadVerb(directive, value);
}

// Walks over a format; `arguments` are consumed in order or by [n].
class Formatter {
 public:
  Formatter(std::string_view format, const Arguments& arguments)
      : format_(format), arguments_(arguments) {}

  std::string Run() {
    while (at_ < format_.size() && out_.size() <= TemplateLimits().output) {
      const std::size_t percent = format_.find('%', at_);
      out_ += format_.substr(at_, percent - at_);
      if (percent == std::string_view::npos) break;
      at_ = percent + 1;
      OneDirective();
    }
    if (!reordered_ && next_ < arguments_.size()) AppendExtra();
    return std::move(out_);
  }

 private:
  void Flags(Directive& directive) {
    for (; at_ < format_.size(); ++at_) {
      switch (format_[at_]) {
        case '-':
          directive.minus = true;
          directive.zero = false;
          break;
        case '+':
          directive.plus = true;
          break;
        case '#':
          directive.sharp = true;
          break;
        case ' ':
          directive.space = true;
          break;
        case '0':
          directive.zero = !directive.minus;
          break;
        default:
          return;
      }
    }
  }

  // [n]: which argument comes next.
  void ArgumentIndex() {
    if (at_ >= format_.size() || format_[at_] != '[') return;
    reordered_ = true;
    const std::size_t close = format_.find(']', at_);
    std::size_t index = 0;
    if (close != std::string_view::npos) {
      const char* begin = format_.data() + at_ + 1;
      const char* end = format_.data() + close;
      const auto parsed = std::from_chars(begin, end, index);
      if (parsed.ptr != end) index = 0;
    }
    at_ = close == std::string_view::npos ? at_ + 1 : close + 1;
    bad_index_ = index == 0 || index > arguments_.size();
    if (!bad_index_) next_ = index - 1;
  }

  std::optional<int> NumberOrStar(std::string_view bad) {
    ArgumentIndex();
    if (at_ < format_.size() && format_[at_] == '*') {
      ++at_;
      const auto* value = next_ < arguments_.size()
                              ? arguments_[next_++].As<std::int64_t>()
                              : nullptr;
      if (value != nullptr && std::abs(*value) <= kMaxWidth) {
        return static_cast<int>(*value);
      }
      out_ += bad;
      return std::nullopt;
    }
    int number = 0;
    const char* begin = format_.data() + at_;
    const auto parsed =
        std::from_chars(begin, format_.data() + format_.size(), number);
    if (parsed.ptr == begin) return std::nullopt;
    at_ += static_cast<std::size_t>(parsed.ptr - begin);
    if (parsed.ec != std::errc() || number > kMaxWidth) return std::nullopt;
    return number;
  }

  void OneDirective() {
    Directive directive;
    bad_index_ = false;
    Flags(directive);
    if (at_ < format_.size() && format_[at_] != '.') {
      directive.width = NumberOrStar("%!(BADWIDTH)");
      if (directive.width && *directive.width < 0) {
        directive.minus = true;
        directive.zero = false;
        directive.width = -*directive.width;
      }
    }
    if (at_ < format_.size() && format_[at_] == '.') {
      ++at_;
      directive.precision = NumberOrStar("%!(BADPREC)");
      if (!directive.precision) directive.precision = 0;
      if (*directive.precision < 0) directive.precision.reset();
    }
    ArgumentIndex();
    if (at_ >= format_.size()) {
      out_ += "%!(NOVERB)";
      return;
    }
    const std::string verb = TakeVerb();
    if (verb == "%") {
      out_ += "%";
    } else if (bad_index_) {
      out_ += "%!" + verb + "(BADINDEX)";
    } else if (next_ >= arguments_.size()) {
      out_ += "%!" + verb + "(MISSING)";
    } else {
      directive.verb = verb.size() == 1 ? verb.front() : '?';
      out_ += Format(directive, arguments_[next_++]);
    }
  }

  // One character, of any length.
  std::string TakeVerb() {
    const std::size_t begin = at_++;
    while (at_ < format_.size() &&
           (static_cast<unsigned char>(format_[at_]) & 0xc0U) == 0x80U) {
      ++at_;
    }
    return std::string(format_.substr(begin, at_ - begin));
  }

  void AppendExtra() {
    out_ += "%!(EXTRA ";
    for (std::size_t i = next_; i < arguments_.size(); ++i) {
      if (i > next_) out_ += ", ";
      out_ += arguments_[i].missing()
                  ? "<nil>"
                  : TypeName(arguments_[i]) + "=" + ToString(arguments_[i]);
    }
    out_ += ")";
  }

  std::string_view format_;
  const Arguments& arguments_;
  std::size_t at_ = 0;
  std::size_t next_ = 0;
  bool reordered_ = false;
  bool bad_index_ = false;
  std::string out_;
};

}  // namespace

absl::StatusOr<Value> Printf(const TemplateContext&,
                             const Arguments& arguments) {
  const Arguments rest(arguments.begin() + 1, arguments.end());
  return Value{Formatter(*arguments.front().As<std::string>(), rest).Run()};
}

}  // namespace alerts::text_template
