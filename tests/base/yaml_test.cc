#include "base/yaml.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_format.h"

namespace base {
namespace {

// {key: value}, [items], 'text', null.
std::string Dump(const YamlNode& node) {
  std::string out;
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "null";
    case YamlNode::Kind::kScalar:
      return "'" + std::string(node.text.text()) + "'";
    case YamlNode::Kind::kSequence:
      for (const YamlNodePtr& item : node.items) {
        out += (out.empty() ? "" : ", ") + Dump(*item);
      }
      return "[" + out + "]";
    case YamlNode::Kind::kMap:
      for (const YamlEntry& entry : node.entries) {
        out += (out.empty() ? "" : ", ") + Dump(*entry.key) +
               (entry.merged ? "<< " : ": ") + Dump(*entry.value);
      }
      return "{" + out + "}";
  }
  return out;
}

std::string ReadAll(const std::string& text, const YamlOptions& options = {}) {
  const Source source("f.yml", text);
  Diagnostics diagnostics;
  std::string out;
  for (const YamlNodePtr& document : ParseYaml(text, diagnostics, options)) {
    out += (out.empty() ? "" : " --- ") + Dump(*document);
  }
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    const Position at = source.PositionAt(diagnostic.span.begin);
    out += absl::StrFormat("%s%d:%d: %s", out.empty() ? "" : " ! ", at.line,
                           at.column, diagnostic.message);
  }
  return out;
}

struct TreeCase {
  const char* name;
  const char* text;
  const char* want;
};

