// printf: Go's fmt.Sprintf (fmt/print.go).

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "alerts/templates/functions.h"
#include "alerts/templates/go_format.h"
#include "base/utf8.h"

namespace alerts::text_template {
namespace {

// What a width or precision may be, as in Go.
constexpr std::size_t kMostWidth = 1'000'000;

std::string Struct(
    const FormatFlags& flags, std::string_view type,
    const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string text = flags.sharp_v ? std::string(type) + "{" : "{";
  bool first = true;
  for (const auto& [name, value] : fields) {
    if (!first) text += flags.sharp_v ? ", " : " ";
    first = false;
    if (flags.plus_v || flags.sharp_v) text += name + ":";
    text += value;
  }
  return text + "}";
}

// Prints one argument. A Go value that holds others is printed with each of
// them under the same flags and verb.
class Argument {
 public:
  Argument(const FormatFlags& flags, std::string_view verb)
      : flags_(flags),
        verb_(verb),
        letter_(verb.size() == 1 ? verb.front() : '\0') {}

  std::string Print(const Value& value) const {
    if (value.missing()) {
      return letter_ == 'v' || letter_ == 'T' ? Padded(flags_, "<nil>")
                                              : BadVerb("<nil>");
    }
    if (letter_ == 'T') return FormatText(flags_, TypeName(value));
    // It is for errors alone.
    if (letter_ == 'w') {
      return BadVerb(TypeName(value), AsValue().PrintAny(value, true));
    }
    return PrintAny(value, /*outermost=*/true);
  }

 private:
  // Of a value that cannot be written with this verb: with %v in its place,
  // and without its String().
  std::string BadVerb(std::string_view shown) const {
    return absl::StrFormat("%%!%s(%s)", verb_, shown);
  }
  std::string BadVerb(std::string_view type, std::string shown) const {
    return BadVerb(std::string(type) + "=" + std::move(shown));
  }
  Argument AsValue() const {
    Argument argument(flags_, "v");
    argument.plainly_ = true;
    return argument;
  }

  bool Is(std::string_view verbs) const {
    return letter_ != '\0' && verbs.find(letter_) != std::string_view::npos;
  }

  std::string Integer(std::uint64_t bits, bool is_signed,
                      std::string_view type) const {
    switch (letter_) {
      case 'v':
        if (flags_.sharp_v && !is_signed) return Address(bits);
        [[fallthrough]];
      case 'd':
        return FormatInteger(flags_, bits, is_signed, 10, letter_);
      case 'b':
        return FormatInteger(flags_, bits, is_signed, 2, letter_);
      case 'o':
      case 'O':
        return FormatInteger(flags_, bits, is_signed, 8, letter_);
      case 'x':
      case 'X':
        return FormatInteger(flags_, bits, is_signed, 16, letter_);
      case 'c':
        return FormatCharacter(flags_, bits);
      case 'q':
        return FormatQuotedCharacter(flags_, bits);
      case 'U':
        return FormatCodePoint(flags_, bits);
      default:
        return BadVerb(type, AsValue().Integer(bits, is_signed, type));
    }
  }

  // 0x2a, whatever the flags but a width.
  std::string Address(std::uint64_t bits) const {
    FormatFlags flags = flags_;
    flags.sharp = true;
    return FormatInteger(flags, bits, false, 16, 'x');
  }

  std::string Boolean(bool truth) const {
    const std::string_view text = truth ? "true" : "false";
    if (Is("tv")) return Padded(flags_, std::string(text));
    return BadVerb("bool", AsValue().Boolean(truth));
  }

  std::string Floating(double value) const {
    if (letter_ == 'v') return FormatFloating(flags_, value, 'g', std::nullopt);
    if (Is("bgGxX")) {
      return FormatFloating(flags_, value, letter_, std::nullopt);
    }
    if (Is("eEfF")) {
      return FormatFloating(flags_, value, letter_ == 'F' ? 'f' : letter_, 6);
    }
    return BadVerb("float64", AsValue().Floating(value));
  }

  std::string ComplexNumber(const Complex& value) const {
    if (!Is("vbgGxXeEfF")) {
      return BadVerb("complex128", AsValue().ComplexNumber(value));
    }
    Argument imaginary = *this;
    imaginary.flags_.plus = true;
    return "(" + Floating(value.real()) + imaginary.Floating(value.imag()) +
           "i)";
  }

