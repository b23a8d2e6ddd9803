// Comparison, index, len and slice (Go's text/template/funcs.go).

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "alerts/templates/functions.h"

namespace alerts::text_template {
namespace {

absl::Status Error(std::string_view message) {
  return absl::InvalidArgumentError(
      absl::string_view(message.data(), message.size()));
}

// Go compares only values of the same basic kind.
enum class BasicKind {
  kInvalid,
  kBool,
  kInteger,
  kFloat,
  kComplex,
  kString,
  kOther
};

BasicKind KindOf(const Value& value) {
  if (value.missing()) return BasicKind::kInvalid;
  if (value.As<bool>() != nullptr) return BasicKind::kBool;
  const GoDuration* duration = value.As<GoDuration>();
  if (value.As<std::int64_t>() != nullptr || value.As<Byte>() != nullptr ||
      value.As<GoMonth>() != nullptr || value.As<GoWeekday>() != nullptr ||
      (duration != nullptr && !duration->pointer)) {
    return BasicKind::kInteger;
  }
  if (value.As<double>() != nullptr) return BasicKind::kFloat;
  if (value.As<Complex>() != nullptr) return BasicKind::kComplex;
  if (value.As<std::string>() != nullptr || value.As<SafeHtml>() != nullptr) {
    return BasicKind::kString;
  }
  return BasicKind::kOther;
}

std::int64_t IntegerOf(const Value& value) {
  if (const Byte* byte = value.As<Byte>()) return byte->value;
  if (const GoMonth* month = value.As<GoMonth>()) return month->number;
  if (const GoWeekday* day = value.As<GoWeekday>()) return day->number;
  if (const GoDuration* duration = value.As<GoDuration>()) {
    return duration->nanoseconds;
  }
  return *value.As<std::int64_t>();
}

std::string_view TextOf(const Value& value) {
  if (const SafeHtml* html = value.As<SafeHtml>()) return html->text;
  return *value.As<std::string>();
}

bool SameBasic(const Value& a, const Value& b, BasicKind kind) {
  switch (kind) {
    case BasicKind::kBool:
      return *a.As<bool>() == *b.As<bool>();
    case BasicKind::kInteger:
      return IntegerOf(a) == IntegerOf(b);
    case BasicKind::kFloat:
      return *a.As<double>() == *b.As<double>();
    case BasicKind::kComplex:
      return *a.As<Complex>() == *b.As<Complex>();
    case BasicKind::kString:
      return TextOf(a) == TextOf(b);
    default:
      return a.missing() && b.missing();
  }
}

// Go's reflect.Kind of what has no basic kind.
enum class Shape { kMap, kSlice, kStruct, kPointer };

Shape ShapeOf(const Value& value) {
  if (value.As<LabelMapPtr>() != nullptr ||
      value.As<ValueMapPtr>() != nullptr) {
    return Shape::kMap;
  }
  if (value.As<SampleList>() != nullptr) return Shape::kSlice;
  const GoTime* time = value.As<GoTime>();
  const bool is_struct =
      value.As<RootPtr>() != nullptr || (time != nullptr && !time->pointer);
  return is_struct ? Shape::kStruct : Shape::kPointer;
}

absl::StatusOr<bool> AreEqual(const Value& a, const Value& b) {
  const BasicKind kind = KindOf(a);
  if (kind != KindOf(b)) {
    if (!a.missing() && !b.missing()) {
      return Error("incompatible types for comparison");
    }
    return false;
  }
  if (kind != BasicKind::kOther) return SameBasic(a, b, kind);
  const Shape shape = ShapeOf(a);
  if (shape != ShapeOf(b)) {
    return Error("non-comparable types " + AsText(a) + ": " + TypeName(a) +
                 ", " + TypeName(b) + ": " + ToString(b));
  }
  const GoTime* time = b.As<GoTime>();
  if (shape == Shape::kStruct && time != nullptr) {
    return a.As<GoTime>() != nullptr && Compare(*a.As<GoTime>(), *time) == 0;
  }
  if (shape != Shape::kPointer) {
    return Error("non-comparable type " + AsText(b) + ": " + TypeName(b));
  }
  // Pointers: the same object.
  const SamplePtr* left = a.As<SamplePtr>();
  const SamplePtr* right = b.As<SamplePtr>();
  return left != nullptr && right != nullptr && *left == *right;
}

absl::StatusOr<bool> IsLess(const Value& a, const Value& b) {
  const BasicKind kind = KindOf(a);
  const auto comparable = [](BasicKind k) {
    return k != BasicKind::kInvalid && k != BasicKind::kOther;
  };
  if (!comparable(kind) || !comparable(KindOf(b))) {
    return Error("invalid type for comparison");
  }
  if (kind != KindOf(b)) return Error("incompatible types for comparison");
  switch (kind) {
    case BasicKind::kInteger:
      return IntegerOf(a) < IntegerOf(b);
    case BasicKind::kFloat:
      return *a.As<double>() < *b.As<double>();
    case BasicKind::kString:
      return TextOf(a) < TextOf(b);
    default:
      return Error("invalid type for comparison");
  }
}

// A place in, or the end of, something of `size` elements.
absl::StatusOr<std::size_t> Position(const Value& index, std::size_t size) {
  if (index.missing()) return Error("cannot index slice/array with nil");
  if (KindOf(index) != BasicKind::kInteger) {
    return Error("cannot index slice/array with type " + TypeName(index));
  }
  const std::int64_t at = IntegerOf(index);
  if (at < 0 || static_cast<std::size_t>(at) > size) {
    return Error(absl::StrFormat("index out of range: %d", at));
  }
  return static_cast<std::size_t>(at);
}

std::string PointedType(const Value& value) {
  const std::string name = TypeName(value);
  return name.starts_with("*") ? name.substr(1) : name;
}

absl::StatusOr<Value> IndexOnce(const Value& item, const Value& index) {
  if (item.missing()) return Error("index of untyped nil");
  const LabelMapPtr* labels = item.As<LabelMapPtr>();
  const ValueMapPtr* values = item.As<ValueMapPtr>();
  if (labels != nullptr || values != nullptr) {
    const std::string* key = index.As<std::string>();
    if (index.missing()) return Error("value is nil; should be of type string");
    if (key == nullptr) {
      return Error("value has type " + TypeName(index) + "; should be string");
    }
    if (labels != nullptr) {
      const auto found = (*labels)->find(*key);
      return Value{found == (*labels)->end() ? std::string() : found->second};
    }
    const auto found = (*values)->find(*key);
    return found == (*values)->end() ? Value{} : found->second;
  }
  if (KindOf(item) == BasicKind::kString) {
    const std::string_view text = TextOf(item);
    const auto at = Position(index, text.size());
    if (!at.ok()) return at.status();
    if (*at == text.size()) {
      return Error("reflect: string index out of range");
    }
    return Value{Byte{static_cast<std::uint8_t>(text[*at])}};
  }
  if (const SampleList* list = item.As<SampleList>()) {
    const auto at = Position(index, (*list)->size());
    if (!at.ok()) return at.status();
    if (*at == (*list)->size()) {
      return Error("reflect: slice index out of range");
    }
    return Value{(**list)[*at]};
  }
  return Error("can't index item of type " + PointedType(item));
}

absl::StatusOr<Value> Boolean(const absl::StatusOr<bool>& result,
                              bool negate = false) {
  if (!result.ok()) return result.status();
  return Value{*result != negate};
}

}  // namespace

absl::StatusOr<Value> Equal(const TemplateContext&,
                            const Arguments& arguments) {
  if (arguments.size() < 2) return Error("missing argument for comparison");
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const auto same = AreEqual(arguments.front(), arguments[i]);
    if (!same.ok() || *same) return Boolean(same);
  }
  return Value{false};
}

