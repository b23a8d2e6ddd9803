#include "exporter/exemplar.h"

#include <algorithm>

namespace exporter {

bool FitsExemplar(std::string_view run_url) {
  constexpr std::size_t kMost = 128;
  constexpr std::size_t kName = std::string_view("run_url").size();
  // Characters, not bytes: those that continue one are not counted.
  const auto characters =
      std::ranges::count_if(run_url, [](char c) { return (c & 0xC0) != 0x80; });
  return !run_url.empty() &&
         kName + static_cast<std::size_t>(characters) <= kMost;
}

}  // namespace exporter