  std::string String(std::string_view text, std::string_view type) const {
    switch (letter_) {
      case 'v':
        if (flags_.sharp_v) return FormatQuotedText(flags_, text);
        [[fallthrough]];
      case 's':
        return FormatText(flags_, text);
      case 'q':
        return FormatQuotedText(flags_, text);
      case 'x':
      case 'X':
        return FormatBytes(flags_, text, letter_);
      default:
        return BadVerb(type, AsValue().String(text, type));
    }
  }

  // Whether the value's String() is what to print.
  bool BySpeech() const { return !plainly_ && Is("vsxXq") && !flags_.sharp_v; }

  // A pointer that leads nowhere.
  std::string NilPointer(std::string_view type) const {
    if (Is("bodxX")) return Integer(0, false, type);
    if (letter_ != 'v') return BadVerb(type, AsValue().NilPointer(type));
    if (flags_.sharp_v) return absl::StrFormat("(%s)(nil)", type);
    return Padded(flags_, "<nil>");
  }

  std::string Time(GoTime time) const {
    if (!plainly_ && flags_.sharp_v) return FormatText(flags_, SourceOf(time));
    if (BySpeech()) return String(ToString(time), "time.Time");
    const auto since =
        static_cast<std::uint64_t>(time.seconds + kSecondsTo1970);
    const auto rest = static_cast<std::uint64_t>(time.nanoseconds);
    const std::string text = Struct(flags_, "time.Time",
                                    {{"wall", Integer(rest, false, "uint64")},
                                     {"ext", Integer(since, true, "int64")},
                                     {"loc", NilPointer("*time.Location")}});
    return time.pointer ? "&" + text : text;
  }

  // A number that has a name.
  std::string Named(const std::string& name, std::int64_t number,
                    std::string_view type) const {
    if (BySpeech()) return String(name, type);
    return Integer(static_cast<std::uint64_t>(number), true, type);
  }

  std::string Map(const Value& value) const {
    const auto open = flags_.sharp_v ? TypeName(value) + "{" : "map[";
    std::string text = open;
    const auto add = [&](const std::string& key, const Value& element) {
      if (text.size() > open.size()) text += flags_.sharp_v ? ", " : " ";
      text += String(key, "string") + ":" + Element(element);
    };
    if (const LabelMapPtr* labels = value.As<LabelMapPtr>()) {
      for (const auto& [name, label] : **labels) add(name, Value{label});
    } else {
      for (const auto& [name, element] : **value.As<ValueMapPtr>()) {
        add(name, element);
      }
    }
    return text + (flags_.sharp_v ? "}" : "]");
  }

  // What a map or list holds; nothing at all is an interface that is nil.
  std::string Element(const Value& value) const {
    if (!value.missing()) return PrintAny(value, /*outermost=*/false);
    return flags_.sharp_v ? "interface {}(nil)" : "<nil>";
  }

  std::string Samples(const std::vector<SamplePtr>& samples) const {
    std::string text = flags_.sharp_v ? "template.queryResult{" : "[";
    for (const SamplePtr& sample : samples) {
      if (&sample != &samples.front()) text += flags_.sharp_v ? ", " : " ";
      // Go prints addresses here; the samples say more.
      text += SampleText(*sample);
    }
    return text + (flags_.sharp_v ? "}" : "]");
  }

  std::string SampleText(const Sample& sample) const {
    return Struct(flags_, "template.sample",
                  {{"Labels", Map(Value{sample.labels})},
                   {"Value", sample.histogram ? Histogram(sample.histogram)
                                              : Floating(sample.value)}});
  }

  std::string Histogram(const base::HistogramPtr& histogram) const {
    const std::string text = base::ToString(*histogram);
    if (Is("vsxXq")) return String(text, "*histogram.FloatHistogram");
    return BadVerb("*histogram.FloatHistogram", text);
  }

  std::string RootText(const Value& value) const {
    const Root& root = **value.As<RootPtr>();
    return Struct(flags_, TypeName(value),
                  {{"Labels", Map(Value{root.labels})},
                   {"ExternalLabels", Map(Value{root.external_labels})},
                   {"ExternalURL", String(root.external_url, "string")},
                   {"Value", root.histogram ? Histogram(root.histogram)
                                            : Floating(root.value)}});
  }

