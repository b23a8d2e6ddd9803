#include "base/source.h"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(SourceTest, PositionsCountFromOneInBytes) {
  const Source source("f", "ab\n\ncd");
  EXPECT_EQ(source.PositionAt(0), (Position{1, 1}));
  EXPECT_EQ(source.PositionAt(2), (Position{1, 3}));
  EXPECT_EQ(source.PositionAt(3), (Position{2, 1}));
  EXPECT_EQ(source.PositionAt(5), (Position{3, 2}));
  EXPECT_EQ(source.PositionAt(99), (Position{3, 3}));
}

TEST(SourceTest, LineDropsItsBreak) {
  const Source source("f", "ab\r\n\ncd");
  EXPECT_EQ(source.Line(1), "ab");
  EXPECT_EQ(source.Line(2), "");
  EXPECT_EQ(source.Line(3), "cd");
  EXPECT_EQ(source.Line(0), "");
  EXPECT_EQ(source.Line(4), "");
}

TEST(ExcerptTest, SpanOverAFoldEndsBehindItsLastByte) {
  // "a\n    b" read as "a b": the fold's spaces belong to no byte.
  const Excerpt excerpt("a b", {10, 11, 16, 17});
  EXPECT_EQ(excerpt.Outer({0, 1}), (Span{10, 11}));
  EXPECT_EQ(excerpt.Outer({0, 3}), (Span{10, 17}));
  EXPECT_EQ(excerpt.Outer({3, 3}), (Span{17, 17}));
}

}  // namespace
}  // namespace base
