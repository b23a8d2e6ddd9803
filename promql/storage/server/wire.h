// The wire format of Protocol Buffers, as far as remote read needs it.

#ifndef PROMQL_STORAGE_SERVER_WIRE_H_
#define PROMQL_STORAGE_SERVER_WIRE_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "promql/storage/tsdb/bytes.h"

namespace promql::server {

// The fields of a message, one after the other.
class WireReader {
 public:
  explicit WireReader(std::string_view message) : bytes_(message, 0) {}

  // Moves to the next field; false at the end or when the message is damaged.
  bool Next() {
    if (bytes_.left() == 0) return false;
    const std::uint64_t tag = bytes_.TakeUvarint();
    field_ = tag >> 3;
    number_ = 0;
    text_ = {};
    switch (tag & 7) {
      case 0:
        number_ = bytes_.TakeUvarint();
        break;
      case 1:
        bytes_.Take(8);
        break;
      case 2:
        text_ = bytes_.TakeString();
        break;
      case 5:
        bytes_.Take(4);
        break;
      default:
        bytes_.Fail();
    }
    return bytes_.ok();
  }

  bool ok() const { return bytes_.ok(); }
  std::uint64_t field() const { return field_; }
  std::uint64_t number() const { return number_; }  // Of a varint.
  std::string_view text() const { return text_; }   // Of bytes or a message.

 private:
  tsdb::ByteReader bytes_;
  std::uint64_t field_ = 0;
  std::uint64_t number_ = 0;
  std::string_view text_;
};

class WireWriter {
 public:
  void Number(unsigned field, std::uint64_t number) {
    Varint(field << 3);
    Varint(number);
  }
  void Text(unsigned field, std::string_view text) {
    Varint(field << 3 | 2);
    Varint(text.size());
    bytes_ += text;
  }
  const std::string& bytes() const { return bytes_; }

  void Varint(std::uint64_t number) {
    for (; number >= 0x80; number >>= 7) {
      bytes_ += static_cast<char>(number | 0x80);
    }
    bytes_ += static_cast<char>(number);
  }

 private:
  std::string bytes_;
};

// The bytes in snappy's block format, without any compression.
inline std::string SnappyLiterals(std::string_view bytes) {
  WireWriter header;
  header.Varint(bytes.size());
  std::string out = header.bytes();
  constexpr std::size_t kMost = 65'536;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(kMost, bytes.size()))) {
    const std::string_view part = bytes.substr(0, kMost);
    const std::size_t length = part.size() - 1;
    out += static_cast<char>(61 << 2);  // A literal, its length in two bytes.
    out += static_cast<char>(length & 0xff);
    out += static_cast<char>(length >> 8);
    out += part;
  }
  return out;
}

}  // namespace promql::server

#endif  // PROMQL_STORAGE_SERVER_WIRE_H_