  // What Go's fmt knows without looking into it; nothing for the rest.
  std::optional<std::string> Basic(const Value& value) const {
    if (const bool* truth = value.As<bool>()) return Boolean(*truth);
    if (const auto* integer = value.As<std::int64_t>()) {
      return Integer(static_cast<std::uint64_t>(*integer), true, "int");
    }
    if (const Byte* byte = value.As<Byte>()) {
      return Integer(byte->value, false, "uint8");
    }
    if (const double* number = value.As<double>()) return Floating(*number);
    if (const auto* number = value.As<Complex>()) return ComplexNumber(*number);
    if (const auto* text = value.As<std::string>()) {
      return String(*text, "string");
    }
    if (const auto* html = value.As<SafeHtml>()) {
      return String(html->text, "template.HTML");
    }
    return std::nullopt;
  }

  // Values of package time.
  std::optional<std::string> OfTime(const Value& value) const {
    if (const GoTime* time = value.As<GoTime>()) return Time(*time);
    if (const GoDuration* duration = value.As<GoDuration>()) {
      return Named(ToString(*duration), duration->nanoseconds, "time.Duration");
    }
    if (const GoMonth* month = value.As<GoMonth>()) {
      return Named(ToString(*month), month->number, "time.Month");
    }
    if (const GoWeekday* day = value.As<GoWeekday>()) {
      return Named(ToString(*day), day->number, "time.Weekday");
    }
    if (value.As<GoLocation>() != nullptr) {
      return String("UTC", "*time.Location");
    }
    return std::nullopt;
  }

  std::string PrintAny(const Value& value, bool outermost) const {
    if (auto basic = Basic(value)) return *std::move(basic);
    if (auto of_time = OfTime(value)) return *std::move(of_time);
    if (const auto* histogram = value.As<base::HistogramPtr>()) {
      return Histogram(*histogram);
    }
    if (const SamplePtr* sample = value.As<SamplePtr>()) {
      return (outermost ? "&" : "") + SampleText(**sample);
    }
    if (const SampleList* list = value.As<SampleList>()) return Samples(**list);
    if (value.As<RootPtr>() != nullptr) return RootText(value);
    return Map(value);
  }

  FormatFlags flags_;
  std::string_view verb_;  // As written; one character.
  char letter_;            // The verb, when it is a letter of ASCII.
  bool plainly_ = false;   // Without String().
};

// Walks over a format; arguments are taken in order, or by [n].
class Formatter {
 public:
  Formatter(std::string_view format, const Arguments& arguments)
      : format_(format), arguments_(arguments) {}

  std::string Run() {
    while (at_ < format_.size() && out_.size() <= TemplateLimits().output) {
      const std::size_t percent =
          std::min(format_.find('%', at_), format_.size());
      out_ += format_.substr(at_, percent - at_);
      at_ = percent;
      if (at_ < format_.size()) OneDirective();
    }
    if (!reordered_ && next_ < arguments_.size()) AppendExtra();
    return std::move(out_);
  }

 private:
  bool At(char c) const { return at_ < format_.size() && format_[at_] == c; }

  void Flags(FormatFlags& flags) {
    for (; at_ < format_.size(); ++at_) {
      switch (format_[at_]) {
        case '-':
          flags.minus = true;
          break;
        case '+':
          flags.plus = true;
          break;
        case '#':
          flags.sharp = true;
          break;
        case ' ':
          flags.space = true;
          break;
        case '0':
          flags.zero = true;
          break;
        default:
          return;
      }
    }
  }

  // Digits from `at_` up to `end`. More than can be are none, and end there.
  std::optional<std::size_t> Number(std::size_t end) {
    std::optional<std::size_t> number;
    for (; at_ < end && format_[at_] >= '0' && format_[at_] <= '9'; ++at_) {
      if (number.value_or(0) > kMostWidth) {
        at_ = end;
        return std::nullopt;
      }
      number = number.value_or(0) * 10 +
               static_cast<std::size_t>(format_[at_] - '0');
    }
    return number;
  }

  // [n]: which argument comes next. Whether one was said.
  bool ArgumentIndex() {
    if (!At('[')) return false;
    reordered_ = true;
    const std::size_t close = format_.find(']', at_);
    if (close == std::string_view::npos || format_.size() - at_ < 3) {
      good_index_ = false;
      ++at_;
      return false;
    }
    ++at_;
    const auto number = Number(close);
    const bool said = number && at_ == close;
    at_ = close + 1;
    if (said && *number >= 1 && *number <= arguments_.size()) {
      next_ = *number - 1;
    } else {
      good_index_ = false;
    }
    return said;
  }

