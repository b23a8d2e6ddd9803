// Results in the shape of Prometheus' HTTP API.

#ifndef PROMQL_ENGINE_RESULT_JSON_H_
#define PROMQL_ENGINE_RESULT_JSON_H_

#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "promql/engine/engine.h"

namespace promql {

// {"status":"success","data":{"resultType":"vector","result":[...]}} with
// "warnings" and "infos" where there are any. Times are seconds, values
// strings, as Prometheus 3 writes them. `query` is the text for the places of
// the findings.
std::string ResultJson(const QueryResult& result, std::string_view query,
                       const base::Diagnostics& diagnostics);

// {"status":"error","errorType":"bad_data","error":"..."}
std::string ErrorJson(std::string_view type, std::string_view message);

}  // namespace promql

#endif  // PROMQL_ENGINE_RESULT_JSON_H_
