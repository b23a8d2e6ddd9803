// The files that `rollwatch check` is given.

#ifndef ROLLWATCH_CHECK_INPUTS_H_
#define ROLLWATCH_CHECK_INPUTS_H_

#include <string>
#include <vector>

namespace rollwatch {

struct CheckInput {
  std::string name;  // The path; "<stdin>" for "-".
  std::string text;
};

// Reads files, the YAML files with rules below folders, and "-". False, each
// said on stderr, when some cannot be read: `inputs` holds the others.
bool ReadCheckInputs(const std::vector<std::string>& paths,
                     std::vector<CheckInput>& inputs);

}  // namespace rollwatch

#endif  // ROLLWATCH_CHECK_INPUTS_H_
