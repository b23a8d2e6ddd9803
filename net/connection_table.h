// Who is connected to a listener: its limits, and who goes when it is full.

#ifndef NET_CONNECTION_TABLE_H_
#define NET_CONNECTION_TABLE_H_

#include <condition_variable>
#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/time.h"

namespace net {

class Connection {
 public:
  virtual ~Connection() = default;
  // Ends it soon. May be called by any thread.
  virtual void Close() = 0;
};

// A client that never finishes its request costs memory and a descriptor, no
// thread. When `connections` are open, a new one takes the place of that which
// has waited longest for its client, so that slow clients, however many, keep
// nobody out. Thread-safe.
class ConnectionTable {
 public:
  struct Limits {
    std::size_t connections = 0;
    std::size_t requests = 0;             // Whole and not yet answered.
    std::size_t requests_per_client = 0;  // The same, of one address.
  };

  explicit ConnectionTable(const Limits& limits) : limits_(limits) {}

  // Takes in a new connection, which waits for its client from now on. False:
  // every place is taken by a request that is being answered.
  bool Enter(const std::shared_ptr<Connection>& connection);
  // It is gone; called for each that entered.
  void Leave(Connection* connection);

  enum class Admission { kAdmitted, kStopping, kFull, kClientFull };
  // A whole request came. Admitted, it counts until Answered().
  Admission Admit(Connection* connection, const std::string& client);
  // It was answered, or its client is gone. The connection waits again.
  void Answered(Connection* connection, const std::string& client);

  // From now on nothing is admitted.
  void Stop();
  bool stopping() const;
  // Whether every admitted request was answered in time.
  bool WaitUntilAnswered(base::Duration deadline);
  void CloseAll();
  // Makes room: ends the connection that has waited longest.
  void CloseLongestWaiting();

 private:
  struct Place {
    std::weak_ptr<Connection> connection;
    std::list<Connection*>::iterator waiting;  // end(): it does not.
  };

  std::shared_ptr<Connection> TakeLongestWaiting();
  void StopWaiting(Place& place);

  const Limits limits_;
  mutable std::mutex mutex_;
  std::condition_variable answered_;
  std::unordered_map<Connection*, Place> places_;
  std::list<Connection*> waiting_;  // The longest first.
  std::map<std::string, std::size_t> requests_of_client_;
  std::size_t requests_ = 0;
  bool stopping_ = false;
};

}  // namespace net

#endif  // NET_CONNECTION_TABLE_H_
