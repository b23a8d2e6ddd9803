#include "base/yaml.h"

#include <yaml.h>

#include <algorithm>
#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/utf8.h"
#include "base/yaml_scalar.h"
#include "base/yaml_text.h"

namespace base {
namespace {

// libyaml counts characters, and we count bytes.
class ByteOffsets {
 public:
  explicit ByteOffsets(std::string_view text) : text_(text) {
    if (std::ranges::all_of(text, [](char c) { return c >= 0; })) return;
    std::size_t characters = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (IsInner(text[i])) continue;
      if (characters++ % kStride == 0) starts_.push_back(i);
    }
  }

  // A character behind the last one is the end.
  std::size_t At(std::size_t character) const {
    if (starts_.empty()) return std::min(character, text_.size());
    const std::size_t block = character / kStride;
    if (block >= starts_.size()) return text_.size();
    std::size_t at = starts_[block];
    for (std::size_t left = character % kStride; left > 0; --left) {
      do {
        ++at;
      } while (at < text_.size() && IsInner(text_[at]));
    }
    return std::min(at, text_.size());
  }

 private:
  static constexpr std::size_t kStride = 64;
  static bool IsInner(char c) { return (c & 0xC0) == 0x80; }

  std::string_view text_;
  std::vector<std::size_t> starts_;  // Of each 64th; none in ASCII.
};

// A parser of libyaml over a text, and the event that it has just read.
class Events {
 public:
  explicit Events(std::string_view text) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(
        &parser_, reinterpret_cast<const unsigned char*>(text.data()),
        text.size());
  }
  ~Events() {
    yaml_event_delete(&event_);
    yaml_parser_delete(&parser_);
  }
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  // False when the text is wrong from there on.
  bool Next() {
    yaml_event_delete(&event_);
    return yaml_parser_parse(&parser_, &event_) == 1;
  }
  const yaml_event_t& event() const { return event_; }
  const yaml_parser_t& parser() const { return parser_; }

 private:
  yaml_parser_t parser_ = {};
  yaml_event_t event_ = {};
};

std::string_view View(const yaml_char_t* text, std::size_t size) {
  return {reinterpret_cast<const char*>(text), size};
}
std::string_view View(const yaml_char_t* text) {
  return text == nullptr
             ? std::string_view()
             : std::string_view(reinterpret_cast<const char*>(text));
}

// Builds the trees from libyaml's events. Offsets are in the text given to
// libyaml; `outer` leads from there to the text that the user has.
class Builder {
 public:
  Builder(const Excerpt& outer, Diagnostics& diagnostics,
          const YamlOptions& options)
      : outer_(outer),
        bytes_(outer.text()),
        diagnostics_(diagnostics),
        options_(options) {}

  // None when the text is wrong, which is reported.
  std::vector<YamlNodePtr> Build() {
    Events events(text());
    do {
      if (!events.Next()) return Fail(events.parser());
      if (!Take(events.event())) return {};
    } while (events.event().type != YAML_STREAM_END_EVENT);
    return std::move(documents_);
  }

 private:
  struct OpenNode {
    std::shared_ptr<YamlNode> node;
    YamlNodePtr key;  // Of a map: waits for its value.
    std::size_t anchor = 0;
    std::size_t begin = 0;
    bool flow = false;  // Written with brackets or braces.
  };
  static constexpr std::size_t kNoAnchor = static_cast<std::size_t>(-1);

  std::string_view text() const { return outer_.text(); }
  std::size_t Offset(const yaml_mark_t& mark) const {
    return bytes_.At(mark.index);
  }
  // The byte there, which may lie behind the end.
  Span ByteAt(std::size_t at) const {
    return outer_.Outer({at, std::min(at + 1, text().size())});
  }

