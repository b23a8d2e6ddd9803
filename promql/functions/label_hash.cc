#include "promql/functions/label_hash.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#include <string>

namespace promql {
namespace {

// The constants of the xxHash specification.
constexpr std::uint64_t kPrime1 = 11400714785074694791u;
constexpr std::uint64_t kPrime2 = 14029467366897019727u;
constexpr std::uint64_t kPrime3 = 1609587929392839161u;
constexpr std::uint64_t kPrime4 = 9650029242287828579u;
constexpr std::uint64_t kPrime5 = 2870177450012600261u;

std::uint64_t Read64(const char* at) {
  std::uint64_t word;
  std::memcpy(&word, at, sizeof(word));
  return word;
}

std::uint32_t Read32(const char* at) {
  std::uint32_t word;
  std::memcpy(&word, at, sizeof(word));
  return word;
}

std::uint64_t HashRound(std::uint64_t lane, std::uint64_t input) {
  return std::rotl(lane + input * kPrime2, 31) * kPrime1;
}

std::uint64_t MergeRound(std::uint64_t hash, std::uint64_t lane) {
  return (hash ^ HashRound(0, lane)) * kPrime1 + kPrime4;
}

// The stripes of 32 bytes; moves `at` behind the last of them.
std::uint64_t Stripes(const char*& at, const char* end) {
  std::array<std::uint64_t, 4> lanes = {kPrime1 + kPrime2, kPrime2, 0,
                                        0 - kPrime1};
  for (; end - at >= 32; at += 32) {
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      lanes[i] = HashRound(lanes[i], Read64(at + 8 * i));
    }
  }
  std::uint64_t hash = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) +
                       std::rotl(lanes[2], 12) + std::rotl(lanes[3], 18);
  for (const std::uint64_t lane : lanes) hash = MergeRound(hash, lane);
  return hash;
}

}  // namespace

std::uint64_t Xxh64(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  std::uint64_t hash = text.size() >= 32 ? Stripes(at, end) : kPrime5;
  hash += text.size();
  for (; end - at >= 8; at += 8) {
    hash = std::rotl(hash ^ HashRound(0, Read64(at)), 27) * kPrime1 + kPrime4;
  }
  if (end - at >= 4) {
    hash = std::rotl(hash ^ (Read32(at) * kPrime1), 23) * kPrime2 + kPrime3;
    at += 4;
  }
  for (; at < end; ++at) {
    hash = std::rotl(hash ^ (static_cast<unsigned char>(*at) * kPrime5), 11) *
           kPrime1;
  }
  hash = (hash ^ (hash >> 33)) * kPrime2;
  hash = (hash ^ (hash >> 29)) * kPrime3;
  return hash ^ (hash >> 32);
}

// Each string with its length before it: one byte, or 255 and three more.
std::uint64_t HashLabels(const base::Labels& labels) {
  std::string text;
  const auto add = [&text](std::string_view part) {
    const std::size_t size = part.size();
    if (size < 255) {
      text += static_cast<char>(size);
    } else {
      text += '\xff';
      for (int shift = 0; shift < 24; shift += 8) {
        text += static_cast<char>((size >> shift) & 255);
      }
    }
    text += part;
  };
  for (const base::Label& label : labels) {
    add(label.name);
    add(label.value);
  }
  return Xxh64(text);
}

}  // namespace promql
