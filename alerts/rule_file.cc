#include "alerts/rule_file.h"
namespace alerts {
std::size_t RuleFile::rule_count() const {
  std::size_t count = 0;
  for (const Group& group : groups) count += group.rules.size();
  return count;
}
}  // namespace alerts
