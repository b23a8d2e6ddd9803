// A schema as text, for people and other programs.

#ifndef SCHEMA_WRITER_H_
#define SCHEMA_WRITER_H_

#include <string>

#include "schema/schema.h"

namespace schema {

// The metrics of the schema, those of Prometheus itself left out:
//   metrics:
//     - name: deployment_total
//       type: counter
//       help: "Deployments that finished, by outcome."
//       range: [0, +Inf]
//       starts_at_zero: true
//       labels:
//         - name: environment
//           values: [staging, production]
//           others: never        # maybe: a page was read; expected: open
// A metric with a unit or buckets has `unit` and `buckets` too.
std::string ToYaml(const Schema& schema);

// The same members as JSON; an infinite end of a range is "+Inf" or "-Inf".
std::string ToJson(const Schema& schema);

}  // namespace schema

#endif  // SCHEMA_WRITER_H_
