// The TLS side of a server: its certificate, and which clients it believes.

#ifndef NET_TLS_H_
#define NET_TLS_H_

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "net/file_watch.h"

struct ssl_ctx_st;

namespace net {

// Go's tls.ClientAuthType, by its names in a web configuration.
enum class ClientAuthentication {
  kNone,             // NoClientCert
  kRequest,          // RequestClientCert: asked for, not verified
  kRequireAny,       // RequireAnyClientCert: needed, not verified
  kVerifyIfGiven,    // VerifyClientCertIfGiven
  kRequireVerified,  // RequireAndVerifyClientCert
};

// A PEM text, or the file that has it.
struct PemSource {
  std::string file = {};
  std::string text = {};
  bool empty() const { return file.empty() && text.empty(); }
};

struct TlsOptions {
  PemSource certificate;  // With the chain behind it.
  PemSource key;
  ClientAuthentication client_authentication = ClientAuthentication::kNone;
  PemSource client_ca;
  // When there are any, a client's certificate must name one of them as DNS
  // name, IP address, e-mail address or URI.
  std::vector<std::string> client_allowed_sans;
  std::string min_version = "TLS12";  // TLS10, TLS11, TLS12, TLS13.
  std::string max_version = "TLS13";
  // Go's names: TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256; X25519, CurveP256, ...
  // Empty: OpenSSL's own choice. TLS 1.3 has its own, fixed suites.
  std::vector<std::string> cipher_suites;
  std::vector<std::string> curves;
};

// Called for each handshake, by several threads; never null.
using TlsContextSource = std::function<std::shared_ptr<ssl_ctx_st>()>;

// Certificates in use. The files are looked at again for a new connection, at
// most once a second; a changed set that cannot be used is told to `report`
// once and the old one stays. Thread-safe.
class TlsServer {
 public:
  using Report = std::function<void(const absl::Status&)>;

  // Fails when a file cannot be read, is no certificate or key, or the two do
  // not belong together.
  static absl::StatusOr<std::shared_ptr<TlsServer>> Load(
      TlsOptions options, Report report = nullptr);

  // For the next handshake; the caller has a share of it.
  std::shared_ptr<ssl_ctx_st> Current();

  TlsServer(TlsOptions options, Report report);

 private:
  const TlsOptions options_;
  const Report report_;
  std::mutex mutex_;
  std::shared_ptr<ssl_ctx_st> current_;
  FileWatch files_;
};

// The names that `options` may have; for error messages.
bool IsTlsVersion(const std::string& name);
bool IsTlsCipherSuite(const std::string& name);
bool IsTlsCurve(const std::string& name);

}  // namespace net

#endif  // NET_TLS_H_
