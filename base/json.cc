#include "base/json.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/utf8.h"

namespace base {
namespace {

using Value = nlohmann::json;

// Builds the tree. nlohmann's parser tells values but not where they stand;
// this walks the text along: between two tokens are only blanks, commas and
// colons.
class TreeBuilder : public nlohmann::json_sax<Value> {
 public:
  TreeBuilder(std::string_view text, std::size_t offset,
              Diagnostics& diagnostics, const JsonLimits& limits)
      : text_(text),
        offset_(offset),
        diagnostics_(diagnostics),
        limits_(limits) {}

  std::optional<Json> Result() {
    if (!failed_) return std::move(root_);
    return std::nullopt;
  }

  bool null() override { return Literal(JsonKind::kNull, 4); }
  bool boolean(bool value) override {
    Json* json = Add(JsonKind::kBool);
    json->boolean = value;
    return Finish(*json, at_ + (value ? 4 : 5));
  }
  bool number_integer(number_integer_t value) override {
    return Number(static_cast<double>(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return Number(static_cast<double>(value));
  }
  bool number_float(number_float_t value, const string_t&) override {
    return Number(value);
  }
  bool string(string_t& value) override {
    Json* json = Add(JsonKind::kString);
    json->text = std::move(value);
    return Finish(*json, StringEnd());
  }
  bool binary(binary_t&) override { return false; }

  bool start_object(std::size_t) override { return Open(JsonKind::kObject); }
  bool start_array(std::size_t) override { return Open(JsonKind::kArray); }
  bool end_object() override {
    names_.pop_back();
    return Close();
  }
  bool end_array() override { return Close(); }

  bool key(string_t& value) override {
    Skip();
    JsonMember member;
    const std::size_t end = StringEnd();
    member.name_span = {offset_ + at_, offset_ + end};
    at_ = end;
    if (!names_.back().insert(value).second) {
      // Reported, and read on: one run shows every mistake.
      diagnostics_.Error(
          "json-duplicate-key", member.name_span,
          absl::StrFormat("%s is given twice", JsonQuote(value)));
      failed_ = true;
    }
    member.name = std::move(value);
    open_.back()->members.push_back(std::move(member));
    return true;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const Value::exception& error) override {
    const std::size_t at =
        std::min(position == 0 ? 0 : position - 1, text_.size());
    diagnostics_.Error("json-syntax", {offset_ + at, offset_ + at},
                       Sentence(error.what()));
    failed_ = true;
    return false;
  }

 private:
  // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax
  // error while parsing value - unexpected ...; last read: '...'" without what
  // the span already tells.
  static std::string Sentence(std::string_view what) {
    if (const auto end = what.find("] "); end != what.npos) {
      what.remove_prefix(end + 2);
    }
    if (what.starts_with("parse error")) {
      if (const auto end = what.find(": "); end != what.npos) {
        what.remove_prefix(end + 2);
      }
    }
    std::string sentence(what);
    if (const auto last = sentence.find("; last read: '");
        last != sentence.npos) {
      const std::size_t end = sentence.find('\'', last + 14);
      if (end != sentence.npos) sentence.erase(last, end + 1 - last);
    }
    return sentence;
  }

  void Skip() {
    while (at_ < text_.size() &&
           std::string_view(" \t\r\n,:").find(text_[at_]) !=
               std::string_view::npos) {
      ++at_;
    }
  }

  // Behind the string that begins here.
  std::size_t StringEnd() const {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != '"') {
      end += text_[end] == '\\' ? 2 : 1;
    }
    return std::min(end + 1, text_.size());
  }

  // A new value, which begins behind the blanks.
  Json* Add(JsonKind kind) {
    Skip();
    Json* json = &root_;
    if (!open_.empty()) {
      Json* parent = open_.back();
      json = parent->is(JsonKind::kArray) ? &parent->elements.emplace_back()
                                          : &parent->members.back().value;
    }
    json->kind = kind;
    json->span.begin = offset_ + at_;
    return json;
  }

  bool Finish(Json& json, std::size_t end) {
    at_ = end;
    json.span.end = offset_ + end;
    return true;
  }

  bool Literal(JsonKind kind, std::size_t length) {
    Json* json = Add(kind);
    return Finish(*json, at_ + length);
  }

  bool Number(double value) {
    Json* json = Add(JsonKind::kNumber);
    const std::size_t end =
        std::min(text_.find_first_not_of("+-.0123456789eE", at_), text_.size());
    json->number = value;
    json->text = text_.substr(at_, end - at_);
    return Finish(*json, end);
  }

  // Parents stay where they are while their children are read: a value is
  // added to the innermost open one only.
  bool Open(JsonKind kind) {
    Json* json = Add(kind);
    if (open_.size() >= limits_.depth) {
      diagnostics_.Error(
          "json-depth", {json->span.begin, json->span.begin + 1},
          absl::StrFormat("nested more than %d deep", limits_.depth));
      failed_ = true;
      return false;
    }
    open_.push_back(json);
    if (kind == JsonKind::kObject) names_.emplace_back();
    ++at_;
    return true;
  }

  bool Close() {
    Skip();
    Json* json = open_.back();
    open_.pop_back();
    return Finish(*json, at_ + 1);
  }

  std::string_view text_;
  std::size_t offset_;
  Diagnostics& diagnostics_;
  JsonLimits limits_;
  std::size_t at_ = 0;
  Json root_;
  std::vector<Json*> open_;
  std::vector<std::set<std::string>> names_;  // Of each open object.
  bool failed_ = false;
};

}  // namespace

std::string_view JsonKindName(JsonKind kind) {
  switch (kind) {
    case JsonKind::kNull:
      return "null";
    case JsonKind::kBool:
      return "a boolean";
    case JsonKind::kNumber:
      return "a number";
    case JsonKind::kString:
      return "a string";
    case JsonKind::kArray:
      return "an array";
    case JsonKind::kObject:
      return "an object";
  }
  return "";
}

const Json* Json::Find(std::string_view name) const {
  const auto it = std::ranges::find(members, name, &JsonMember::name);
  return it == members.end() ? nullptr : &it->value;
}

std::string_view Json::TextOf(std::string_view name) const {
  const Json* member = Find(name);
  return member != nullptr && member->is(JsonKind::kString)
             ? std::string_view(member->text)
             : std::string_view();
}

std::optional<Json> ReadJson(const Source& source, Diagnostics& diagnostics,
                             const JsonLimits& limits) {
  return ReadJson(source, {0, source.text().size()}, diagnostics, limits);
}

std::optional<Json> ReadJson(const Source& source, Span part,
                             Diagnostics& diagnostics,
                             const JsonLimits& limits) {
  std::string_view text =
      source.text().substr(part.begin, part.end - part.begin);
  std::size_t offset = part.begin;
  if (text.starts_with(kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
    offset += kByteOrderMark.size();
  }
  // The library would skip one more.
  if (text.starts_with(kByteOrderMark)) {
    diagnostics.Error("json-syntax", {offset, offset + kByteOrderMark.size()},
                      "a second byte order mark");
    return std::nullopt;
  }
  TreeBuilder builder(text, offset, diagnostics, limits);
  Value::sax_parse(text.begin(), text.end(), &builder);
  std::optional<Json> result = builder.Result();
  // The library takes one for the end and what follows for nothing.
  const std::size_t nul = text.find('\0');
  if (result && nul != text.npos) {
    diagnostics.Error("json-syntax", {offset + nul, offset + nul + 1},
                      "a NUL byte is no part of JSON");
    return std::nullopt;
  }
  return result;
}

}  // namespace base
