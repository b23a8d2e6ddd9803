// One connection of an HttpServer: reads a whole request under its deadlines,
// has it answered, and begins again. For http_server.cc alone.

#ifndef NET_HTTP_CONNECTION_H_
#define NET_HTTP_CONNECTION_H_

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>

#include "net/connection_table.h"
#include "net/http_server.h"

namespace net {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;

// What all connections of a server share; outlives them.
struct ConnectionShare {
  HttpServerOptions options;
  HttpHandler handler;
  ConnectionTable table;
  asio::thread_pool workers;
};

// Serves the client on the socket, over TLS where the options say so, until one
// of them ends it; unless the table has no place for it. The socket's executor
// is a strand.
void BeginConnection(Tcp::socket socket,
                     const std::shared_ptr<ConnectionShare>& share);

}  // namespace net

#endif  // NET_HTTP_CONNECTION_H_
