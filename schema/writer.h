// A schema as text, for people and other programs.

#ifndef SCHEMA_WRITER_H_
#define SCHEMA_WRITER_H_

#include <string>

#include "schema/schema.h"

namespace schema {

// The metrics of the schema, those of Prometheus itself left out, in the form
// that schema/reader.h reads and docs/schema.md describes.
std::string ToYaml(const Schema& schema);

// The same members as JSON; an infinite end of a range is "+Inf" or "-Inf".
std::string ToJson(const Schema& schema);

}  // namespace schema

#endif  // SCHEMA_WRITER_H_
