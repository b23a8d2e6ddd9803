#include <algorithm>
#include <cstdio>
#include <string>
#include <variant>

#include "gtest/gtest.h"
#include "promql/functions/function.h"

namespace promql {
namespace {

TEST(FunctionTable, HasUpstreamsNinetyRows) {
  EXPECT_EQ(Functions().size(), 90u);
  EXPECT_EQ(std::ranges::count_if(Functions(), &Function::experimental), 17);
}

TEST(FunctionTable, EveryRowIsFoundByItsName) {
  for (const Function& function : Functions()) {
    EXPECT_EQ(FindFunction(function.name), &function) << function.name;
  }
  EXPECT_EQ(FindFunction("Rate"), nullptr);
  EXPECT_EQ(FindFunction("zzz"), nullptr);
}

TEST(FunctionTable, EveryRowSaysWhatItDoes) {
  for (const Function& function : Functions()) {
    EXPECT_FALSE(function.summary.empty()) << function.name;
  }
}

TEST(FunctionTable, CountsRowsWithoutKernel) {
  std::string names;
  for (const Function& function : Functions()) {
    if (!std::holds_alternative<std::monostate>(function.kernel)) continue;
    names += " " + std::string(function.name);
  }
  const auto left = std::ranges::count(names, ' ');
  std::printf("functions not evaluated yet: %td%s\n", left, names.c_str());
  EXPECT_EQ(left, 0);
}

}  // namespace
}  // namespace promql
