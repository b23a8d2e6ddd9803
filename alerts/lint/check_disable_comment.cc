#include "alerts/lint/checks.h"

namespace alerts {

const CheckText kDisableCommentText = {
    .paragraph = R"(A comment "# rollwatch disable CODE until DATE because
REASON" in a rule, or right above it, hides the findings of that check there;
"file/disable" does in the whole file. So that such a comment does not outlive
its reason, it is a finding when the date has passed (then it hides nothing any
more), when it gives no reason, when it names no check, and when it stands at no
rule. pint's "disable" and "snooze" are read as well, for the checks that say
so.)",
    .bad =
        R"(# rollwatch disable zero-by-zero until 2024-01-31 because of the move
- alert: ManyFailures
  expr: |
    sum(rate(smoke_test_total{result="failed"}[1h])) / sum(rate(smoke_test_total[1h])) > 0.1
)",
    .good =
        R"(# rollwatch disable zero-by-zero because the smoke tests never pause
- alert: ManyFailures
  expr: |
    sum(rate(smoke_test_total{result="failed"}[1h])) / sum(rate(smoke_test_total[1h])) > 0.1
)",
};

}  // namespace alerts
