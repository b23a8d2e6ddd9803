// rollwatch schema pull: the metrics of a live server.

#ifndef ROLLWATCH_SCHEMA_PULL_H_
#define ROLLWATCH_SCHEMA_PULL_H_

#include "rollwatch/commands.h"

namespace rollwatch {

// `arguments` are those behind "pull".
int PullSchema(const Arguments& arguments);

}  // namespace rollwatch

#endif  // ROLLWATCH_SCHEMA_PULL_H_
