#include "alerts/lint/comments.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"

namespace alerts {
namespace {

constexpr std::string_view kForm =
    "# rollwatch disable CODE until 2027-03-01 because REASON";
constexpr base::Duration kDay = 24 * 60 * 60 * 1000;

// One that names checks to hide.
struct Comment {
  bool pint = false;
  bool whole_file = false;
  base::Span span;                       // From its # on.
  const Rule* rule = nullptr;            // Unless whole_file.
  std::vector<std::string_view> codes;   // Of the check table.
  std::string_view argument;             // pint's "(foo)" without parentheses.
  std::optional<base::Timestamp> until;  // The first moment it is over.
  bool used = false;
};

std::string_view TakeWord(std::string_view& text) {
  const std::size_t begin =
      std::min(text.find_first_not_of(" \t"), text.size());
  const std::size_t end =
      std::min(text.find_first_of(" \t", begin), text.size());
  const std::string_view word = text.substr(begin, end - begin);
  text.remove_prefix(end);
  return word;
}

bool IsDay(std::string_view text) {
  return text.size() == 10 && text[4] == '-' && text[7] == '-';
}

// A day is its first moment.
std::optional<base::Timestamp> ReadTime(std::string_view text) {
  if (IsDay(text)) {
    return base::ParseTimestamp(std::string(text) + "T00:00:00Z");
  }
  return text.find('T') == std::string_view::npos ? std::nullopt
                                                  : base::ParseTimestamp(text);
}

// Reads the comments of one file and says what is wrong with them.
class CommentReader {
 public:
  CommentReader(const RuleFile& file, const CommentOptions& options,
                LintResult& result)
      : file_(file), options_(options), result_(result) {}

  std::vector<Comment> Read() {
    const std::string_view text = file_.source->text();
    for (std::size_t at = text.find('#'); at != std::string_view::npos;
         at = text.find('#', at + 1)) {
      if (at > 0 && text[at - 1] != ' ' && text[at - 1] != '\t' &&
          text[at - 1] != '\n') {
        continue;
      }
      const std::size_t end = std::min(text.find('\n', at), text.size());
      ReadOne({at, end}, text.substr(at + 1, end - at - 1));
    }
    return std::move(comments_);
  }

  void Report(const Comment& comment, std::string message, std::string help) {
    if (!options_.report) return;
    result_.findings.push_back(
        {&file_,
         comment.rule == nullptr ? nullptr : GroupOf(comment.rule),
         comment.rule,
         {FindCheck(kDisableComment)->severity, std::string(kDisableComment),
          comment.span, std::move(message), std::move(help)}});
  }

 private:
  struct Place {
    std::size_t first_line;
    std::size_t last_line;
    const Group* group;
    const Rule* rule;
  };

  void ReadOne(base::Span span, std::string_view text) {
    const std::string_view tool = TakeWord(text);
    Comment comment;
    comment.pint = tool == "pint";
    comment.span = span;
    if ((!comment.pint && tool != "rollwatch") || IsText(span.begin)) return;
    std::string_view verb = TakeWord(text);
    if (verb.starts_with("file/")) {
      comment.whole_file = true;
      verb.remove_prefix(5);
    } else {
      comment.rule = RuleAt(file_.source->PositionAt(span.begin).line);
    }
    if (comment.pint) {
      ReadPint(comment, verb, text);
    } else {
      ReadRollwatch(comment, verb, text);
    }
  }

  // Of pint's other comments nothing is known.
  void ReadPint(Comment& comment, std::string_view verb,
                std::string_view text) {
    if (verb == "snooze") {
      comment.until = ReadTime(TakeWord(text));
      if (!comment.until) return;
    } else if (verb != "disable") {
      return;
    }
    std::string_view check = TakeWord(text);
    if (const std::size_t open = check.find('(');
        open != std::string_view::npos) {
      // The rest of the line: an argument may have spaces.
      comment.argument =
          std::string_view(check.data() + open + 1,
                           static_cast<std::size_t>(text.data() + text.size() -
                                                    (check.data() + open + 1)));
      comment.argument =
          comment.argument.substr(0, comment.argument.rfind(')'));
      check = check.substr(0, open);
    }
    for (const Check& row : Checks()) {
      for (std::string_view names = row.pint; !names.empty();) {
        std::string_view name = TakeWord(names);
        if (name.ends_with(',')) name.remove_suffix(1);
        if (name == check) comment.codes.push_back(row.code);
      }
    }
    if (!comment.codes.empty() && (comment.whole_file || comment.rule)) {
      comments_.push_back(std::move(comment));
    }
  }

  void ReadRollwatch(Comment& comment, std::string_view verb,
                     std::string_view text) {
    if (verb != "disable") {
      // "# rollwatch finds this" is a sentence; a typing error is none.
      if (base::Nearest(verb, {"disable"}).empty()) return;
      Report(comment,
             absl::StrFormat("no comment of rollwatch is \"%s\"", verb),
             std::string(kForm));
      return;
    }
    if (!ReadCodes(comment, TakeWord(text))) return;
    std::string_view word = TakeWord(text);
    if (word == "until") {
      const std::string_view time = TakeWord(text);
      comment.until = ReadTime(time);
      if (!comment.until) {
        Report(comment, absl::StrFormat("\"%s\" is no date", time),
               std::string(kForm));
        return;
      }
      if (IsDay(time)) *comment.until += kDay;
      word = TakeWord(text);
    }
    const bool reason = word == "because" && !TakeWord(text).empty();
    if (!reason) {
      Report(comment, "this comment gives no reason", std::string(kForm));
    }
    if (!comment.whole_file && comment.rule == nullptr) {
      Report(comment, "this comment stands at no rule",
             "put it into or right above one, or write file/disable");
      return;
    }
    comments_.push_back(std::move(comment));
  }