  // False, and reported, when the rest must not be read.
  bool Take(const yaml_event_t& event) {
    const std::size_t at = Offset(event.start_mark);
    switch (event.type) {
      case YAML_DOCUMENT_START_EVENT:
        anchors_.clear();
        anchored_.clear();
        nodes_ = 0;
        return IsKnownVersion(event.data.document_start.version_directive, at);
      case YAML_ALIAS_EVENT:
        return TakeAlias(View(event.data.alias.anchor), at);
      case YAML_SCALAR_EVENT:
        return TakeScalar(event, at);
      case YAML_SEQUENCE_START_EVENT:
        return Open(
            YamlNode::Kind::kSequence, at,
            View(event.data.sequence_start.anchor),
            event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE);
      case YAML_MAPPING_START_EVENT:
        return Open(YamlNode::Kind::kMap, at,
                    View(event.data.mapping_start.anchor),
                    event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE);
      case YAML_SEQUENCE_END_EVENT:
        Close();
        return true;
      case YAML_MAPPING_END_EVENT:
        ReportDuplicates(*open_.back().node);
        if (!Merge(open_.back())) return false;
        Close();
        return true;
      default:
        return true;
    }
  }

  // Go's library reads 1.1 alone.
  bool IsKnownVersion(const yaml_version_directive_t* version, std::size_t at) {
    if (version == nullptr || (version->major == 1 && version->minor == 1)) {
      return true;
    }
    return Abandon(at, "yaml: found incompatible YAML document");
  }

  // False, and reported, when Go's library cannot read on from there.
  bool TakeScalar(const yaml_event_t& event, std::size_t at) {
    const auto& scalar = event.data.scalar;
    const std::string_view value = View(scalar.value, scalar.length);
    const std::string_view tag = ShortYamlTag(View(scalar.tag));
    const bool bare = scalar.style == YAML_PLAIN_SCALAR_STYLE;
    // "!" leaves it to the text.
    const bool by_text = scalar.plain_implicit != 0 || View(scalar.tag) == "!";
    auto node = std::make_shared<YamlNode>();
    if (IsYamlNull(value) && ((bare && by_text) || tag == "!!null")) {
      node->span = NullSpan(at, value, scalar.anchor != nullptr);
    } else {
      node->kind = YamlNode::Kind::kScalar;
      const ScalarPlaces places = LocateScalar(text(), at, value);
      node->span = outer_.Outer(places.span);
      node->text = TextOf(value, tag, places);
      node->tag = tag;
      node->plain = places.plain || (bare && View(scalar.tag) == "!");
      if (const std::string why = WhyNotTagged(tag, value); !why.empty()) {
        diagnostics_.Error("yaml", node->span, "yaml: " + why);
      }
      if (scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE) {
        ReportSlash(places.span);
      }
      if (bare && !EndsBeforeQuestion(places.span)) return false;
    }
    ++nodes_;
    Finish(std::move(node), NewAnchor(View(scalar.anchor)));
    return true;
  }

  // Within [] and {} a "?" begins a key for Go, wherever it stands, and no key
  // can begin in a text without quotes.
  bool EndsBeforeQuestion(Span plain) {
    if (open_.empty() || !open_.back().flow) return true;
    const std::size_t at = text().substr(0, plain.end).find('?', plain.begin);
    if (at == std::string_view::npos) return true;
    return Abandon(at, open_.back().node->kind == YamlNode::Kind::kSequence
                           ? "yaml: did not find expected ',' or ']'"
                           : "yaml: did not find expected ',' or '}'");
  }

  Excerpt TextOf(std::string_view value, std::string_view tag,
                 const ScalarPlaces& places) const {
    if (auto bytes =
            tag == "!!binary" ? DecodeYamlBinary(value) : std::nullopt) {
      const std::vector<std::size_t> begin(bytes->size() + 1,
                                           places.span.begin);
      return Excerpt(*std::move(bytes), begin).Within(outer_);
    }
    std::string text(value);
    return (places.offsets.empty()
                ? Excerpt::Verbatim(std::move(text), places.begin)
                : Excerpt(std::move(text), places.offsets))
        .Within(outer_);
  }

  // libyaml takes "\/" for a slash, and Go does not.
  void ReportSlash(Span quoted) {
    const std::size_t end = std::min(quoted.end, text().size());
    for (std::size_t i = quoted.begin; i + 1 < end; ++i) {
      if (text()[i] != '\\') continue;
      ++i;
      if (text()[i] != '/') continue;
      diagnostics_.Error("yaml", ByteAt(i - 1),
                         "yaml: found unknown escape character");
    }
  }

  // Nothing behind "key:" has the key's end.
  Span NullSpan(std::size_t at, std::string_view word, bool anchored) const {
    if (word.empty() && !open_.empty() && open_.back().key != nullptr) {
      const std::size_t end = open_.back().key->span.end;
      return {end, end};
    }
    const std::size_t own = anchored ? SkipProperties(text(), at) : at;
    return outer_.Outer({own, std::min(own + word.size(), text().size())});
  }

