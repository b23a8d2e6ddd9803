// Requests over kept connections, for vs_exporters.sh.
//
//   http_load post HOST:PORT PATH BODY CLIENTS SECONDS
//     CLIENTS threads POST as fast as they are answered; # in PATH and BODY is
//     a number that no other request has. Prints the requests answered 2xx in a
//     second, and how many were answered otherwise.
//   http_load get HOST:PORT PATH COUNT HALF_SENT
//     COUNT requests, one behind the other, each on a connection of its own as
//     a probe would send it, beside HALF_SENT connections that began a request
//     and say no more. Prints milliseconds: median, 99th of a hundred, longest.

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Target {
  explicit Target(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    name.sin_family = AF_INET;
    name.sin_port = htons(static_cast<std::uint16_t>(
        std::atoi(std::string(text.substr(colon + 1)).c_str())));
    inet_pton(AF_INET, std::string(text.substr(0, colon)).c_str(),
              &name.sin_addr);
  }
  int Connect() const {
    const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (connect(descriptor, reinterpret_cast<const sockaddr*>(&name),
                sizeof(name)) != 0) {
      std::perror("connect");
      std::exit(1);
    }
    return descriptor;
  }
  sockaddr_in name = {};
};

void Say(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent =
        send(descriptor, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

// The number behind a header's name, in any case; -1 without.
long NumberOf(std::string_view head, std::string_view name) {
  for (std::size_t line = head.find('\n'); line != head.npos;
       line = head.find('\n', line + 1)) {
    const std::string_view rest = head.substr(line + 1);
    if (rest.size() > name.size() &&
        std::equal(name.begin(), name.end(), rest.begin(),
                   [](char lower, char c) {
                     return lower == (c | 0x20) || lower == c;
                   })) {
      return std::atol(std::string(rest.substr(name.size(), 12)).c_str());
    }
  }
  return -1;
}

// The status of one response; 0 when the connection ended. `text` keeps what
// came behind it.
int Hear(int descriptor, std::string& text) {
  char bytes[65536];
  for (;;) {
    const std::size_t end = text.find("\r\n\r\n");
    if (end != text.npos) {
      const std::string_view head(text.data(), end + 2);
      const long length = NumberOf(head, "content-length:");
      const std::size_t whole =
          end + 4 + static_cast<std::size_t>(std::max(length, 0L));
      if (length >= 0 && text.size() >= whole) {
        const int status = std::atoi(text.c_str() + 9);
        text.erase(0, whole);
        return status;
      }
      // Chunked: its last chunk is empty.
      if (length < 0 && text.ends_with("0\r\n\r\n")) {
        const int status = std::atoi(text.c_str() + 9);
        text.clear();
        return status;
      }
    }
    const ssize_t read = recv(descriptor, bytes, sizeof(bytes), 0);
    if (read <= 0) return 0;
    text.append(bytes, static_cast<std::size_t>(read));
  }
}

std::string Fill(std::string text, const std::string& number) {
  for (std::size_t at = text.find('#'); at != text.npos;
       at = text.find('#', at + number.size())) {
    text.replace(at, 1, number);
  }
  return text;
}

int Post(char** argv) {
  const Target target(argv[2]);
  const std::string path = argv[3];
  const std::string body = argv[4];
  const int clients = std::atoi(argv[5]);
  const std::chrono::duration<double> span(std::atof(argv[6]));
  std::atomic<long> good = 0;
  std::atomic<long> bad = 0;
  std::vector<std::thread> threads;
  const Clock::time_point begin = Clock::now();
  for (int client = 0; client < clients; ++client) {
    threads.emplace_back([&, client] {
      int descriptor = target.Connect();
      std::string rest;
      for (long i = 0; Clock::now() - begin < span; ++i) {
        const std::string number = std::to_string(getpid()) + "-" +
                                   std::to_string(client) + "-" +
                                   std::to_string(i);
        const std::string content = Fill(body, number);
        Say(descriptor, "POST " + Fill(path, number) +
                            " HTTP/1.1\r\nHost: a\r\nContent-Length: " +
                            std::to_string(content.size()) + "\r\n\r\n" +
                            content);
        const int status = Hear(descriptor, rest);
        ++(status >= 200 && status < 300 ? good : bad);
        if (status == 0) {
          close(descriptor);
          descriptor = target.Connect();
          rest.clear();
        }
      }
      close(descriptor);
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::chrono::duration<double> took = Clock::now() - begin;
  std::printf("%.0f %ld\n", static_cast<double>(good) / took.count(),
              bad.load());
  return 0;
}

int Get(char** argv) {
  const Target target(argv[2]);
  const std::string path = argv[3];
  const int count = std::atoi(argv[4]);
  std::vector<int> half(static_cast<std::size_t>(std::atoi(argv[5])));
  for (int& descriptor : half) {
    descriptor = target.Connect();
    Say(descriptor, "GET " + path + " HTTP/1.1\r\n");
  }
  std::vector<double> took;
  for (int i = 0; i < count; ++i) {
    const Clock::time_point begin = Clock::now();
    const int descriptor = target.Connect();
    Say(descriptor,
        "GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    std::string rest;
    if (Hear(descriptor, rest) != 200) {
      std::fprintf(stderr, "no page\n");
      return 1;
    }
    close(descriptor);
    took.push_back(
        std::chrono::duration<double, std::milli>(Clock::now() - begin)
            .count());
  }
  for (const int descriptor : half) close(descriptor);
  std::sort(took.begin(), took.end());
  std::printf("%.2f %.2f %.2f\n", took[took.size() / 2],
              took[took.size() * 99 / 100], took.back());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view mode = argc > 1 ? argv[1] : "";
  if (mode == "post" && argc == 7) return Post(argv);
  if (mode == "get" && argc == 6) return Get(argv);
  std::fprintf(stderr,
               "usage: http_load post HOST:PORT PATH BODY CLIENTS SECONDS\n"
               "       http_load get HOST:PORT PATH COUNT HALF_SENT\n");
  return 2;
}
