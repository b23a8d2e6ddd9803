#include "tests/support/certificates.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <memory>

namespace tests {
namespace {

template <class T, void (*Free)(T*)>
struct Freer {
  void operator()(T* object) const { Free(object); }
};
using Bio = std::unique_ptr<BIO, Freer<BIO, BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Freer<X509, X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY, EVP_PKEY_free>>;

Bio Memory(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string TextOf(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<std::size_t>(size));
}

Certificate ReadCertificate(const std::string& text) {
  return Certificate(
      PEM_read_bio_X509(Memory(text).get(), nullptr, nullptr, nullptr));
}

Key ReadKey(const std::string& text) {
  return Key(
      PEM_read_bio_PrivateKey(Memory(text).get(), nullptr, nullptr, nullptr));
}

void AddExtension(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension =
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

std::string ErrorText() {
  char text[256] = "closed";
  const unsigned long code = ERR_get_error();
  if (code != 0) ERR_error_string_n(code, text, sizeof(text));
  ERR_clear_error();
  return std::string("error: ") + text;
}

}  // namespace

Identity MakeCertificate(const CertificateOptions& options) {
  static long serial = 1;
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  constexpr long kDay = 86'400;
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -30 * kDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), options.days * kDay);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(
      name, "CN", MBSTRING_ASC,
      reinterpret_cast<const unsigned char*>(options.name.c_str()), -1, -1, 0);
  std::string names;
  for (const std::string& one : options.names) {
    names += (names.empty() ? "" : ",") + one;
  }
  if (!names.empty()) {
    AddExtension(certificate.get(), NID_subject_alt_name, names);
  }
  if (options.issuer == nullptr) {
    AddExtension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
    X509_set_issuer_name(certificate.get(), name);
    X509_sign(certificate.get(), key.get(), EVP_sha256());
  } else {
    const Certificate issuer = ReadCertificate(options.issuer->certificate);
    const Key issuer_key = ReadKey(options.issuer->key);
    X509_set_issuer_name(certificate.get(),
                         X509_get_subject_name(issuer.get()));
    X509_sign(certificate.get(), issuer_key.get(), EVP_sha256());
  }
  Identity identity;
  const Bio certificate_text(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(certificate_text.get(), certificate.get());
  identity.certificate = TextOf(certificate_text.get());
  const Bio key_text(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0,
                           nullptr, nullptr);
  identity.key = TextOf(key_text.get());
  return identity;
}

std::string WriteMutualTls(const TemporaryFolder& folder,
                           const Identity& authority) {
  const Identity server = MakeCertificate(
      {.name = "sidecar", .names = {"IP:127.0.0.1"}, .issuer = &authority});
  const Identity client =
      MakeCertificate({.name = "client", .issuer = &authority});
  folder.Write("ca.pem", authority.certificate);
  folder.Write("server.pem", server.certificate);
  folder.Write("server.key", server.key);
  folder.Write("client.pem", client.certificate);
  folder.Write("client.key", client.key);
  return folder.Write("web.yml",
                      "tls_server_config:\n"
                      "  cert_file: server.pem\n"
                      "  key_file: server.key\n"
                      "  client_ca_file: ca.pem\n"
                      "  client_auth_type: RequireAndVerifyClientCert\n");
}

std::string TlsExchange(int port, const std::string& authority,
                        const Identity* client, const std::string& request) {
  const std::unique_ptr<SSL_CTX, Freer<SSL_CTX, SSL_CTX_free>> context(
      SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()),
                      ReadCertificate(authority).get());
  if (client != nullptr) {
    SSL_CTX_use_certificate(context.get(),
                            ReadCertificate(client->certificate).get());
    SSL_CTX_use_PrivateKey(context.get(), ReadKey(client->key).get());
  }
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in name = {};
  name.sin_family = AF_INET;
  name.sin_port = htons(static_cast<std::uint16_t>(port));
  inet_pton(AF_INET, "127.0.0.1", &name.sin_addr);
  std::string answer;
  if (connect(descriptor, reinterpret_cast<const sockaddr*>(&name),
              sizeof(name)) != 0) {
    close(descriptor);
    return "error: nobody listens";
  }
  const std::unique_ptr<SSL, Freer<SSL, SSL_free>> ssl(SSL_new(context.get()));
  SSL_set_fd(ssl.get(), descriptor);
  if (SSL_connect(ssl.get()) != 1 ||
      SSL_write(ssl.get(), request.data(), static_cast<int>(request.size())) <=
          0) {
    answer = ErrorText();
  } else {
    char bytes[4096];
    for (;;) {
      const int read = SSL_read(ssl.get(), bytes, sizeof(bytes));
      if (read <= 0) break;
      answer.append(bytes, static_cast<std::size_t>(read));
    }
    // With TLS 1.3 a refused client learns of it only now.
    if (answer.empty()) answer = ErrorText();
  }
  close(descriptor);
  return answer;
}

}  // namespace tests