constexpr TreeCase kTrees[] = {
    {"EmptyTextHasNoDocument", "", ""},
    {"OnlyCommentsAreNoDocument", "# nothing\n", ""},
    {"ScalarsStayAsWritten", "[true, 1.50, yes, 2020-01-01, 0x1F, '']",
     "['true', '1.50', 'yes', '2020-01-01', '0x1F', '']"},
    {"NullIsNoScalar", "{a: ~, b: null, c: , d: 'null'}",
     "{'a': null, 'b': null, 'c': null, 'd': 'null'}"},
    {"JsonIsYaml", "{\"a\": [1, \"x\\n\\u00e9\"]}",
     "{'a': ['1', 'x\n\xC3\xA9']}"},
    {"DocumentsInOrder", "a: 1\n---\nb: 2\n", "{'a': '1'} --- {'b': '2'}"},
    {"AliasIsTheAnchoredNode", "a: &x [1]\nb: *x\n",
     "{'a': ['1'], 'b': ['1']}"},
    {"OwnKeysStandOverMerged", "a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3\n",
     "{'a': {'p': '1', 'q': '2'}, 'b': {'q': '3', 'p'<< '1'}}"},
    {"FirstOfMergedMapsWins",
     "- &x {p: 1}\n- &y {p: 2, q: 2}\n- <<: [*x, *y]\n",
     "[{'p': '1'}, {'p': '2', 'q': '2'}, {'p'<< '1', 'q'<< '2'}]"},
    {"BinaryIsDecoded", "[!!binary aGkh, !!binary '']", "['hi!', '']"},
    {"BinaryIsBase64", "a: !!binary 'aG kh'",
     "{'a': 'aG kh'} ! 1:13: yaml: !!binary value contains invalid base64 "
     "data"},
    {"TagsHold", "[!!int 1, !!int '1', !!float 1, !!str 1, !!null ~, !x 1]",
     "['1', '1', '1', '1', null, '1']"},
    {"TagsThatDoNotHold", "[!!int a, !!bool 1.5, !!timestamp null]",
     "['a', '1.5', 'null'] ! 1:8: yaml: cannot decode !!str `a` as a !!int ! "
     "1:18: yaml: cannot decode !!float `1.5` as a !!bool ! 1:35: yaml: cannot "
     "decode !!null `null` as a !!timestamp"},
    {"TaggedMerge", "{!!merge <<: {a: 1}}", "{'a'<< '1'}"},
    {"MergesOnce", "<<: {a: 1}\n<<: {b: 1}\n",
     "{'a'<< '1', 'b'<< '1'} ! 2:1: mapping key \"<<\" already defined at "
     "line 1"},
    {"SlashNeedsNoEscape", R"("a\\/b\/")",
     R"('a\/b/' ! 1:7: yaml: found unknown escape character)"},
    {"QuotedMergeKeyIsAKey", "'<<': {a: 1}", "{'<<': {'a': '1'}}"},
    {"MergeOfAScalar", "a: 1\n<<: 2\n",
     "{'a': '1'} ! 2:1: yaml: map merge requires map or sequence of maps as "
     "the value"},
    {"QuestionInBraces", "{a: b?}",
     "1:6: yaml: did not find expected ',' or '}'"},
    {"QuestionInBrackets", "a: [https://x/?y=z]",
     "1:15: yaml: did not find expected ',' or ']'"},
    {"QuestionInQuotesOrOutside", "a: b? c\nd: {e: 'f?', g: \"?\"}\n",
     "{'a': 'b? c', 'd': {'e': 'f?', 'g': '?'}}"},
    {"NullInQuotes", "[!!null '', !!null \"null\"]", "[null, null]"},
    {"TagThatLeavesItToTheText", "[!, ! 1, ! '']", "[null, '1', '']"},
    {"CarriageReturnsAloneEndLines", "b: 0\ra: 1\ra: 2\r",
     "{'b': '0', 'a': '1', 'a': '2'} ! 1:11: mapping key \"a\" already "
     "defined at line 2"},
    {"DuplicateKey", "a: 1\nb: 2\na: 3\n",
     "{'a': '1', 'b': '2', 'a': '3'} ! 3:1: mapping key \"a\" already defined "
     "at line 1"},
    {"BadSyntaxHasItsPlace", "a: [1\n",
     "1:4: yaml: did not find expected ',' or ']'"},
    {"UndefinedAlias", "a: *x\n", "1:4: yaml: unknown anchor 'x' referenced"},
    {"AnchorInsideItself", "a: &x [*x]\n",
     "1:8: yaml: anchor 'x' value contains itself"},
    {"MissingQuoteAtTheEnd", "a: \"b\nc: d\n",
     "1:4: yaml: found unexpected end of stream"},
    {"BadUtf8", "a: \xFF\n", "1:4: yaml: invalid leading UTF-8 octet"},
    {"ControlCharacter", "a: \x01\n",
     "1:4: yaml: control characters are not allowed"},
    {"AnchorsAreNamedByLettersAndDigits", "a: &b-1_ c\nd: *b-1_\n",
     "{'a': 'c', 'd': 'c'}"},
    {"AnchorsAreNotNamedByOtherSigns", "a: &b.c d\n",
     "1:6: yaml: did not find expected alphabetic or numeric character"},
    {"CommaIsNoDocument", ", a\n",
     "1:1: yaml: did not find expected node content"},
    {"CommaIsNoSecondDocument", "a: 1\n---\n, a\n",
     "3:1: yaml: did not find expected node content"},
    {"TextBehindADocumentIsIgnored", "  a: 1\n- b\n c\n",
     "{'a': '1'} ! 2:1: yaml: did not find expected <document start>"},
    {"MarkedDocumentsAreRead", "a\n--- # b\n# c\n...\n\n# d\n---\ne: 1\n",
     "'a' --- null --- {'e': '1'}"},
    {"DocumentEndIsNoDocumentStart", "a: 1\n...\nb: 1\n",
     "{'a': '1'} ! 3:1: yaml: did not find expected <document start>"},
    {"TabsDoNotIndent", "a:\n\t- b\n",
     "2:1: yaml: found character that cannot start any token"},
    {"PercentIsADirective", "a: 1\n% b\n",
     "2:2: yaml: could not find expected directive name"},
    {"OtherVersionsAreNotRead", "%YAML 1.2\n---\na: 1\n",
     "1:1: yaml: found incompatible YAML document"},
    {"AnchorsMayBeGivenAnew", "- &x {a: &x 1, b: *x}\n- *x\n",
     "[{'a': '1', 'b': '1'}, '1']"},
    {"PlacesCountBytes", "\xC3\xA9: \xE2\x82\xAC\nb: *x\n",
     "2:4: yaml: unknown anchor 'x' referenced"},
    {"ByteOrderMarkIsSkipped",
     "\xEF\xBB\xBF"
     "a: 1\n",
     "{'a': '1'}"},
};

class YamlTreeTest : public testing::TestWithParam<TreeCase> {};

