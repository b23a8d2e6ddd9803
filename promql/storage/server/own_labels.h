// The labels that a series has in its server.

#ifndef PROMQL_STORAGE_SERVER_OWN_LABELS_H_
#define PROMQL_STORAGE_SERVER_OWN_LABELS_H_

#include <optional>
#include <vector>

#include "base/labels.h"
#include "base/matcher.h"
#include "promql/storage/server/fetch.h"

namespace promql::server {

// The same matchers for remote read, which takes one for an external label's
// value for one for series that have no such label.
std::vector<base::Matcher> AsStored(const std::vector<base::Matcher>& matchers,
                                    const base::Labels& external);

// What remote read answered, with the labels that the series have in the
// server: it adds each of `external` to the series that have no label of that
// name. Series that have one of their own, of the same value even, are found by
// asking for series; what then does not satisfy the matchers is left out.
// Nothing when two series of the server have become one by it, or when the
// server does not say which series it has: ask in another way.
std::optional<Fetched> WithOwnLabels(Fetched fetched,
                                     const base::Labels& external,
                                     const Connection& connection,
                                     const std::vector<base::Matcher>& matchers,
                                     TimeSpan span);

}  // namespace promql::server

#endif  // PROMQL_STORAGE_SERVER_OWN_LABELS_H_
