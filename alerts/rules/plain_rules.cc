// Writes a part of a file as a rule file of its own: rule_parts.h's last
// function.

#include <algorithm>
#include <string>
#include <string_view>

#include "alerts/rules/rule_parts.h"
#include "base/json.h"

namespace alerts {
namespace {

using base::YamlNode;

// Fields of groups that only an operator reads.
constexpr std::string_view kOperatorFields[] = {"partial_response_strategy"};

class PlainWriter {
 public:
  explicit PlainWriter(bool operator_fields)
      : operator_fields_(operator_fields) {}

  std::string Write(const YamlNode& node) {
    if (IsEmpty(node)) return Inline(node, 0) + "\n";
    WriteBlock(node, 0);
    return std::move(out_);
  }

 private:
  static bool IsEmpty(const YamlNode& node) {
    switch (node.kind) {
      case YamlNode::Kind::kMap:
        return node.entries.empty();
      case YamlNode::Kind::kSequence:
        return node.items.empty();
      default:
        return true;
    }
  }

  // A scalar, or what has nothing in it.
  static std::string Inline(const YamlNode& node, std::size_t indent) {
    switch (node.kind) {
      case YamlNode::Kind::kNull:
        return "null";
      case YamlNode::Kind::kMap:
        return "{}";
      case YamlNode::Kind::kSequence:
        return "[]";
      case YamlNode::Kind::kScalar:
        break;
    }
    const std::string_view text = node.text.text();
    // As it was written, so that 5m, 0x10 and true stay what they are; one that
    // went over several lines is not the text that it stands for.
    if (node.plain && text.size() == node.span.end - node.span.begin) {
      return std::string(text);
    }
    if (FitsBlock(text)) return Block(text, indent);
    return base::JsonQuote(text);
  }

  // Lines that "|" keeps to the byte.
  static bool FitsBlock(std::string_view text) {
    const std::size_t lines =
        static_cast<std::size_t>(std::ranges::count(text, '\n'));
    if (lines < 1 || text.starts_with(' ') || text.starts_with('\n') ||
        text.ends_with("\n\n") || text.find("\n\n") != text.npos) {
      return false;
    }
    return std::ranges::all_of(
        text, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); });
  }

  static std::string Block(std::string_view text, std::size_t indent) {
    std::string out = text.ends_with('\n') ? "|" : "|-";
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      out += "\n" + std::string(indent + 2, ' ');
      out += text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
  }

  bool Drops(std::string_view key) const {
    return operator_fields_ &&
           std::ranges::find(kOperatorFields, key) != std::end(kOperatorFields);
  }

  // Behind "key:" or "-".
  void WriteValue(const YamlNode& node, std::size_t indent, bool in_sequence) {
    if (IsEmpty(node)) {
      out_ += " " + Inline(node, indent) + "\n";
    } else if (in_sequence) {
      // The first entry stands on the line of the "-".
      out_ += " ";
      WriteBlock(node, indent + 2, /*first_on_line=*/true);
    } else {
      out_ += "\n";
      WriteBlock(node, indent + 2);
    }
  }

  void WriteBlock(const YamlNode& node, std::size_t indent,
                  bool first_on_line = false) {
    bool first = first_on_line;
    const auto begin = [&] {
      if (!first) out_ += std::string(indent, ' ');
      first = false;
    };
    if (node.kind == YamlNode::Kind::kSequence) {
      for (const base::YamlNodePtr& item : node.items) {
        begin();
        out_ += "-";
        WriteValue(*item, indent, true);
      }
      return;
    }
    for (const base::YamlEntry& entry : node.entries) {
      if (Drops(entry.key->text.text())) continue;
      begin();
      out_ += Inline(*entry.key, indent) + ":";
      WriteValue(*entry.value, indent, false);
    }
  }

  bool operator_fields_;
  std::string out_;
};

}  // namespace

std::string PlainRules(const RulePart& part) {
  return PlainWriter(part.operator_fields).Write(*part.node);
}

}  // namespace alerts