  // "a" or "a,b"; false when one is no check.
  bool ReadCodes(Comment& comment, std::string_view list) {
    std::vector<std::string_view> known;
    for (const Check& row : Checks()) known.push_back(row.code);
    do {
      const std::size_t comma = std::min(list.find(','), list.size());
      const Check* check = FindCheck(list.substr(0, comma));
      if (check == nullptr) {
        const std::string_view near =
            base::Nearest(list.substr(0, comma), known);
        Report(
            comment,
            absl::StrFormat("no check is called \"%s\"", list.substr(0, comma)),
            near.empty() ? std::string(kForm)
                         : absl::StrFormat("did you mean \"%s\"?", near));
        return false;
      }
      comment.codes.push_back(check->code);
      list.remove_prefix(std::min(comma + 1, list.size()));
    } while (!list.empty());
    return true;
  }

  // Whether the place lies in the text of a label or annotation: no comment.
  bool IsText(std::size_t offset) const {
    const auto holds = [&](const std::vector<TemplateField>& fields) {
      return std::ranges::any_of(fields, [&](const TemplateField& field) {
        return field.value.span.begin < offset && offset < field.value.span.end;
      });
    };
    return std::ranges::any_of(file_.groups, [&](const Group& group) {
      return holds(group.labels) ||
             std::ranges::any_of(group.rules, [&](const Rule& rule) {
               return holds(rule.labels) || holds(rule.annotations);
             });
    });
  }

  const std::vector<Place>& Places() {
    if (!places_.empty()) return places_;
    const std::string_view text = file_.source->text();
    for (const Group& group : file_.groups) {
      for (const Rule& rule : group.rules) {
        std::size_t end = rule.span.end;
        while (end > rule.span.begin + 1 &&
               std::string_view(" \t\r\n").find(text[end - 1]) !=
                   std::string_view::npos) {
          --end;
        }
        places_.push_back({file_.source->PositionAt(rule.span.begin).line,
                           file_.source->PositionAt(end - 1).line, &group,
                           &rule});
      }
    }
    return places_;
  }

  const Rule* RuleAt(std::size_t line) {
    const Place* next = nullptr;
    for (const Place& place : Places()) {
      if (place.first_line <= line && line <= place.last_line) {
        return place.rule;
      }
      if (place.first_line > line &&
          (next == nullptr || place.first_line < next->first_line)) {
        next = &place;
      }
    }
    if (next == nullptr) return nullptr;
    for (std::size_t between = line + 1; between < next->first_line;
         ++between) {
      const std::string_view text = file_.source->Line(between);
      const std::size_t begin = text.find_first_not_of(" \t\r");
      if (begin != std::string_view::npos && text[begin] != '#') return nullptr;
    }
    return next->rule;
  }

  const Group* GroupOf(const Rule* rule) {
    return std::ranges::find(Places(), rule, &Place::rule)->group;
  }

  const RuleFile& file_;
  const CommentOptions& options_;
  LintResult& result_;
  std::vector<Place> places_;
  std::vector<Comment> comments_;
};

bool Hides(const Comment& comment, const Finding& finding) {
  if (!comment.whole_file && comment.rule != finding.rule) return false;
  if (std::ranges::find(comment.codes, finding.diagnostic.code) ==
      comment.codes.end()) {
    return false;
  }
  return comment.argument.empty() ||
         finding.diagnostic.message.find(comment.argument) != std::string::npos;
}

}  // namespace

void ApplyComments(const RuleFile& file, const CommentOptions& options,
                   std::size_t from, LintResult& result) {
  LintResult about_comments;
  CommentReader reader(file, options, about_comments);
  std::vector<Comment> comments = reader.Read();
  const auto begin =
      result.findings.begin() + static_cast<std::ptrdiff_t>(from);
  const auto hidden = [&](const Finding& finding) {
    bool hides = false;
    for (Comment& comment : comments) {
      if (!Hides(comment, finding)) continue;
      comment.used = true;
      hides = hides || !comment.until || options.now < *comment.until;
    }
    return hides;
  };
  result.findings.erase(std::remove_if(begin, result.findings.end(), hidden),
                        result.findings.end());
  for (const Comment& comment : comments) {
    if (!comment.pint && comment.until && options.now >= *comment.until) {
      reader.Report(comment,
                    "the time of this comment has passed: it hides nothing",
                    comment.used ? "fix what it hid, or give it a new date"
                                 : "remove it: there is nothing to hide");
    }
  }
  if (about_comments.findings.empty()) return;
  result.findings.insert(result.findings.end(), about_comments.findings.begin(),
                         about_comments.findings.end());
  std::stable_sort(result.findings.begin() + static_cast<std::ptrdiff_t>(from),
                   result.findings.end(),
                   [](const Finding& a, const Finding& b) {
                     return a.diagnostic.span.begin < b.diagnostic.span.begin;
                   });
}

}  // namespace alerts
