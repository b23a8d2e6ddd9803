// One line of a page of metrics, read from left to right.

#ifndef SCHEMA_EXPOSITION_LINE_H_
#define SCHEMA_EXPOSITION_LINE_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/labels.h"
#include "base/source.h"

namespace schema {

// Every Take moves behind what it read. After a failure, `problem` says what
// was wrong at `position`, and nothing more is to be read.
class ExpositionLine {
 public:
  // `begin` is the line's place in its source.
  ExpositionLine(std::string_view text, std::size_t begin, bool open_metrics)
      : text_(text), begin_(begin), open_metrics_(open_metrics) {}

  bool AtEnd() const { return at_ == text_.size(); }
  char Peek() const { return AtEnd() ? '\0' : text_[at_]; }
  // Spaces and tabs where the text format lets them stand; OpenMetrics has
  // none there.
  void SkipSpace();
  // What stands between two parts of a line: spaces and tabs, which may be
  // missing, or, in OpenMetrics, one space.
  bool TakeSpace();
  // Whether nothing but SkipSpace's is left.
  bool TakeEnd();
  bool TakeCharacter(char c);
  // Everything up to the next space or tab.
  std::string_view TakeWord();
  // All that is left.
  std::string_view TakeRest();
  // What names a series, name{...} or name or {...}, without looking closer:
  // empty when the braces do not close or do not follow the name at once.
  std::string_view PeekSeries() const;
  // REQUIRES: so many characters are left
  void Skip(std::size_t characters) { at_ += characters; }
  bool StartsWith(std::string_view text) const {
    return text_.substr(at_).starts_with(text);
  }

  bool TakeMetricName(std::string& name);
  // The same, or one in quotes.
  bool TakeFamilyName(std::string& name);
  // {a="b",c="d"} of a series, with an optional comma at the end; appends. A
  // quoted name without a value is that of the metric, when it has none yet.
  bool TakeSeriesLabels(std::string& metric, std::vector<base::Label>& labels);
  // The same of an exemplar, whose labels are not looked at.
  bool TakeExemplarLabels();
  // Go's ParseFloat, without hexadecimal numbers and underscores.
  bool TakeNumber(double& number);

  bool Fail(std::string problem);
  const std::string& problem() const { return problem_; }
  // Where the reading stopped, to the end of the line.
  base::Span span() const { return {begin_ + at_, begin_ + text_.size()}; }
  base::Span whole() const { return {begin_, begin_ + text_.size()}; }

 private:
  // One part of a list of labels; one without a value was a name in quotes.
  struct Part {
    std::string name;
    std::optional<std::string> value;
    std::size_t name_end = 0;  // In the line.
  };
  bool TakeLabels(const std::function<bool(Part& part)>& add);
  bool TakePart(Part& part);
  bool TakeQuoted(std::string_view what, std::string& value);

  std::string_view text_;
  std::size_t begin_;
  bool open_metrics_;
  std::size_t at_ = 0;
  std::string problem_;
};

// The text of a HELP line: \\ and \n, and in OpenMetrics \", are escapes.
std::string UnescapeHelp(std::string_view text, bool quotes);

}  // namespace schema

#endif  // SCHEMA_EXPOSITION_LINE_H_
