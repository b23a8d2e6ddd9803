// The assertions of a unit test about queries.

#ifndef ALERTS_UNIT_TESTS_QUERY_CHECK_H_
#define ALERTS_UNIT_TESTS_QUERY_CHECK_H_

#include <optional>
#include <string>
#include <vector>

#include "alerts/storage_host.h"
#include "alerts/unit_tests/test_run.h"
#include "alerts/unit_tests/unit_test_compare.h"
#include "base/time.h"
#include "promql/engine/engine.h"

namespace alerts {

// Asks the series of one test, after all its evaluations. Everything that it is
// given must outlive it.
class QueryCheck {
 public:
  QueryCheck(const TestContext& context, base::Timestamp start,
             const promql::EngineOptions& engine, StorageHost& host)
      : context_(context), start_(start), engine_(engine), host_(host) {}

  UnitTestCase Run(const QueryAssertion& query) const;

 private:
  std::optional<UnitTestFailure> Failure(const QueryAssertion& query,
                                         base::Duration time) const;
  std::optional<std::vector<SamplePattern>> Expected(
      const QueryAssertion& query, std::string& error) const;
  std::string Explanation(const std::string& text, base::Duration time,
                          const std::vector<SamplePattern>& expected,
                          const std::vector<SampleView>& got,
                          const Unpaired& unpaired) const;

  const TestContext& context_;
  const base::Timestamp start_;
  const promql::EngineOptions& engine_;
  StorageHost& host_;
};

}  // namespace alerts

#endif  // ALERTS_UNIT_TESTS_QUERY_CHECK_H_
