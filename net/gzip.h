// Gzip, the format of files and of Content-Encoding.

#ifndef NET_GZIP_H_
#define NET_GZIP_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace net {

// Whether the bytes begin as those of a gzip file do.
bool LooksLikeGzip(std::string_view bytes);

// What was compressed; the members of a file that has several, one behind the
// other. Fails with DataLoss, naming the offset, when the bytes are damaged or
// end too early, with ResourceExhausted when more than `max_bytes` come out.
absl::StatusOr<std::string> Gunzip(std::string_view bytes,
                                   std::size_t max_bytes);

// Whether an Accept-Encoding header takes gzip: names it, or *, with a q above
// 0.
bool AcceptsGzip(std::string_view accept_encoding);

// The bytes as one gzip member.
std::string Gzip(std::string_view bytes);

}  // namespace net

#endif  // NET_GZIP_H_
