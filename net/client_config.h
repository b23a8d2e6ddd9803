// Credentials and TLS of an HTTP client, as users write them.

#ifndef NET_CLIENT_CONFIG_H_
#define NET_CLIENT_CONFIG_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "net/http_client.h"

namespace net {

// Empty: not given.
struct ClientSettings {
  // YAML as Prometheus' HTTP client and promtool's --http.config.file have it:
  // basic_auth (username, password, password_file), authorization (type,
  // credentials, credentials_file), bearer_token, bearer_token_file, tls_config
  // (ca_file, cert_file, key_file, insecure_skip_verify), http_headers (NAME:
  // {values: [...]}). Its relative paths count from its own folder.
  std::string config_file = {};
  std::string basic_auth_file = {};       // USER:PASSWORD, one line.
  std::string bearer_token_file = {};     // The token, one line.
  std::vector<std::string> headers = {};  // "NAME: VALUE".
  std::string ca_file = {};
  std::string certificate_file = {};
  std::string key_file = {};
  bool insecure = false;
};

// Reads the files. What is set beside the file wins over what it says. The
// message of a failure names the file, or the setting, and the reason.
absl::StatusOr<ClientOptions> MakeClientOptions(const ClientSettings& settings);

}  // namespace net

#endif  // NET_CLIENT_CONFIG_H_
