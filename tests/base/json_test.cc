#include "base/json.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "absl/strings/str_format.h"

namespace base {
namespace {

// kind@begin-end of every value, members with their names' places.
std::string Dump(const Json& json) {
  std::string out;
  switch (json.kind) {
    case JsonKind::kNull:
      out = "null";
      break;
    case JsonKind::kBool:
      out = json.boolean ? "true" : "false";
      break;
    case JsonKind::kNumber:
      out = json.text;
      break;
    case JsonKind::kString:
      out = "'" + json.text + "'";
      break;
    case JsonKind::kArray:
      out = "[";
      for (const Json& element : json.elements) out += Dump(element) + " ";
      out += "]";
      break;
    case JsonKind::kObject:
      out = "{";
      for (const JsonMember& member : json.members) {
        out += absl::StrFormat("%s@%d-%d:", member.name, member.name_span.begin,
                               member.name_span.end) +
               Dump(member.value) + " ";
      }
      out += "}";
      break;
  }
  return out + absl::StrFormat("@%d-%d", json.span.begin, json.span.end);
}

struct Case {
  const char* name;
  const char* text;
  const char* want;  // Dump(), or every error rendered on one line.
};

constexpr Case kCases[] = {
    {"Scalar", " 42 ", "42@1-3"},
    {"NumberKeepsItsSpelling", "[1e3,-0.50]", "[1e3@1-4 -0.50@5-10 ]@0-11"},
    {"StringIsDecoded", "\"a\\n\\u00e9\\\"\"", "'a\n\xC3\xA9\"'@0-13"},
    {"SurrogatePair", "\"\\ud83d\\ude80\"", "'\xF0\x9F\x9A\x80'@0-14"},
    {"MembersInOrder", "{\"b\": 1, \"a\": [true, null]}",
     "{b@1-4:1@6-7 a@9-12:[true@15-19 null@21-25 ]@14-26 }@0-27"},
    {"EmptyContainers", "[{}, [ ]]", "[{}@1-3 []@5-8 ]@0-9"},
    {"ByteOrderMarkIsSkipped", "\xEF\xBB\xBF[]", "[]@3-5"},
    {"SecondByteOrderMarkIsNone", "\xEF\xBB\xBF\xEF\xBB\xBF[]",
     "json-syntax@3: a second byte order mark; "},
    {"DuplicateKeysAllReported", "{\"a\":1,\"a\":2,\"a\":3}",
     "json-duplicate-key@7: \"a\" is given twice; "
     "json-duplicate-key@13: \"a\" is given twice; "},
    {"SameKeyInAnotherObject", "{\"a\":{\"a\":1}}",
     "{a@1-4:{a@6-9:1@10-11 }@5-12 }@0-13"},
    {"TooDeep", "[[[[1]]]]", "json-depth@3: nested more than 3 deep; "},
    {"MissingComma", "[1 2]",
     "json-syntax@3: syntax error while parsing array - unexpected number "
     "literal; expected ']'; "},
    {"Empty", "",
     "json-syntax@0: syntax error while parsing value - unexpected end of "
     "input; expected '[', '{', or a literal; "},
    {"TextBehindTheValue", "{} x",
     "json-syntax@3: syntax error while parsing value - invalid literal; "
     "expected end of input; "},
};

class JsonTest : public testing::TestWithParam<Case> {};

TEST_P(JsonTest, Reads) {
  const Source source("j", GetParam().text);
  Diagnostics diagnostics;
  const auto json = ReadJson(source, diagnostics, {.depth = 3});
  std::string errors;
  for (const Diagnostic& d : diagnostics.all()) {
    errors += absl::StrFormat("%s@%d: %s; ", d.code, d.span.begin, d.message);
  }
  EXPECT_EQ(json.has_value(), diagnostics.ok());
  EXPECT_EQ(json ? Dump(*json) : errors, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Documents, JsonTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

TEST(JsonPartTest, SpansCountFromTheBeginOfTheSource) {
  const Source source("lines", "{\"a\":1}\n{\"b\":2}\n");
  Diagnostics diagnostics;
  const auto json = ReadJson(source, Span{8, 15}, diagnostics);
  ASSERT_TRUE(json);
  EXPECT_EQ(Dump(*json), "{b@9-12:2@13-14 }@8-15");
}

TEST(JsonWriterTest, WritesNestedValues) {
  std::string out;
  JsonWriter(&out)
      .BeginObject()
      .Key("a")
      .BeginArray()
      .Integer(-3)
      .Number(0.1)
      .Null()
      .EndArray()
      .Key("b")
      .Bool(true)
      .Key("c")
      .BeginObject()
      .EndObject()
      .EndObject();
  EXPECT_EQ(out, R"({"a":[-3,0.1,null],"b":true,"c":{}})");
}

TEST(JsonWriterTest, IndentsWhenAsked) {
  std::string out;
  JsonWriter(&out, 2)
      .BeginObject()
      .Key("a")
      .BeginArray()
      .Integer(1)
      .Integer(2)
      .EndArray()
      .Key("b")
      .BeginArray()
      .EndArray()
      .EndObject();
  EXPECT_EQ(out, "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": []\n}");
}

TEST(JsonWriterTest, NumbersWithoutAJsonFormAreStrings) {
  std::string out;
  JsonWriter(&out)
      .BeginArray()
      .Number(std::numeric_limits<double>::quiet_NaN())
      .Number(-std::numeric_limits<double>::infinity())
      .EndArray();
  EXPECT_EQ(out, R"(["NaN","-Inf"])");
}

TEST(JsonWriterTest, QuotesControlCharactersAndBrokenUtf8) {
  EXPECT_EQ(JsonQuote("a\"\\\n\x01\xFFz"),
            "\"a\\\"\\\\\\n\\u0001\xEF\xBF\xBDz\"");
}

// Whatever followed was once left unread.
TEST(JsonNulTest, IsNotTheEnd) {
  using std::string_literals::operator""s;
  for (const std::string& text : {"{}\0"s, "[1]\0 garbage"s, "1\0"s, "\0"s}) {
    Diagnostics diagnostics;
    EXPECT_FALSE(ReadJson(Source("json", text), diagnostics));
    EXPECT_FALSE(diagnostics.ok());
  }
}

}  // namespace
}  // namespace base
