#include <cassert>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "absl/strings/str_format.h"
#include "base/json.h"
#include "base/utf8.h"

namespace base {

JsonWriter::JsonWriter(std::string* out, int indent)
    : out_(out), indent_(indent) {}

void JsonWriter::NewLine() {
  if (indent_ == 0) return;
  *out_ += '\n';
  out_->append(has_values_.size() * static_cast<std::size_t>(indent_), ' ');
}

// What stands between the value before and this one.
void JsonWriter::Separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (has_values_.empty()) return;
  if (has_values_.back()) *out_ += ',';
  has_values_.back() = true;
  NewLine();
}

JsonWriter& JsonWriter::Open(char bracket) {
  Separate();
  *out_ += bracket;
  has_values_.push_back(false);
  return *this;
}

JsonWriter& JsonWriter::Close(char bracket) {
  assert(!has_values_.empty() && !after_key_);
  const bool had_values = has_values_.back();
  has_values_.pop_back();
  if (had_values) NewLine();
  *out_ += bracket;
  return *this;
}

JsonWriter& JsonWriter::BeginObject() { return Open('{'); }
JsonWriter& JsonWriter::EndObject() { return Close('}'); }
JsonWriter& JsonWriter::BeginArray() { return Open('['); }
JsonWriter& JsonWriter::EndArray() { return Close(']'); }

JsonWriter& JsonWriter::Key(std::string_view name) {
  String(name);
  *out_ += indent_ == 0 ? ":" : ": ";
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::String(std::string_view value) {
  Separate();
  *out_ += JsonQuote(value);
  return *this;
}

JsonWriter& JsonWriter::Number(double value) {
  if (std::isnan(value)) return String("NaN");
  if (std::isinf(value)) return String(value > 0 ? "+Inf" : "-Inf");
  Separate();
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  out_->append(text, end);
  return *this;
}

JsonWriter& JsonWriter::Integer(std::int64_t value) {
  Separate();
  absl::StrAppendFormat(out_, "%d", value);
  return *this;
}

JsonWriter& JsonWriter::Bool(bool value) {
  Separate();
  *out_ += value ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::Null() {
  Separate();
  *out_ += "null";
  return *this;
}

std::string JsonQuote(std::string_view text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    const std::size_t length = DecodeUtf8(text.substr(i));
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      ++i;
      continue;
    }
    if (length > 1) {
      out += text.substr(i, length);
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppendFormat(&out, "\\u%04x", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
    i += length;
  }
  out += '"';
  return out;
}

}  // namespace base
