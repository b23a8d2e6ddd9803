#include "net/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"

namespace net {
namespace {

template <class T, void (*Free)(T*)>
struct Freer {
  void operator()(T* object) const { Free(object); }
};
using Bio = std::unique_ptr<BIO, Freer<BIO, BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Freer<X509, X509_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY, EVP_PKEY_free>>;
using Names =
    std::unique_ptr<GENERAL_NAMES, Freer<GENERAL_NAMES, GENERAL_NAMES_free>>;

struct Version {
  std::string_view name;
  int number;
};
constexpr Version kVersions[] = {{"TLS10", TLS1_VERSION},
                                 {"TLS11", TLS1_1_VERSION},
                                 {"TLS12", TLS1_2_VERSION},
                                 {"TLS13", TLS1_3_VERSION}};

struct OpensslName {
  std::string_view go;
  std::string_view openssl;  // "": always on, not to be chosen.
};

// clang-format off
constexpr OpensslName kCipherSuites[] = {
    {"TLS_AES_128_GCM_SHA256", ""},
    {"TLS_AES_256_GCM_SHA384", ""},
    {"TLS_CHACHA20_POLY1305_SHA256", ""},
    {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "ECDHE-ECDSA-AES128-SHA"},
    {"TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", "ECDHE-ECDSA-AES256-SHA"},
    {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"},
    {"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384"},
    {"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"},
    {"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "ECDHE-RSA-AES128-SHA"},
    {"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "ECDHE-RSA-AES256-SHA"},
    {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256"},
    {"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384"},
    {"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA-CHACHA20-POLY1305"},
    {"TLS_RSA_WITH_AES_128_CBC_SHA", "AES128-SHA"},
    {"TLS_RSA_WITH_AES_256_CBC_SHA", "AES256-SHA"},
    {"TLS_RSA_WITH_AES_128_GCM_SHA256", "AES128-GCM-SHA256"},
    {"TLS_RSA_WITH_AES_256_GCM_SHA384", "AES256-GCM-SHA384"},
};
constexpr OpensslName kCurves[] = {
    {"X25519", "X25519"},
    {"CurveP256", "P-256"},
    {"CurveP384", "P-384"},
    {"CurveP521", "P-521"},
};
// clang-format on

const Version* FindVersion(std::string_view name) {
  const auto* found = std::ranges::find(kVersions, name, &Version::name);
  return found == std::end(kVersions) ? nullptr : found;
}

template <std::size_t N>
const OpensslName* FindName(const OpensslName (&table)[N],
                            std::string_view name) {
  const auto* found = std::ranges::find(table, name, &OpensslName::go);
  return found == std::end(table) ? nullptr : found;
}

absl::Status Failure(std::string_view what) {
  char text[256] = "unknown";
  const unsigned long code = ERR_get_error();
  if (code != 0) ERR_error_string_n(code, text, sizeof(text));
  ERR_clear_error();
  return absl::InvalidArgumentError(absl::StrFormat("%s: %s", what, text));
}

std::string NameOf(const PemSource& source, std::string_view what) {
  return source.file.empty() ? absl::StrFormat("the inline %s", what)
                             : absl::StrFormat("%s %s", what, source.file);
}

absl::StatusOr<std::string> Read(const PemSource& source,
                                 std::string_view what) {
  if (source.file.empty()) return source.text;
  std::ifstream in(source.file, std::ios::binary);
  if (!in) {
    return absl::NotFoundError(
        absl::StrFormat("cannot read %s", NameOf(source, what)));
  }
  return std::string(std::istreambuf_iterator<char>(in), {});
}

Bio Memory(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// All certificates of a PEM text, in order.
std::vector<Certificate> ReadCertificates(const std::string& text) {
  const Bio bio = Memory(text);
  std::vector<Certificate> all;
  for (;;) {
    Certificate one(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (one == nullptr) break;
    all.push_back(std::move(one));
  }
  return all;
}

absl::Status UseCertificate(SSL_CTX* context, const TlsOptions& options) {
  const absl::StatusOr<std::string> chain =
      Read(options.certificate, "certificate");
  if (!chain.ok()) return chain.status();
  const std::vector<Certificate> certificates = ReadCertificates(*chain);
  if (certificates.empty()) {
    return Failure(absl::StrFormat("%s holds no certificate",
                                   NameOf(options.certificate, "certificate")));
  }
  ERR_clear_error();  // The end of the PEM text counts as one.
  SSL_CTX_use_certificate(context, certificates[0].get());
  for (std::size_t i = 1; i < certificates.size(); ++i) {
    SSL_CTX_add1_chain_cert(context, certificates[i].get());
  }
  const absl::StatusOr<std::string> text = Read(options.key, "key");
  if (!text.ok()) return text.status();
  const Bio bio = Memory(*text);
  // An encrypted key must not ask for its password on the terminal.
  constexpr auto kNoPassword = [](char*, int, int, void*) { return 0; };
  const PrivateKey key(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, kNoPassword, nullptr));
  if (key == nullptr) {
    return Failure(absl::StrFormat("%s is no private key in the clear",
                                   NameOf(options.key, "key")));
  }
  // SSL_CTX_use_PrivateKey takes a key of another kind for a second pair.
  if (X509_check_private_key(certificates[0].get(), key.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    return Failure(absl::StrFormat("%s does not belong to %s",
                                   NameOf(options.key, "key"),
                                   NameOf(options.certificate, "certificate")));
  }
  return absl::OkStatus();
}

std::string TextOf(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<std::size_t>(ASN1_STRING_length(string))};
}

std::string AddressOf(const ASN1_OCTET_STRING* address) {
  char text[INET6_ADDRSTRLEN] = {};
  const int family = ASN1_STRING_length(address) == 4 ? AF_INET : AF_INET6;
  inet_ntop(family, ASN1_STRING_get0_data(address), text, sizeof(text));
  return text;
}

std::string TextOf(const GENERAL_NAME& name) {
  switch (name.type) {
    case GEN_DNS:
      return TextOf(name.d.dNSName);
    case GEN_EMAIL:
      return TextOf(name.d.rfc822Name);
    case GEN_URI:
      return TextOf(name.d.uniformResourceIdentifier);
    case GEN_IPADD:
      return AddressOf(name.d.iPAddress);
    default:
      return {};
  }
}

bool HasAllowedName(X509* certificate,
                    const std::vector<std::string>& allowed) {
  const Names names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  if (names == nullptr) return false;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const std::string text = TextOf(*sk_GENERAL_NAME_value(names.get(), i));
    if (!text.empty() && std::ranges::count(allowed, text) > 0) return true;
  }
  return false;
}

int OptionsIndex() {
  static const int index = SSL_CTX_get_ex_new_index(
      0, nullptr, nullptr, nullptr,
      [](void*, void* options, CRYPTO_EX_DATA*, int, long, void*) {
        delete static_cast<TlsOptions*>(options);
      });
  return index;
}

// OpenSSL's verdict, unless the certificate is not verified at all, and then
// the names.
int Verify(int verified, X509_STORE_CTX* store) {
  const auto* ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  const auto& options = *static_cast<const TlsOptions*>(
      SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), OptionsIndex()));
  const bool unverified =
      options.client_authentication == ClientAuthentication::kRequest ||
      options.client_authentication == ClientAuthentication::kRequireAny;
  if (verified == 0 && !unverified) return 0;
  if (X509_STORE_CTX_get_error_depth(store) != 0) return 1;
  if (options.client_allowed_sans.empty()) return 1;
  if (HasAllowedName(X509_STORE_CTX_get_current_cert(store),
                     options.client_allowed_sans)) {
    return 1;
  }
  X509_STORE_CTX_set_error(store, X509_V_ERR_HOSTNAME_MISMATCH);
  return 0;
}

absl::Status AskForClients(SSL_CTX* context, const TlsOptions& options) {
  int mode = SSL_VERIFY_PEER;
  switch (options.client_authentication) {
    case ClientAuthentication::kNone:
      return absl::OkStatus();
    case ClientAuthentication::kRequest:
    case ClientAuthentication::kVerifyIfGiven:
      break;
    case ClientAuthentication::kRequireAny:
    case ClientAuthentication::kRequireVerified:
      mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  }
  // The context's own copy: a connection may outlive the TlsServer.
  SSL_CTX_set_ex_data(context, OptionsIndex(), new TlsOptions(options));
  SSL_CTX_set_verify(context, mode, &Verify);
  // A session resumed would skip the certificate.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  if (options.client_ca.empty()) return absl::OkStatus();
  const absl::StatusOr<std::string> text = Read(options.client_ca, "client CA");
  if (!text.ok()) return text.status();
  const std::vector<Certificate> authorities = ReadCertificates(*text);
  if (authorities.empty()) {
    return Failure(absl::StrFormat("%s holds no certificate",
                                   NameOf(options.client_ca, "client CA")));
  }
  ERR_clear_error();
  for (const Certificate& authority : authorities) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get());
    SSL_CTX_add_client_CA(context, authority.get());
  }
  return absl::OkStatus();
}

template <std::size_t N>
std::string Translate(const OpensslName (&table)[N],
                      const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    const OpensslName* row = FindName(table, name);
    if (row == nullptr || row->openssl.empty()) continue;
    list += (list.empty() ? "" : ":") + std::string(row->openssl);
  }
  return list;
}

absl::Status ChooseAlgorithms(SSL_CTX* context, const TlsOptions& options) {
  const Version* low = FindVersion(options.min_version);
  const Version* high = FindVersion(options.max_version);
  if (low == nullptr || high == nullptr || low->number > high->number) {
    return absl::InvalidArgumentError(
        "min_version and max_version are TLS10, TLS11, TLS12 or TLS13, the "
        "least first");
  }
  SSL_CTX_set_min_proto_version(context, low->number);
  SSL_CTX_set_max_proto_version(context, high->number);
  const std::string suites = Translate(kCipherSuites, options.cipher_suites);
  if (!suites.empty() &&
      SSL_CTX_set_cipher_list(context, suites.c_str()) != 1) {
    return Failure("cipher_suites");
  }
  const std::string curves = Translate(kCurves, options.curves);
  if (!curves.empty() &&
      SSL_CTX_set1_groups_list(context, curves.c_str()) != 1) {
    return Failure("curve_preferences");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<SSL_CTX>> MakeContext(
    const TlsOptions& options) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()),
                                   SSL_CTX_free);
  SSL_CTX_set_options(context.get(),
                      SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  absl::Status status = ChooseAlgorithms(context.get(), options);
  if (status.ok()) status = UseCertificate(context.get(), options);
  if (status.ok()) status = AskForClients(context.get(), options);
  if (!status.ok()) return status;
  return context;
}

}  // namespace