  // "*": the number that the next argument is.
  std::optional<std::int64_t> NumberOfArgument() {
    ++at_;
    if (next_ >= arguments_.size()) return std::nullopt;
    const Value& value = arguments_[next_++];
    std::optional<std::int64_t> number;
    if (const auto* integer = value.As<std::int64_t>()) number = *integer;
    if (const Byte* byte = value.As<Byte>()) number = byte->value;
    if (const GoMonth* month = value.As<GoMonth>()) number = month->number;
    if (const GoWeekday* day = value.As<GoWeekday>()) number = day->number;
    const auto* duration = value.As<GoDuration>();
    if (duration != nullptr && !duration->pointer) {
      number = duration->nanoseconds;
    }
    constexpr auto kBound = static_cast<std::int64_t>(kMostWidth);
    if (number && (*number > kBound || *number < -kBound)) return std::nullopt;
    return number;
  }

  // Whether an index of an argument stands right before where it ends.
  bool Width(FormatFlags& flags, bool after_index) {
    if (!At('*')) {
      flags.width = Number(format_.size());
      if (after_index && flags.width) good_index_ = false;
      return after_index;
    }
    const auto width = NumberOfArgument();
    if (!width) out_ += "%!(BADWIDTH)";
    if (width && *width < 0) flags.minus = true;
    if (width) {
      flags.width = static_cast<std::size_t>(*width < 0 ? -*width : *width);
    }
    return false;
  }

  // The same, behind the point.
  bool Precision(FormatFlags& flags, bool after_index) {
    ++at_;
    if (after_index) good_index_ = false;
    after_index = ArgumentIndex();
    if (!At('*')) {
      flags.precision = Number(format_.size()).value_or(0);
      return after_index;
    }
    const auto precision = NumberOfArgument();
    if (precision && *precision >= 0) {
      flags.precision = static_cast<std::size_t>(*precision);
    } else {
      out_ += "%!(BADPREC)";
    }
    return false;
  }

  void OneDirective() {
    ++at_;
    FormatFlags flags;
    good_index_ = true;
    Flags(flags);
    bool after_index = ArgumentIndex();
    after_index = Width(flags, after_index);
    if (At('.')) after_index = Precision(flags, after_index);
    if (!after_index) ArgumentIndex();
    if (at_ >= format_.size()) {
      out_ += "%!(NOVERB)";
      return;
    }
    const std::string verb = TakeVerb();
    if (verb == "%") {
      out_ += "%";
    } else if (!good_index_) {
      out_ += "%!" + verb + "(BADINDEX)";
    } else if (next_ >= arguments_.size()) {
      out_ += "%!" + verb + "(MISSING)";
    } else {
      if (verb == "v" || verb == "w") {
        flags.sharp_v = std::exchange(flags.sharp, false);
        flags.plus_v = std::exchange(flags.plus, false);
      }
      out_ += Argument(flags, verb).Print(arguments_[next_++]);
    }
  }

  // One character, of any length.
  std::string TakeVerb() {
    const std::size_t length =
        std::max<std::size_t>(base::DecodeUtf8(format_.substr(at_)), 1);
    at_ += length;
    return std::string(format_.substr(at_ - length, length));
  }

  void AppendExtra() {
    out_ += "%!(EXTRA ";
    for (std::size_t i = next_; i < arguments_.size(); ++i) {
      if (i > next_) out_ += ", ";
      const Value& value = arguments_[i];
      out_ += value.missing() ? "<nil>"
                              : TypeName(value) + "=" + ToArgumentString(value);
    }
    out_ += ")";
  }

  std::string_view format_;
  const Arguments& arguments_;
  std::size_t at_ = 0;
  std::size_t next_ = 0;
  bool reordered_ = false;
  bool good_index_ = true;
  std::string out_;
};

}  // namespace

std::string AsText(const Value& value) {
  return Argument(FormatFlags(), "s").Print(value);
}

absl::StatusOr<Value> Printf(const TemplateContext&,
                             const Arguments& arguments) {
  const Arguments rest(arguments.begin() + 1, arguments.end());
  return Value{Formatter(*arguments.front().As<std::string>(), rest).Run()};
}

}  // namespace alerts::text_template