  bool TakeAlias(std::string_view name, std::size_t at) {
    const auto found = anchors_.find(std::string(name));
    if (found == anchors_.end()) {
      return Abandon(
          at, absl::StrFormat("yaml: unknown anchor '%s' referenced", name));
    }
    const YamlNodePtr& node = anchored_[found->second];
    if (node == nullptr) {
      return Abandon(
          at, absl::StrFormat("yaml: anchor '%s' value contains itself", name));
    }
    if (!Charge(at, node->size)) return false;
    Attach(node);
    return true;
  }

  // A place for what the anchor names, which stands for it from here on.
  std::size_t NewAnchor(std::string_view name) {
    if (name.empty()) return kNoAnchor;
    anchors_[std::string(name)] = anchored_.size();
    anchored_.push_back(nullptr);
    return anchored_.size() - 1;
  }

  bool Abandon(std::size_t at, std::string message) {
    diagnostics_.Error("yaml", ByteAt(at), std::move(message));
    return false;
  }

  // What libyaml found wrong.
  std::vector<YamlNodePtr> Fail(const yaml_parser_t& parser) {
    const std::string_view problem =
        parser.problem == nullptr ? "out of memory" : parser.problem;
    std::size_t at = parser.error == YAML_READER_ERROR
                         ? std::min(parser.problem_offset, text().size())
                         : Offset(parser.problem_mark);
    // What is still open says more than the end of the text.
    const bool at_end =
        text().find_first_not_of(" \t\r\n", at) == std::string_view::npos;
    if (at_end && parser.context != nullptr) at = Offset(parser.context_mark);
    if (!documents_.empty() &&
        problem == "did not find expected <document start>") {
      diagnostics_.Warning(
          "yaml-ignored", ByteAt(at),
          "yaml: did not find expected <document start>",
          "the document ends before this line, and Prometheus reads no "
          "further: look at the indentation, or write --- between them");
      return std::move(documents_);
    }
    Abandon(at, absl::StrFormat("yaml: %s", problem));
    return {};
  }

  bool Charge(std::size_t at, std::size_t nodes) {
    nodes_ += nodes;
    return nodes_ <= options_.max_nodes ||
           Abandon(at, "yaml: document contains excessive aliasing");
  }

  bool Open(YamlNode::Kind kind, std::size_t at, std::string_view anchor,
            bool flow) {
    if (open_.size() >= options_.max_depth) {
      return Abandon(at, absl::StrFormat("yaml: exceeded max depth of %d",
                                         options_.max_depth));
    }
    if (!Charge(at, 1)) return false;
    auto node = std::make_shared<YamlNode>();
    node->kind = kind;
    const std::size_t own = SkipProperties(text(), at);
    node->span = ByteAt(own);
    open_.push_back({std::move(node), nullptr, NewAnchor(anchor), at, flow});
    return true;
  }

  void Close() {
    OpenNode open = std::move(open_.back());
    open_.pop_back();
    Finish(std::move(open.node), open.anchor);
  }

  // The end of a node's own text; an alias stands elsewhere.
  void Finish(std::shared_ptr<YamlNode> node, std::size_t anchor) {
    if (!open_.empty()) {
      Span& parent = open_.back().node->span;
      parent.end = std::max(parent.end, node->span.end);
    }
    if (anchor != kNoAnchor) anchored_[anchor] = node;
    Attach(std::move(node));
  }

  void Attach(YamlNodePtr node) {
    if (open_.empty()) {
      documents_.push_back(std::move(node));
      return;
    }
    OpenNode& open = open_.back();
    open.node->size += node->size;
    if (open.node->kind == YamlNode::Kind::kSequence) {
      open.node->items.push_back(std::move(node));
    } else if (open.key == nullptr) {
      open.key = std::move(node);
    } else {
      open.node->entries.push_back({std::move(open.key), std::move(node)});
      open.key = nullptr;
    }
  }

  static bool IsMergeKey(const YamlNode& key) {
    return key.kind == YamlNode::Kind::kScalar &&
           (key.plain || key.tag == "!!merge") && key.text.text() == "<<";
  }

