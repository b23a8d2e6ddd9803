#include "net/connection_table.h"

#include <chrono>
#include <vector>

namespace net {

std::shared_ptr<Connection> ConnectionTable::TakeLongestWaiting() {
  if (waiting_.empty()) return nullptr;
  const auto found = places_.find(waiting_.front());
  std::shared_ptr<Connection> connection = found->second.connection.lock();
  waiting_.pop_front();
  places_.erase(found);
  return connection;
}

void ConnectionTable::StopWaiting(Place& place) {
  if (place.waiting == waiting_.end()) return;
  waiting_.erase(place.waiting);
  place.waiting = waiting_.end();
}

bool ConnectionTable::Enter(const std::shared_ptr<Connection>& connection) {
  std::shared_ptr<Connection> leaving;
  {
    const std::lock_guard lock(mutex_);
    if (places_.size() >= limits_.connections) {
      if (waiting_.empty()) return false;
      leaving = TakeLongestWaiting();
    }
    const auto waiting = waiting_.insert(waiting_.end(), connection.get());
    places_[connection.get()] = {connection, waiting};
  }
  // Outside the lock: it may be the last reference, and leave.
  if (leaving) leaving->Close();
  return true;
}

void ConnectionTable::Leave(Connection* connection) {
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(connection);
  if (found == places_.end()) return;  // It had to make room.
  StopWaiting(found->second);
  places_.erase(found);
}

ConnectionTable::Admission ConnectionTable::Admit(Connection* connection,
                                                  const std::string& client) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return Admission::kStopping;
  if (requests_ >= limits_.requests) return Admission::kFull;
  std::size_t& of_client = requests_of_client_[client];
  if (of_client >= limits_.requests_per_client) return Admission::kClientFull;
  ++of_client;
  ++requests_;
  const auto found = places_.find(connection);
  if (found != places_.end()) StopWaiting(found->second);
  return Admission::kAdmitted;
}

void ConnectionTable::Answered(Connection* connection,
                               const std::string& client) {
  const std::lock_guard lock(mutex_);
  const auto of_client = requests_of_client_.find(client);
  if (--of_client->second == 0) requests_of_client_.erase(of_client);
  if (--requests_ == 0) answered_.notify_all();
  const auto found = places_.find(connection);
  if (found != places_.end()) {
    found->second.waiting = waiting_.insert(waiting_.end(), connection);
  }
}

void ConnectionTable::Stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
}

bool ConnectionTable::stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

bool ConnectionTable::WaitUntilAnswered(base::Duration deadline) {
  std::unique_lock lock(mutex_);
  return answered_.wait_for(lock, std::chrono::milliseconds(deadline),
                            [this] { return requests_ == 0; });
}

void ConnectionTable::CloseAll() {
  std::vector<std::shared_ptr<Connection>> all;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [pointer, place] : places_) {
      all.push_back(place.connection.lock());
    }
  }
  for (const std::shared_ptr<Connection>& connection : all) {
    if (connection) connection->Close();
  }
}

void ConnectionTable::CloseLongestWaiting() {
  std::shared_ptr<Connection> leaving;
  {
    const std::lock_guard lock(mutex_);
    leaving = TakeLongestWaiting();
  }
  if (leaving) leaving->Close();
}

}  // namespace net
