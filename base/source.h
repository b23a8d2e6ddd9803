// Source text with a name, and places in it.

#ifndef BASE_SOURCE_H_
#define BASE_SOURCE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace base {

// Bytes [begin, end) of a text.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;

  friend bool operator==(const Span&, const Span&) = default;
};

// Both count from 1; columns count bytes, as Prometheus' do.
struct Position {
  std::size_t line = 1;
  std::size_t column = 1;

  friend bool operator==(const Position&, const Position&) = default;
};

// A text and the name under which messages speak of it (a path, or "query").
// Immutable, and so safe to read from many threads.
class Source {
 public:
  Source(std::string name, std::string text);

  const std::string& name() const { return name_; }
  std::string_view text() const { return text_; }

  // An offset behind the end is the end. O(log lines).
  Position PositionAt(std::size_t offset) const;

  // The line without its line break; empty when there is none. Counts from 1.
  std::string_view Line(std::size_t line) const;
  std::size_t line_count() const { return line_starts_.size(); }

 private:
  std::string name_;
  std::string text_;
  std::vector<std::size_t> line_starts_;
};

// A text that was read out of another one, such as a PromQL expression in a
// YAML scalar, and the place there that each of its bytes came from.
class Excerpt {
 public:
  Excerpt() = default;

  // `offsets` holds, for every byte of `text` and for its end, the offset in
  // the outer text. REQUIRES: offsets.size() == text.size() + 1
  Excerpt(std::string text, const std::vector<std::size_t>& offsets);

  // A text that stands in the outer one letter for letter from `begin` on.
  static Excerpt Verbatim(std::string text, std::size_t begin);

  // The same text, whose outer text was itself read out of that of `outer`:
  // with its places there.
  Excerpt Within(const Excerpt& outer) &&;

  std::string_view text() const { return text_; }

  // Where `span` of this text lies in the outer one. O(log lines).
  Span Outer(Span span) const;

 private:
  // Bytes of the text from `begin` on that lie side by side in the outer one.
  struct Run {
    std::size_t begin;
    std::size_t outer;
  };
  std::size_t OuterOffset(std::size_t at) const;

  std::string text_;
  std::vector<Run> runs_;  // By begin, the first at 0; none without a text.
};

}  // namespace base

#endif  // BASE_SOURCE_H_