TEST_P(YamlTreeTest, Reads) {
  EXPECT_EQ(ReadAll(GetParam().text), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Yaml, YamlTreeTest, testing::ValuesIn(kTrees),
                         [](const auto& test) { return test.param.name; });

TEST(YamlLimits, AliasBombIsRefused) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    text += absl::StrFormat("a%d: &a%d [", i, i);
    for (int j = 0; j < 9; ++j) text += absl::StrFormat("*a%d, ", i - 1);
    text += "x]\n";
  }
  EXPECT_NE(ReadAll(text).find("excessive aliasing"), std::string::npos);
}

TEST(YamlPlaces, AnErrorAtTheEndLiesInTheText) {
  const std::string text = "a: |\n  b\nc: \"d";
  Diagnostics diagnostics;
  ParseYaml(text, diagnostics);
  ASSERT_FALSE(diagnostics.ok());
  EXPECT_LE(diagnostics.first_error().span.end, text.size());
}

TEST(YamlLimits, DepthIsBounded) {
  const std::string text = std::string(100000, '[');
  EXPECT_NE(ReadAll(text, {.max_depth = 50}).find("max depth of 50"),
            std::string::npos);
}

struct PlaceCase {
  const char* name;
  const char* text;
  // Every "@" of the decoded value must map to the "@" in the text; the text
  // has as many, and what is around it checks the walk.
  const char* value;
};

constexpr PlaceCase kPlaces[] = {
    {"Plain", "- a @ b", "a @ b"},
    {"PlainOverLines", "- a\n  b @\n\n  c @", "a b @\nc @"},
    {"SingleQuotedVerbatim", "- 'a @ \\ b' # c", "a @ \\ b"},
    {"DoubleQuotedVerbatim", "- \"a @ 'b'\" # c", "a @ 'b'"},
    {"SingleQuoted", "- 'it''s @ two'' @'", "it's @ two' @"},
    {"DoubleQuoted", "- \"a\\tb \\u00e9 \\x41 @ \\U0001F600 @\"",
     "a\tb \xC3\xA9 A @ \xF0\x9F\x98\x80 @"},
    {"DoubleQuotedOverLines", "- \"a  \n   b @ \\\n   c\n\n   @\"",
     "a b @ c\n@"},
    {"Literal", "- |\n   a @\n    b\n\n   c @\n", "a @\n b\n\nc @\n"},
    {"LiteralStripped", "- |-\n\n  a\n  @\n\n", "\na\n@"},
    {"LiteralIndicator", "- |2\n    a\n   @\n", "  a\n @\n"},
    {"LiteralCrLf", "- |\r\n  a @\r\n  b @\r\n", "a @\nb @\n"},
    {"LiteralBareCr", "- |\r  a @\r  b @\r", "a @\nb @\n"},
    {"QuotedCrLf", "- \"a @\r\n\r\n b @\"", "a @\nb @"},
    {"QuotedBareCr", "- \"a @\r\r\r b @\"", "a @\n\nb @"},
    {"Folded", "- >\n  a @\n  b\n\n  c @\n    d\n  @\n",
     "a @ b\nc @\n  d\n@\n"},
    {"FoldedBlankFirst", "- >-\n\n  a\n  @\n", "\na @"},
    {"AnchoredAndTagged", "- &x !!str 'a @'", "a @"},
    {"AnchoredBlock", "- &x |\n    a @\n", "a @\n"},
    {"BehindManyCharactersOfSeveralBytes",
     "- \xC3\xA9\xE2\x82\xAC\xC3\xA9\xE2\x82\xAC\xC3\xA9\xE2\x82\xAC\xC3\xA9@",
     "\xC3\xA9\xE2\x82\xAC\xC3\xA9\xE2\x82\xAC\xC3\xA9\xE2\x82\xAC\xC3\xA9@"},
    {"BehindTheByteOrderMark", "\xEF\xBB\xBF- \"\\n@\"", "\n@"},
};

class YamlPlaceTest : public testing::TestWithParam<PlaceCase> {};

