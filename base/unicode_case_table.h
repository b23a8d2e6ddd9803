// Unicode's simple case mappings, as unicode_case_table.cc holds them.

#ifndef BASE_UNICODE_CASE_TABLE_H_
#define BASE_UNICODE_CASE_TABLE_H_

#include <cstdint>
#include <span>

namespace base {

// The characters first, first + stride, ... last: each is mapped to the one
// `delta` away.
struct CaseRange {
  std::uint32_t first;
  std::uint32_t last;
  std::uint32_t stride;
  std::int32_t delta;
};

// Sorted, not overlapping. A title case that is the upper case is not in its
// table.
std::span<const CaseRange> UpperRanges();
std::span<const CaseRange> LowerRanges();
std::span<const CaseRange> TitleRanges();

}  // namespace base

#endif  // BASE_UNICODE_CASE_TABLE_H_
