#include "base/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <unordered_map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "base/yaml_text.h"

namespace base {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Leaves yaml-cpp's parser from inside a handler; the reason was reported.
struct Abandoned {};
// The same, but what was read so far counts.
struct Finished {};

// The place of a mark, which may lie behind the end.
Span ByteAt(const Excerpt& text, const YAML::Mark& mark) {
  const std::size_t size = text.text().size();
  const std::size_t at =
      std::min(static_cast<std::size_t>(std::max(mark.pos, 0)), size);
  return text.Outer({at, std::min(at + 1, size)});
}

// Builds the trees from yaml-cpp's events. Offsets are in the text given to
// yaml-cpp; `outer` leads from there to the text that the user has.
class Builder : public YAML::EventHandler {
 public:
  Builder(const Excerpt& outer, Diagnostics& diagnostics,
          const YamlOptions& options)
      : outer_(outer), diagnostics_(diagnostics), options_(options) {}

  std::vector<YamlNodePtr> TakeDocuments() { return std::move(documents_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    // At a "," it starts document after document without moving on.
    if (!documents_.empty() && Offset(mark) == document_start_) {
      Abandon(mark, "yaml: did not find expected node content");
    }
    document_start_ = Offset(mark);
    if (!documents_.empty() && !IsMarkedStart(Offset(mark))) {
      diagnostics_.Warning(
          "yaml-ignored", ByteAt(outer_, mark),
          "yaml: did not find expected <document start>",
          "the document ends before this line, and Prometheus reads no "
          "further: look at the indentation");
      throw Finished();
    }
    anchors_.clear();
    nodes_ = 0;
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    CheckAnchorName(mark);
    const std::size_t at = SkipProperties(text(), Offset(mark));
    // "~" and "null" have a place; nothing behind "key:" has the key's end.
    const std::size_t length = text().substr(at, 1) == "~"        ? 1
                               : IsNullWord(text().substr(at, 4)) ? 4
                                                                  : 0;
    auto node = std::make_shared<YamlNode>();
    node->span = outer_.Outer({at, at + length});
    if (length == 0 && !open_.empty() && open_.back().key != nullptr) {
      const std::size_t end = open_.back().key->span.end;
      node->span = {end, end};
    }
    Finish(std::move(node), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& /*tag*/,
                YAML::anchor_t anchor, const std::string& value) override {
    CheckAnchorName(mark);
    ScalarPlaces places = LocateScalar(text(), Offset(mark), value);
    if (places.unterminated) {
      Abandon(mark, "yaml: found unexpected end of stream");
    }
    auto node = std::make_shared<YamlNode>();
    node->kind = YamlNode::Kind::kScalar;
    node->span = outer_.Outer(places.span);
    node->text =
        (places.offsets.empty() ? Excerpt::Verbatim(value, places.begin)
                                : Excerpt(value, places.offsets))
            .Within(outer_);
    node->plain = places.plain;
    Finish(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    CheckAnchorName(mark);
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      Abandon(mark, "yaml: anchor value contains itself");
    }
    Charge(mark, found->second->size);
    Attach(found->second);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(YamlNode::Kind::kSequence, mark, anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string&,
                  YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    Open(YamlNode::Kind::kMap, mark, anchor);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapEnd() override {
    OpenNode& open = open_.back();
    ReportDuplicates(*open.node);
    Merge(open);
    Close();
  }

 private:
  struct OpenNode {
    std::shared_ptr<YamlNode> node;
    YamlNodePtr key;  // Of a map: waits for its value.
    YAML::anchor_t anchor;
    YAML::Mark mark;
  };

  std::string_view text() const { return outer_.text(); }
  std::size_t Offset(const YAML::Mark& mark) const {
    return std::min(static_cast<std::size_t>(std::max(mark.pos, 0)),
                    text().size());
  }
  // Whether a document but the first may begin there: at "---", or behind the
  // "..." of the one before.
  bool IsMarkedStart(std::size_t at) const {
    if (text().substr(at, 3) == "---") return true;
    std::string_view before = text().substr(0, at);
    while (!before.empty()) {
      before.remove_suffix(before.ends_with('\n') ? 1 : 0);
      const std::size_t begin = before.rfind('\n') + 1;  // 0 without one.
      const std::string_view line = before.substr(begin);
      const std::size_t first = line.find_first_not_of(" \t\r");
      if (first != std::string_view::npos && line[first] != '#') {
        return line.starts_with("...");
      }
      before = before.substr(0, begin);
    }
    return false;
  }
  static bool IsNullWord(std::string_view word) {
    return word == "null" || word == "Null" || word == "NULL";
  }

  // yaml-cpp takes more for a name than Go does.
  void CheckAnchorName(const YAML::Mark& mark) {
    const std::size_t at = Offset(mark);
    if (at >= text().size() || (text()[at] != '&' && text()[at] != '*')) return;
    std::size_t end = at + 1;
    while (end < text().size() &&
           (absl::ascii_isalnum(static_cast<unsigned char>(text()[end])) ||
            text()[end] == '_' || text()[end] == '-')) {
      ++end;
    }
    constexpr std::string_view kEnds = " \t\r\n?:,]}%@`";
    const bool ends = end == text().size() ||
                      kEnds.find(text()[end]) != std::string_view::npos;
    if (end == at + 1 || !ends) {
      Abandon(mark,
              "yaml: did not find expected alphabetic or numeric character");
    }
  }

  [[noreturn]] void Abandon(const YAML::Mark& mark, std::string message) {
    diagnostics_.Error("yaml", ByteAt(outer_, mark), std::move(message));
    throw Abandoned();
  }

  void Charge(const YAML::Mark& mark, std::size_t nodes) {
    nodes_ += nodes;
    if (nodes_ > options_.max_nodes) {
      Abandon(mark, "yaml: document contains excessive aliasing");
    }
  }

  void Open(YamlNode::Kind kind, const YAML::Mark& mark,
            YAML::anchor_t anchor) {
    CheckAnchorName(mark);
    if (open_.size() >= options_.max_depth) {
      Abandon(mark, absl::StrFormat("yaml: exceeded max depth of %d",
                                    options_.max_depth));
    }
    Charge(mark, 1);
    auto node = std::make_shared<YamlNode>();
    node->kind = kind;
    const std::size_t at = SkipProperties(text(), Offset(mark));
    node->span = outer_.Outer({at, std::min(at + 1, text().size())});
    open_.push_back({std::move(node), nullptr, anchor, mark});
  }

  void Close() {
    OpenNode open = std::move(open_.back());
    open_.pop_back();
    Finish(std::move(open.node), open.anchor);
  }

  // The end of a node's own text; an alias stands elsewhere.
  void Finish(std::shared_ptr<YamlNode> node, YAML::anchor_t anchor) {
    if (node->kind == YamlNode::Kind::kNull ||
        node->kind == YamlNode::Kind::kScalar) {
      ++nodes_;
    }
    if (!open_.empty()) {
      Span& parent = open_.back().node->span;
      parent.end = std::max(parent.end, node->span.end);
    }
    if (anchor != YAML::NullAnchor) anchors_[anchor] = node;
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
    return key.kind == YamlNode::Kind::kScalar && key.plain &&
           key.text.text() == "<<";
  }

  void ReportDuplicates(const YamlNode& map) {
    std::unordered_map<std::string_view, const YamlNode*> seen;
    for (const YamlEntry& entry : map.entries) {
      if (entry.key->kind != YamlNode::Kind::kScalar) continue;
      const auto [first, fresh] =
          seen.emplace(entry.key->text.text(), entry.key.get());
      if (fresh || IsMergeKey(*entry.key)) continue;
      diagnostics_.Error(
          "duplicate-key", entry.key->span,
          absl::StrFormat("mapping key \"%s\" already defined at line %d",
                          entry.key->text.text(),
                          LineOf(first->second->span.begin)));
    }
  }

  // Counts in the text that yaml-cpp reads, as promtool would of that file.
  std::size_t LineOf(std::size_t outer_offset) {
    std::size_t line = 1;
    const std::size_t size = text().size();
    for (std::size_t i = 0; i < size; ++i) {
      if (outer_.Outer({i, i}).begin >= outer_offset) break;
      if (text()[i] == '\n') ++line;
    }
    return line;
  }

  void Merge(OpenNode& open) {
    std::vector<YamlEntry> own;
    std::vector<YamlEntry> merges;
    for (YamlEntry& entry : open.node->entries) {
      (IsMergeKey(*entry.key) ? merges : own).push_back(std::move(entry));
    }
    open.node->entries = std::move(own);
    for (const YamlEntry& merge : merges) {
      if (merge.value->kind == YamlNode::Kind::kMap) {
        MergeMap(open, *merge.value);
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
            "map merge requires map or sequence of maps as the value");
        continue;
      }
      for (const YamlNodePtr& item : merge.value->items) MergeMap(open, *item);
    }
  }

  // What the map has already stays.
  void MergeMap(OpenNode& open, const YamlNode& from) {
    Charge(open.mark, from.size);
    for (const YamlEntry& entry : from.entries) {
      const bool scalar = entry.key->kind == YamlNode::Kind::kScalar;
      if (scalar && open.node->FindEntry(entry.key->text.text()) != nullptr) {
        continue;
      }
      open.node->size += entry.key->size + entry.value->size;
      open.node->entries.push_back({entry.key, entry.value, true});
    }
  }

  const Excerpt& outer_;
  Diagnostics& diagnostics_;
  const YamlOptions& options_;
  std::vector<YamlNodePtr> documents_;
  std::vector<OpenNode> open_;
  std::unordered_map<YAML::anchor_t, YamlNodePtr> anchors_;
  std::size_t document_start_ = 0;
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
  if (const auto bad = FindBadCharacter(text.text())) {
    diagnostics.Error("yaml", text.Outer({bad->offset, bad->offset + 1}),
                      absl::StrFormat("yaml: %s", bad->message));
    return {};
  }
  Builder builder(text, diagnostics, options);
  try {
    std::istringstream stream{std::string(text.text())};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Finished&) {
    return builder.TakeDocuments();
  } catch (const Abandoned&) {
    return {};
  } catch (const YAML::Exception& error) {
    diagnostics.Error("yaml", ByteAt(text, error.mark),
                      absl::StrFormat("yaml: %s", error.msg));
    return {};
  }
  return builder.TakeDocuments();
}

}  // namespace base
