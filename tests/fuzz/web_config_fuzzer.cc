// Any bytes as a web configuration: nothing crashes, and what is accepted has
// usable values.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/diagnostic.h"
#include "net/password.h"
#include "net/web_config.h"
#include "tests/fuzz/require.h"

using tests::Require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  base::Diagnostics diagnostics;
  const net::WebConfig config =
      net::ReadWebConfig(text, "/etc/rollwatch", diagnostics);
  if (!diagnostics.ok()) {
    Require(!diagnostics.first_error().message.empty(), "an error says nothing",
            text);
    return 0;
  }
  for (const auto& [name, hash] : config.users) {
    Require(net::IsBcryptHash(hash), "a user without hash", text);
  }
  for (const net::Header& header : config.headers) {
    Require(header.value.find_first_of("\r\n") == std::string::npos,
            "a header of two lines", text);
  }
  if (config.tls) {
    Require(!config.tls->certificate.empty() && !config.tls->key.empty(),
            "TLS without certificate", text);
    Require(net::IsTlsVersion(config.tls->min_version), "an unknown version",
            text);
  }
  Require(config.rate_limit.interval >= 0, "a limit below 0", text);
  return 0;
}
