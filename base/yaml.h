// YAML as a tree that knows where each of its bytes stands in the file.

#ifndef BASE_YAML_H_
#define BASE_YAML_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/source.h"
#include "base/time.h"

namespace base {

struct YamlNode;
// Never null inside a tree. An alias is the anchored node itself, so the
// places of what it holds are where the anchor stands.
using YamlNodePtr = std::shared_ptr<const YamlNode>;

struct YamlEntry {
  YamlNodePtr key;
  YamlNodePtr value;
  // Came by a merge ("<<"); the places are those of the merged map.
  bool merged = false;
};

struct YamlNode {
  enum class Kind { kNull, kScalar, kSequence, kMap };
  Kind kind = Kind::kNull;
  // As written: a scalar with its quotes, or from its "|" or ">" on; a map or
  // sequence from its first to the end of its last item.
  Span span;
  // A scalar's text as written and decoded: true is "true", 1.50 is "1.50".
  // Maps each decoded byte to its place, whatever the style.
  Excerpt text;
  bool plain = false;  // A scalar without quotes, "|", ">" and tag.
  // Of a scalar, when it says its type: "!!int". Never dangles.
  std::string_view tag;
  std::vector<YamlNodePtr> items;  // Of a sequence.
  std::vector<YamlEntry> entries;  // Of a map: as written, then the merged.
  std::size_t size = 1;            // Nodes in it, each alias counted in full.

  // The value of a map's entry; null when there is none.
  const YamlNode* Find(std::string_view key) const;
  const YamlEntry* FindEntry(std::string_view key) const;
};

struct YamlOptions {
  std::size_t max_depth = 200;
  // Nodes of a document with every alias counted in full: what a reader that
  // walks the tree may meet. Bounds alias bombs.
  std::size_t max_nodes = 2'000'000;
};

// The documents of `text`, in order; none when the text holds nothing but
// comments. Bad syntax, a duplicate key, an undefined alias, a bad merge or an
// exceeded limit is reported, and a file with a syntax error gives no document.
// What follows a document without "---" is ignored, as Go does, with a warning.
std::vector<YamlNodePtr> ParseYaml(std::string_view text,
                                   Diagnostics& diagnostics,
                                   const YamlOptions& options = {});

// The same for YAML that stands in an outer text (a ConfigMap's value): all
// places are in the outer one.
std::vector<YamlNodePtr> ParseYaml(const Excerpt& text,
                                   Diagnostics& diagnostics,
                                   const YamlOptions& options = {});

// One field of a strictly read map and what to do with it.
struct YamlField {
  std::string_view name;
  std::function<void(const YamlEntry&)> read;
};

// Reads a map whose fields are all known, calling `read` for each that is
// there. `type` is what messages call the map. Null reads as a map without
// fields. An unknown field ("field fo not found in type T", with
// did-you-mean), unless `ignore_unknown`, and a node that is not a map are
// reported; a null key is passed over with a warning, as Go does.
void ReadYamlMap(const YamlNode& node, std::string_view type,
                 std::initializer_list<YamlField> fields,
                 Diagnostics& diagnostics, bool ignore_unknown = false);

// Calls `read` for each item. Null is an empty sequence; another kind is
// reported.
void ReadYamlSequence(const YamlNode& node, std::string_view type,
                      const std::function<void(const YamlNode&)>& read,
                      Diagnostics& diagnostics);

// A scalar's text; "" for null. Another kind is reported, and gives nothing.
std::optional<std::string> ReadYamlString(const YamlNode& node,
                                          Diagnostics& diagnostics);
// Nothing, and reported, when it is not a value of that type. Null is 0, false.
std::optional<std::int64_t> ReadYamlInteger(const YamlNode& node,
                                            Diagnostics& diagnostics);
std::optional<double> ReadYamlNumber(const YamlNode& node,
                                     Diagnostics& diagnostics);
// Go's libraries read yes, off and their like where a boolean is wanted.
std::optional<bool> ReadYamlBool(const YamlNode& node,
                                 Diagnostics& diagnostics);
// A Prometheus duration: "5m".
std::optional<Duration> ReadYamlDuration(const YamlNode& node,
                                         Diagnostics& diagnostics);

}  // namespace base

#endif  // BASE_YAML_H_
