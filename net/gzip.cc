#include "net/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <cassert>
#include <limits>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "net/http_message.h"

namespace net {
namespace {

constexpr int kGzipWindow = 15 + 16;  // 32 KiB, and gzip's own header.

// zlib's lengths have 32 bits and its input is not const.
void SetInput(z_stream& stream, std::string_view bytes) {
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(
      std::min<std::size_t>(bytes.size(), std::numeric_limits<uInt>::max()));
}

absl::Status Damaged(std::size_t offset, const char* why) {
  return absl::DataLossError(
      absl::StrFormat("damaged gzip data at offset %d: %s", offset, why));
}

struct Inflater {
  z_stream stream = {};
  Inflater() { inflateInit2(&stream, kGzipWindow); }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

}  // namespace

bool LooksLikeGzip(std::string_view bytes) {
  return bytes.starts_with("\x1f\x8b");
}

absl::StatusOr<std::string> Gunzip(std::string_view bytes,
                                   std::size_t max_bytes) {
  Inflater inflater;
  z_stream& stream = inflater.stream;
  std::string text;
  std::size_t used = 0;
  for (bool ended = false; !ended || used < bytes.size();) {
    if (ended) inflateReset(&stream);
    if (text.size() > max_bytes) {
      return absl::ResourceExhaustedError(
          absl::StrFormat("more than %d bytes come out of it", max_bytes));
    }
    constexpr std::size_t kChunk = std::size_t{1} << 20;
    const std::size_t room = std::max(kChunk, text.size() / 2);
    const std::size_t begin = text.size();
    text.resize(begin + std::min<std::size_t>(room, 1U << 30));
    stream.next_out = reinterpret_cast<Bytef*>(text.data() + begin);
    stream.avail_out = static_cast<uInt>(text.size() - begin);
    SetInput(stream, bytes.substr(used));
    const uInt given = stream.avail_in;
    const int code = inflate(&stream, Z_NO_FLUSH);
    used += given - stream.avail_in;
    text.resize(text.size() - stream.avail_out);
    ended = code == Z_STREAM_END;
    if (code != Z_OK && !ended) {
      return Damaged(used, code == Z_BUF_ERROR     ? "it ends too early"
                           : stream.msg != nullptr ? stream.msg
                                                   : "no memory");
    }
  }
  if (text.size() > max_bytes) {
    return absl::ResourceExhaustedError(
        absl::StrFormat("more than %d bytes come out of it", max_bytes));
  }
  return text;
}

bool AcceptsGzip(std::string_view accept_encoding) {
  for (const std::string& coding : AcceptedTypes(accept_encoding)) {
    if (coding == "gzip" || coding == "x-gzip" || coding == "*") return true;
  }
  return false;
}

std::string Gzip(std::string_view bytes) {
  assert(bytes.size() <= std::numeric_limits<uInt>::max());
  z_stream stream = {};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, 8,
               Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  SetInput(stream, bytes);
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(packed.size() - stream.avail_out);
  deflateEnd(&stream);
  return packed;
}

}  // namespace net