absl::StatusOr<Value> NotEqual(const TemplateContext&,
                               const Arguments& arguments) {
  return Boolean(AreEqual(arguments[0], arguments[1]), true);
}

absl::StatusOr<Value> Less(const TemplateContext&, const Arguments& arguments) {
  return Boolean(IsLess(arguments[0], arguments[1]));
}

absl::StatusOr<Value> LessOrEqual(const TemplateContext&,
                                  const Arguments& arguments) {
  const auto less = IsLess(arguments[0], arguments[1]);
  if (!less.ok() || *less) return Boolean(less);
  return Boolean(AreEqual(arguments[0], arguments[1]));
}

absl::StatusOr<Value> Greater(const TemplateContext& context,
                              const Arguments& arguments) {
  const auto less_or_equal = LessOrEqual(context, arguments);
  if (!less_or_equal.ok()) return less_or_equal;
  return Value{!*less_or_equal->As<bool>()};
}

absl::StatusOr<Value> GreaterOrEqual(const TemplateContext&,
                                     const Arguments& arguments) {
  return Boolean(IsLess(arguments[0], arguments[1]), true);
}

absl::StatusOr<Value> Index(const TemplateContext&,
                            const Arguments& arguments) {
  Value item = arguments.front();
  if (item.missing()) return Error("index of untyped nil");
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    auto element = IndexOnce(item, arguments[i]);
    if (!element.ok()) return element;
    item = *std::move(element);
  }
  return item;
}