TEST_P(YamlPlaceTest, EveryMarkLiesWhereItWasWritten) {
  const std::string text = GetParam().text;
  Diagnostics diagnostics;
  const std::vector<YamlNodePtr> documents = ParseYaml(text, diagnostics);
  ASSERT_EQ(documents.size(), 1u) << ReadAll(text);
  ASSERT_EQ(documents[0]->items.size(), 1u);
  const YamlNode& scalar = *documents[0]->items[0];
  ASSERT_EQ(scalar.text.text(), GetParam().value);
  std::size_t in_text = text.find('@');
  for (std::size_t i = 0; i < scalar.text.text().size(); ++i) {
    const Span outer = scalar.text.Outer({i, i + 1});
    EXPECT_GE(outer.begin, scalar.span.begin);
    if (scalar.text.text()[i] != '@') continue;
    EXPECT_EQ(outer.begin, in_text);
    EXPECT_EQ(outer.end, in_text + 1);
    EXPECT_LE(outer.end, scalar.span.end);
    in_text = text.find('@', in_text + 1);
  }
  EXPECT_EQ(in_text, std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Yaml, YamlPlaceTest, testing::ValuesIn(kPlaces),
                         [](const auto& test) { return test.param.name; });

// libyaml counts characters.
TEST(YamlPlaces, CountBytesInLongTextsOfSeveralBytesACharacter) {
  std::string text;
  for (int i = 0; i < 200; ++i) {
    text += "- \xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80 x\r\n";
  }
  Diagnostics diagnostics;
  const auto documents = ParseYaml(text, diagnostics);
  ASSERT_EQ(documents.size(), 1u);
  std::size_t at = 0;
  for (const YamlNodePtr& item : documents[0]->items) {
    at = text.find('\xC3', at);
    EXPECT_EQ(item->span, (Span{at, at + 11}));
    ++at;
  }
  EXPECT_EQ(documents[0]->items.size(), 200u);
}

TEST(YamlPlaces, YamlInsideAScalarHasPlacesInTheFile) {
  const std::string text = "data:\n  rules.yml: |\n    a:\n    - 'x @'\n";
  Diagnostics diagnostics;
  const auto outer = ParseYaml(text, diagnostics);
  const auto inner = ParseYaml(
      outer.at(0)->Find("data")->Find("rules.yml")->text, diagnostics);
  const YamlNode& scalar = *inner.at(0)->Find("a")->items.at(0);
  EXPECT_EQ(scalar.text.Outer({2, 3}).begin, text.find('@'));
  EXPECT_EQ(scalar.span.begin, text.find('\''));
}

TEST(YamlFields, UnknownFieldsAreReportedWithTheNearest) {
  Diagnostics diagnostics;
  const auto documents = ParseYaml("{annotation: 1, for: 5m}", diagnostics);
  Duration hold = 0;
  const auto read = [&](const YamlEntry& entry) {
    hold = ReadYamlDuration(*entry.value, diagnostics).value_or(-1);
  };
  ReadYamlMap(*documents.at(0), "rulefmt.Rule",
              {{"annotations", [](const YamlEntry&) {}}, {"for", read}},
              diagnostics);
  EXPECT_EQ(hold, 300'000);
  ASSERT_EQ(diagnostics.all().size(), 1u);
  EXPECT_EQ(diagnostics.all()[0].message,
            "field annotation not found in type rulefmt.Rule");
  EXPECT_EQ(diagnostics.all()[0].help, "did you mean \"annotations\"?");
}

// As Go does.
TEST(YamlFields, WithoutANameAreIgnoredWithAWarning) {
  Diagnostics diagnostics;
  const auto documents = ParseYaml("? \n: 1\n", diagnostics);
  ReadYamlMap(*documents.at(0), "rulefmt.Rule", {}, diagnostics);
  EXPECT_TRUE(diagnostics.ok());
  ASSERT_EQ(diagnostics.all().size(), 1u);
  EXPECT_EQ(diagnostics.all()[0].message, "a field without a name is ignored");
}

TEST(YamlFields, ValuesHaveTheirTypes) {
  Diagnostics diagnostics;
  const auto documents =
      ParseYaml("[7, '7', .inf, 1e3, true, 'true', 90, Yes, off]", diagnostics);
  const auto& items = documents.at(0)->items;
  EXPECT_EQ(ReadYamlInteger(*items[0], diagnostics), 7);
  EXPECT_EQ(ReadYamlInteger(*items[1], diagnostics), std::nullopt);
  EXPECT_GT(ReadYamlNumber(*items[2], diagnostics).value_or(0), 1e300);
  EXPECT_EQ(ReadYamlNumber(*items[3], diagnostics), 1000);
  EXPECT_EQ(ReadYamlBool(*items[4], diagnostics), true);
  EXPECT_EQ(ReadYamlBool(*items[5], diagnostics), std::nullopt);
  EXPECT_EQ(ReadYamlBool(*items[7], diagnostics), true);
  EXPECT_EQ(ReadYamlBool(*items[8], diagnostics), false);
  EXPECT_EQ(ReadYamlDuration(*items[6], diagnostics), std::nullopt);
  ASSERT_EQ(diagnostics.all().size(), 3u);
  EXPECT_EQ(diagnostics.all()[0].message,
            "cannot unmarshal !!str `7` into int");
  EXPECT_EQ(diagnostics.all()[2].message,
            "not a valid duration string: \"90\"");
}

// What stands there is named as Go names it: its type, and its first bytes.
TEST(YamlFields, AnotherKindIsNamed) {
  for (const auto& [text, want] :
       std::vector<std::pair<const char*, const char*>>{
           {"up", "!!str `up`"},
           {"1e3", "!!float `1e3`"},
           {"017", "!!int `017`"},
           {"true", "!!bool `true`"},
           {"2020-01-01", "!!timestamp `2020-01-01`"},
           {"'5'", "!!str `5`"},
           {"!!int '5'", "!!int `5`"},
           {"1234567890", "!!int `1234567890`"},
           {"'0123456789a'", "!!str `0123456...`"},
           {"012345é789", "!!str `012345...`"},
           {"[]", "!!seq"},
       }) {
    Diagnostics diagnostics;
    const auto documents = ParseYaml(text, diagnostics);
    ReadYamlMap(*documents.at(0), "T", {}, diagnostics);
    EXPECT_EQ(diagnostics.first_error().message,
              absl::StrFormat("cannot unmarshal %s into T", want));
  }
}

TEST(YamlFields, ADurationThatIsNoneIsQuoted) {
  Diagnostics diagnostics;
  const auto documents = ParseYaml("|\n  5m\n", diagnostics);
  EXPECT_EQ(ReadYamlDuration(*documents.at(0), diagnostics), std::nullopt);
  EXPECT_EQ(diagnostics.first_error().message,
            "unknown unit \"m\\n\" in duration \"5m\\n\"");
}

TEST(YamlFields, NumbersAreGos) {
  const auto read = [](const std::string& text) {
    Diagnostics diagnostics;
    const auto documents = ParseYaml("- " + text, diagnostics);
    return ReadYamlInteger(*documents.at(0)->items.at(0), diagnostics);
  };
  for (const auto& [text, want] :
       std::vector<std::pair<const char*, std::optional<std::int64_t>>>{
           {"+5", 5},
           {"-5", -5},
           {"1_000", 1000},
           {"0x1F", 31},
           {"-0x1F", -31},
           {"0o17", 15},
           {"017", 15},
           {"08", 8},
           {"0b11", 3},
           {"1e3", 1000},
           {"1.9", 1},
           {".5", 0},
           {".5_0", std::nullopt},
           {"5.", 5},
           {"! 5", 5},
           {"!!int '5'", 5},
           {"!!float 5", 5},
           {"9223372036854775807", 9223372036854775807},
           {"9223372036854775808", std::nullopt},
           {"0xFFFFFFFFFFFFFFFF", std::nullopt},
           {"0x", std::nullopt},
           {"_1", std::nullopt},
           {"--1", std::nullopt},
           {"0x-1", std::nullopt},
           {".inf", std::nullopt},
           {".nan", std::nullopt},
           {"'5'", std::nullopt},
           {"!!str 5", std::nullopt},
           {"12:30", std::nullopt},
       }) {
    EXPECT_EQ(read(text), want) << text;
  }
}

// A map that merges many keys is read in linear time.
TEST(YamlLimits, ManyMergedKeys) {
  std::string text = "a: &a\n";
  for (int i = 0; i < 100'000; ++i) {
    absl::StrAppendFormat(&text, "  k%d: 1\n", i);
  }
  Diagnostics diagnostics;
  const auto documents = ParseYaml(text + "b: {<<: *a}\n", diagnostics);
  ASSERT_TRUE(diagnostics.ok());
  EXPECT_EQ(documents.at(0)->Find("b")->entries.size(), 100'000u);
}

}  // namespace
}  // namespace base
