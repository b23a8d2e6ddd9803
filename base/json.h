// JSON with the place of every value, and a writer.

#ifndef BASE_JSON_H_
#define BASE_JSON_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/source.h"

namespace base {

enum class JsonKind { kNull, kBool, kNumber, kString, kArray, kObject };

// "null", "a boolean", "a number", "a string", "an array", "an object".
std::string_view JsonKindName(JsonKind kind);

struct JsonMember;

// A value of a document, a tree of them.
struct Json {
  JsonKind kind = JsonKind::kNull;
  bool boolean = false;
  double number = 0;
  std::string text;  // A string's content; a number as it was written.
  std::vector<Json> elements;
  std::vector<JsonMember> members;  // In the order of the text.
  Span span;                        // With the quotes or brackets.

  bool is(JsonKind k) const { return kind == k; }
  // The member of this name; nullptr when there is none, or this is no object.
  const Json* Find(std::string_view name) const;
  // The content of a string member; empty when it is missing or no string.
  std::string_view TextOf(std::string_view name) const;
};

struct JsonMember {
  std::string name;
  Span name_span;
  Json value;
};

struct JsonLimits {
  std::size_t depth = 200;
};

// Reads RFC 8259 JSON: the whole text, or the bytes `part` of it; spans count
// from the begin of the source either way. Nothing when the text is no JSON,
// nests too deeply or names a member twice; the diagnostics (codes json-syntax,
// json-depth, json-duplicate-key) then say where.
std::optional<Json> ReadJson(const Source& source, Diagnostics& diagnostics,
                             const JsonLimits& limits = {});
std::optional<Json> ReadJson(const Source& source, Span part,
                             Diagnostics& diagnostics,
                             const JsonLimits& limits = {});

// Appends one JSON document to a string. Calls must nest as JSON does; in an
// object each value follows its Key.
//
//   std::string out;
//   JsonWriter json(&out);
//   json.BeginObject().Key("status").String("success").EndObject();
class JsonWriter {
 public:
  // `indent` 0 writes one line, otherwise that many spaces a level.
  explicit JsonWriter(std::string* out, int indent = 0);

  JsonWriter& BeginObject();
  JsonWriter& EndObject();
  JsonWriter& BeginArray();
  JsonWriter& EndArray();
  JsonWriter& Key(std::string_view name);
  // Bytes that are no UTF-8 become U+FFFD.
  JsonWriter& String(std::string_view value);
  // The shortest text that reads back equal. NaN and the infinities, for which
  // JSON has no number, are the strings "NaN", "+Inf" and "-Inf".
  JsonWriter& Number(double value);
  JsonWriter& Integer(std::int64_t value);
  JsonWriter& Bool(bool value);
  JsonWriter& Null();

 private:
  void Separate();
  void NewLine();
  JsonWriter& Open(char bracket);
  JsonWriter& Close(char bracket);

  std::string* out_;
  int indent_;
  std::vector<bool> has_values_;  // For each open bracket.
  bool after_key_ = false;
};

// The text as a JSON string, quotes included.
std::string JsonQuote(std::string_view text);

}  // namespace base

#endif  // BASE_JSON_H_