  void ReportDuplicates(const YamlNode& map) {
    std::unordered_map<std::string_view, const YamlNode*> seen;
    for (const YamlEntry& entry : map.entries) {
      if (entry.key->kind != YamlNode::Kind::kScalar) continue;
      const auto [first, fresh] =
          seen.emplace(entry.key->text.text(), entry.key.get());
      if (fresh) continue;
      diagnostics_.Error(
          "duplicate-key", entry.key->span,
          absl::StrFormat("mapping key \"%s\" already defined at line %d",
                          entry.key->text.text(),
                          LineOf(first->second->span.begin)));
    }
  }

  // Counts in the text that libyaml reads, as promtool would of that file.
  std::size_t LineOf(std::size_t outer_offset) {
    std::size_t line = 1;
    const std::size_t size = text().size();
    for (std::size_t i = 0; i < size; ++i) {
      if (outer_.Outer({i, i}).begin >= outer_offset) break;
      const char next = i + 1 < size ? text()[i + 1] : '\0';
      if (text()[i] == '\n' || (text()[i] == '\r' && next != '\n')) ++line;
    }
    return line;
  }

  bool Merge(OpenNode& open) {
    std::vector<YamlEntry>& entries = open.node->entries;
    const auto is_merge = [](const YamlEntry& entry) {
      return IsMergeKey(*entry.key);
    };
    if (std::ranges::none_of(entries, is_merge)) return true;
    const auto first_merge = std::stable_partition(
        entries.begin(), entries.end(), std::not_fn(is_merge));
    const std::vector<YamlEntry> merges(first_merge, entries.end());
    entries.erase(first_merge, entries.end());
    Keys keys;
    for (const YamlEntry& entry : entries) AddKey(entry, keys);
    for (const YamlEntry& merge : merges) {
      if (merge.value->kind == YamlNode::Kind::kMap) {
        if (!MergeMap(open, *merge.value, keys)) return false;
        continue;
      }
      const bool maps =
          merge.value->kind == YamlNode::Kind::kSequence &&
          std::ranges::all_of(merge.value->items, [](const YamlNodePtr& item) {
            return item->kind == YamlNode::Kind::kMap;
          });
      if (!maps) {
        diagnostics_.Error(
            "yaml", merge.key->span,
            "yaml: map merge requires map or sequence of maps as the value");
        continue;
      }
      for (const YamlNodePtr& item : merge.value->items) {
        if (!MergeMap(open, *item, keys)) return false;
      }
    }
    return true;
  }

  using Keys = std::unordered_set<std::string_view>;

  // False when the key is there already. What is no scalar never is.
  static bool AddKey(const YamlEntry& entry, Keys& keys) {
    return entry.key->kind != YamlNode::Kind::kScalar ||
           keys.insert(entry.key->text.text()).second;
  }

  // What the map has already stays.
  bool MergeMap(OpenNode& open, const YamlNode& from, Keys& keys) {
    if (!Charge(open.begin, from.size)) return false;
    for (const YamlEntry& entry : from.entries) {
      if (!AddKey(entry, keys)) continue;
      open.node->size += entry.key->size + entry.value->size;
      open.node->entries.push_back({entry.key, entry.value, true});
    }
    return true;
  }

  const Excerpt& outer_;
  const ByteOffsets bytes_;
  Diagnostics& diagnostics_;
  const YamlOptions& options_;
  std::vector<YamlNodePtr> documents_;
  std::vector<OpenNode> open_;
  std::unordered_map<std::string, std::size_t> anchors_;  // By name.
  std::vector<YamlNodePtr> anchored_;  // Null: what is not closed yet.
  std::size_t nodes_ = 0;  // Of the document, aliases counted in full.
};

}  // namespace

std::vector<YamlNodePtr> ParseYaml(std::string_view text,
                                   Diagnostics& diagnostics,
                                   const YamlOptions& options) {
  const std::size_t skip = text.starts_with(kByteOrderMark) ? 3 : 0;
  return ParseYaml(Excerpt::Verbatim(std::string(text.substr(skip)), skip),
                   diagnostics, options);
}

std::vector<YamlNodePtr> ParseYaml(const Excerpt& text,
                                   Diagnostics& diagnostics,
                                   const YamlOptions& options) {
  return Builder(text, diagnostics, options).Build();
}

}  // namespace base
