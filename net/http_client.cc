#include "net/http_client.h"

#include <curl/curl.h>
#include <dlfcn.h>

#include <memory>
#include <string_view>

#include "absl/strings/str_format.h"
#include "net/url.h"

// libcurl's type-checking macros; here its functions are pointers.
#undef curl_easy_setopt
#undef curl_easy_getinfo

namespace net {
namespace {

// libcurl is loaded by name because linking it costs every start of the
// program 7 ms, for the few that make a request.
struct Curl {
  decltype(&::curl_global_init) global_init;
  decltype(&::curl_easy_init) init;
  decltype(&::curl_easy_cleanup) cleanup;
  decltype(&::curl_easy_setopt) setopt;
  decltype(&::curl_easy_perform) perform;
  decltype(&::curl_easy_getinfo) getinfo;
  decltype(&::curl_easy_strerror) strerror;
  decltype(&::curl_slist_append) slist_append;
  decltype(&::curl_slist_free_all) slist_free_all;
  std::string error;  // Why it could not be loaded; empty when it was.
};

template <typename Function>
void Load(void* library, const char* name, Function& function, Curl& curl) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  if (function == nullptr) {
    curl.error = absl::StrFormat("libcurl.so.4 has no %s", name);
  }
}

Curl LoadCurl() {
  Curl curl = {};
  void* library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    curl.error = absl::StrFormat("cannot load libcurl.so.4: %s", dlerror());
    return curl;
  }
  Load(library, "curl_global_init", curl.global_init, curl);
  Load(library, "curl_easy_init", curl.init, curl);
  Load(library, "curl_easy_cleanup", curl.cleanup, curl);
  Load(library, "curl_easy_setopt", curl.setopt, curl);
  Load(library, "curl_easy_perform", curl.perform, curl);
  Load(library, "curl_easy_getinfo", curl.getinfo, curl);
  Load(library, "curl_easy_strerror", curl.strerror, curl);
  Load(library, "curl_slist_append", curl.slist_append, curl);
  Load(library, "curl_slist_free_all", curl.slist_free_all, curl);
  if (curl.error.empty() && curl.global_init(CURL_GLOBAL_ALL) != CURLE_OK) {
    curl.error = "libcurl does not start";
  }
  return curl;
}

const Curl& TheCurl() {
  static const Curl* const curl = new Curl(LoadCurl());
  return *curl;
}

struct PartialAnswer {
  HttpResponse response;
  std::size_t limit;
  bool too_long = false;
};

std::size_t TakeBody(char* data, std::size_t size, std::size_t count,
                     void* user) {
  PartialAnswer& answer = *static_cast<PartialAnswer*>(user);
  const std::size_t bytes = size * count;
  if (answer.response.body.size() + bytes > answer.limit) {
    answer.too_long = true;
    return 0;
  }
  answer.response.body.append(data, bytes);
  return bytes;
}

std::size_t TakeHeader(char* data, std::size_t size, std::size_t count,
                       void* user) {
  PartialAnswer& answer = *static_cast<PartialAnswer*>(user);
  std::string_view line(data, size * count);
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  const std::size_t colon = line.find(':');
  if (line.starts_with("HTTP/")) {
    answer.response.headers.clear();  // Of an interim answer, 100 Continue.
  } else if (colon != line.npos) {
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    answer.response.headers.push_back(
        {std::string(line.substr(0, colon)), std::string(value)});
  }
  return size * count;
}

absl::Status StatusOf(CURLcode code, const PartialAnswer& answer,
                      std::string_view text) {
  if (answer.too_long) {
    return absl::ResourceExhaustedError(
        absl::StrFormat("the answer is longer than %d bytes", answer.limit));
  }
  const std::string message(text);
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return absl::DeadlineExceededError(message);
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return absl::InvalidArgumentError(message);
    default:
      return absl::UnavailableError(message);
  }
}

void SetTls(const Curl& curl, CURL* handle, const TlsClientOptions& tls) {
  const auto set_path = [&](CURLoption option, const std::string& path) {
    if (!path.empty()) curl.setopt(handle, option, path.c_str());
  };
  set_path(CURLOPT_CAINFO, tls.ca_file);
  set_path(CURLOPT_SSLCERT, tls.certificate_file);
  set_path(CURLOPT_SSLKEY, tls.key_file);
  if (tls.insecure) {
    curl.setopt(handle, CURLOPT_SSL_VERIFYPEER, 0L);
    curl.setopt(handle, CURLOPT_SSL_VERIFYHOST, 0L);
  }
}

}  // namespace

absl::StatusOr<HttpResponse> Send(const HttpCall& call) {
  const absl::StatusOr<Url> url = ParseUrl(call.url);
  if (!url.ok()) return url.status();
  const Curl& curl = TheCurl();
  if (!curl.error.empty()) return absl::FailedPreconditionError(curl.error);
  const std::unique_ptr<CURL, decltype(curl.cleanup)> easy(curl.init(),
                                                           curl.cleanup);
  if (easy == nullptr) return absl::UnavailableError("libcurl has no memory");
  PartialAnswer answer{{}, call.max_response_bytes};
  std::unique_ptr<curl_slist, decltype(curl.slist_free_all)> lines(
      nullptr, curl.slist_free_all);
  const auto add_line = [&](const std::string& line) {
    lines.reset(curl.slist_append(lines.release(), line.c_str()));
  };
  for (const Header& header : call.headers) {
    add_line(absl::StrFormat("%s: %s", header.name, header.value));
  }
  add_line("Expect:");  // Waiting for 100 Continue costs a second.
  char error[CURL_ERROR_SIZE] = {};
  CURL* const handle = easy.get();
  curl.setopt(handle, CURLOPT_URL, call.url.c_str());
  curl.setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl.setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl.setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(call.timeout));
  curl.setopt(handle, CURLOPT_ERRORBUFFER, error);
  curl.setopt(handle, CURLOPT_USERAGENT, "rollwatch");
  curl.setopt(handle, CURLOPT_HTTPHEADER, lines.get());
  curl.setopt(handle, CURLOPT_WRITEFUNCTION, &TakeBody);
  curl.setopt(handle, CURLOPT_WRITEDATA, &answer);
  curl.setopt(handle, CURLOPT_HEADERFUNCTION, &TakeHeader);
  curl.setopt(handle, CURLOPT_HEADERDATA, &answer);
  SetTls(curl, handle, call.tls);
  if (IsLoopback(url->host)) curl.setopt(handle, CURLOPT_PROXY, "");
  if (call.method == "POST") {
    curl.setopt(handle, CURLOPT_POST, 1L);
    curl.setopt(handle, CURLOPT_POSTFIELDS, call.body.data());
    curl.setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                static_cast<curl_off_t>(call.body.size()));
  } else if (call.method == "HEAD") {
    curl.setopt(handle, CURLOPT_NOBODY, 1L);
  } else {
    curl.setopt(handle, CURLOPT_CUSTOMREQUEST, call.method.c_str());
  }
  const CURLcode code = curl.perform(handle);
  if (code != CURLE_OK) {
    return StatusOf(code, answer, *error != 0 ? error : curl.strerror(code));
  }
  long status = 0;
  curl.getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  answer.response.status = static_cast<int>(status);
  answer.response.content_type =
      FindHeader(answer.response.headers, "Content-Type");
  return std::move(answer.response);
}

}  // namespace net