absl::StatusOr<Value> Length(const TemplateContext&,
                             const Arguments& arguments) {
  const Value& item = arguments.front();
  std::optional<std::size_t> size;
  if (item.missing()) {
    return Error("reflect: call of reflect.Value.Type on zero Value");
  }
  if (KindOf(item) == BasicKind::kString) size = TextOf(item).size();
  if (const auto* labels = item.As<LabelMapPtr>()) size = (*labels)->size();
  if (const auto* values = item.As<ValueMapPtr>()) size = (*values)->size();
  if (const auto* list = item.As<SampleList>()) size = (*list)->size();
  if (!size) return Error("len of type " + PointedType(item));
  return Value{static_cast<std::int64_t>(*size)};
}

absl::StatusOr<Value> Slice(const TemplateContext&,
                            const Arguments& arguments) {
  const Value& item = arguments.front();
  if (item.missing()) return Error("slice of untyped nil");
  const bool is_text = KindOf(item) == BasicKind::kString;
  const SampleList* list = item.As<SampleList>();
  if (arguments.size() > 4) {
    return Error(
        absl::StrFormat("too many slice indexes: %d", arguments.size() - 1));
  }
  if (is_text && arguments.size() == 4) {
    return Error("cannot 3-index slice a string");
  }
  if (!is_text && list == nullptr) {
    return Error("can't slice item of type " + TypeName(item));
  }
  const std::size_t size = is_text ? TextOf(item).size() : (*list)->size();
  std::size_t bounds[3] = {0, size, size};
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const auto at = Position(arguments[i], size);
    if (!at.ok()) return at.status();
    bounds[i - 1] = *at;
  }
  if (bounds[0] > bounds[1]) {
    return Error(
        absl::StrFormat("invalid slice index: %d > %d", bounds[0], bounds[1]));
  }
  if (arguments.size() == 4 && bounds[1] > bounds[2]) {
    return Error(
        absl::StrFormat("invalid slice index: %d > %d", bounds[1], bounds[2]));
  }
  if (is_text) {
    std::string part(TextOf(item).substr(bounds[0], bounds[1] - bounds[0]));
    if (item.As<SafeHtml>() != nullptr) return Value{SafeHtml{std::move(part)}};
    return Value{std::move(part)};
  }
  const auto begin = (*list)->begin();
  return Value{SampleList(std::make_shared<const std::vector<SamplePtr>>(
      begin + static_cast<std::ptrdiff_t>(bounds[0]),
      begin + static_cast<std::ptrdiff_t>(bounds[1])))};
}

absl::StatusOr<Value> CallValue(const TemplateContext&,
                                const Arguments& arguments) {
  // No value of a rule's template is a function.
  const Value& callee = arguments.front();
  if (callee.missing()) return Error("call of nil");
  return Error("non-function of type " + TypeName(callee));
}

}  // namespace alerts::text_template