bool IsTlsVersion(const std::string& name) {
  return FindVersion(name) != nullptr;
}
bool IsTlsCipherSuite(const std::string& name) {
  return FindName(kCipherSuites, name) != nullptr;
}
bool IsTlsCurve(const std::string& name) {
  return FindName(kCurves, name) != nullptr;
}

TlsServer::TlsServer(TlsOptions options, Report report)
    : options_(std::move(options)),
      report_(std::move(report)),
      files_({options_.certificate.file, options_.key.file,
              options_.client_ca.file}) {}

absl::StatusOr<std::shared_ptr<TlsServer>> TlsServer::Load(TlsOptions options,
                                                           Report report) {
  auto server =
      std::make_shared<TlsServer>(std::move(options), std::move(report));
  absl::StatusOr<std::shared_ptr<SSL_CTX>> context =
      MakeContext(server->options_);
  if (!context.ok()) return context.status();
  server->current_ = *std::move(context);
  return server;
}

std::shared_ptr<ssl_ctx_st> TlsServer::Current() {
  const std::lock_guard lock(mutex_);
  if (!files_.Changed()) return current_;
  absl::StatusOr<std::shared_ptr<SSL_CTX>> context = MakeContext(options_);
  if (context.ok()) {
    current_ = *std::move(context);
  } else if (report_) {
    report_(context.status());
  }
  return current_;
}

}  // namespace net
