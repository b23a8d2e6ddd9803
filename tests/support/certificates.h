// Certificates made for a test, and a TLS client that shows what it gets.

#ifndef TESTS_SUPPORT_CERTIFICATES_H_
#define TESTS_SUPPORT_CERTIFICATES_H_

#include <string>
#include <vector>

#include "tests/support/process.h"

namespace tests {

// PEM texts.
struct Identity {
  std::string certificate;
  std::string key;
};

struct CertificateOptions {
  std::string name;  // The common name.
  std::vector<std::string> names =
      {};                            // As OpenSSL writes them: "DNS:localhost".
  const Identity* issuer = nullptr;  // Null: signs itself, and may issue.
  int days = 1;                      // Valid for; negative: expired.
};

Identity MakeCertificate(const CertificateOptions& options);

// Writes what a server on 127.0.0.1 and its client need to trust each other:
// ca.pem, server.pem, server.key, client.pem, client.key; and web.yml, whose
// path is returned, a --web.config.file that asks clients for a certificate.
std::string WriteMutualTls(const TemporaryFolder& folder,
                           const Identity& authority);

// Sends `request` to 127.0.0.1:`port` as a TLS client that trusts `authority`
// and shows `client` where it has one. All that comes back until the server
// closes, or "error: " and the reason.
std::string TlsExchange(int port, const std::string& authority,
                        const Identity* client, const std::string& request);

}  // namespace tests

#endif  // TESTS_SUPPORT_CERTIFICATES_H_
