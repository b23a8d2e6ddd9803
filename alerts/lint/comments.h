// Comments in rule files that hide findings:
//
//   # rollwatch disable zero-by-zero until 2027-03-01 because we guard it
//   # rollwatch file/disable unknown-metric because the exporter is another's
//   # pint disable promql/series
//   # pint snooze 2027-03-01 promql/series(foo)
//   # pint file/disable promql/series     and file/snooze
//
// A comment belongs to the rule that it stands in or right above.

#ifndef ALERTS_LINT_COMMENTS_H_
#define ALERTS_LINT_COMMENTS_H_

#include <cstddef>
#include <string_view>

#include "alerts/lint/lint.h"
#include "alerts/rules/rule_file.h"
#include "base/time.h"

namespace alerts {

// The code of what is wrong with comments.
inline constexpr std::string_view kDisableComment = "disable-comment";

// Whether comments that are themselves wrong are wanted as findings.
struct CommentOptions {
  base::Timestamp now = 0;
  bool report = true;
};

// Takes the findings of `file`, those from index `from` on, that its comments
// hide out of `result`, and adds what is wrong with the comments (the check
// disable-comment). What a rollwatch comment says of the time and the reason:
// "until" a day holds to its end in UTC; a comment whose time has passed hides
// nothing.
void ApplyComments(const RuleFile& file, const CommentOptions& options,
                   std::size_t from, LintResult& result);

}  // namespace alerts

#endif  // ALERTS_LINT_COMMENTS_H_
