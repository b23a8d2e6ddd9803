#include <algorithm>
#include <cmath>
#include <utility>

#include "base/go_math.h"
#include "promql/functions/dates.h"
#include "promql/functions/function.h"
#include "promql/functions/histogram_functions.h"
#include "promql/functions/label_changes.h"
#include "promql/functions/math.h"
#include "promql/functions/over_time.h"
#include "promql/functions/rate.h"
#include "promql/functions/regression.h"
#include "promql/functions/vectors.h"

namespace promql {
namespace {

constexpr ArgumentType kScalar = ArgumentType::kScalar;
constexpr ArgumentType kString = ArgumentType::kString;
constexpr ArgumentType kVector = ArgumentType::kVector;
constexpr ArgumentType kMatrix = ArgumentType::kMatrix;

using Reads = Function::Reads;
using Needs = Function::Needs;
using Edges = Function::Edges;
using Counts = Function::Counts;

namespace go_math = base::go_math;
using base::kAlways;

constexpr bool kStable = false;
constexpr bool kExperimental = true;
constexpr bool kKeepsName = true;
constexpr bool kDropsName = false;
constexpr bool kAtTime = true;
constexpr bool kAnyTime = false;

// info() selects series itself: the engine joins them (engine/info.h).
Block JoinedByEngine(const CallContext&, std::vector<Block> arguments) {
  return std::move(arguments[0]);
}

// name, parameters, their number, variadic, result, stable, since, reads, name,
// time, needs, kernel, what it does. Signatures are upstream's (promql/parser/
// functions.go).
// clang-format off
constexpr Function kFunctions[] = {
    {"abs",                           {kVector}, 1, 0, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Map<std::fabs>, "absolute value"},
    {"absent",                        {kVector}, 1, 0, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAnyTime, Needs::kSelectorLabels,
     Absent, "1 where no series has a sample"},
    {"absent_over_time",              {kMatrix}, 1, 0, kVector, kStable, {2, 16}, Reads::kAny, kDropsName, kAnyTime, Needs::kSelectorLabels,
     Absent, "1 where no series has a sample in the window"},
    {"acos",                          {kVector}, 1, 0, kVector, kStable, {2, 31}, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Map<go_math::Acos>, "inverse cosine"},
    {"acosh",                         {kVector}, 1, 0, kVector, kStable, {2, 31}, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Map<go_math::Acosh>, "inverse hyperbolic cosine"},
    {"asin",                          {kVector}, 1, 0, kVector, kStable, {2, 31}, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Map<go_math::Asin>, "inverse sine"},
    {"asinh",                         {kVector}, 1, 0, kVector, kStable, {2, 31}, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Map<go_math::Asinh>, "inverse hyperbolic sine"},
    {"atan",                          {kVector}, 1, 0, kVector, kStable, {2, 31}, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Map<go_math::Atan>, "inverse tangent"},
    {"atanh",                         {kVector}, 1, 0, kVector, kStable, {2, 31}, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Map<go_math::Atanh>, "inverse hyperbolic tangent"},
    {"avg_over_time",                 {kMatrix}, 1, 0, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     AvgOverTime, "mean in the window"},
    {"ceil",                          {kVector}, 1, 0, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Map<std::ceil>, "rounds up to an integer"},
    {"changes",                       {kMatrix}, 1, 0, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Changes, "number of changes of value",
     Edges::kAnchored},
    {"clamp",                         {kVector, kScalar, kScalar}, 3, 0, kVector, kStable, {2, 26}, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Clamp, "limits values to [min, max]"},
    {"clamp_max",                     {kVector, kScalar}, 2, 0, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     ClampMax, "limits values from above"},
    {"clamp_min",                     {kVector, kScalar}, 2, 0, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     ClampMin, "limits values from below"},
    {"cos",                           {kVector}, 1, 0, kVector, kStable, {2, 31}, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Map<go_math::Cos>, "cosine"},
    {"cosh",                          {kVector}, 1, 0, kVector, kStable, {2, 31}, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Map<go_math::Cosh>, "hyperbolic cosine"},
    {"count_over_time",               {kMatrix}, 1, 0, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     CountOverTime, "number of samples in the window"},
    {"day_of_month",                  {kVector}, 1, 1, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAtTime, Needs::kNothing,
     Map<DayOfMonth>, "day of the month, in UTC"},
    {"day_of_week",                   {kVector}, 1, 1, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAtTime, Needs::kNothing,
     Map<DayOfWeek>, "day of the week in UTC, Sunday is 0"},
    {"day_of_year",                   {kVector}, 1, 1, kVector, kStable, {2, 37}, Reads::kAny, kDropsName, kAtTime, Needs::kNothing,
     Map<DayOfYear>, "day of the year, in UTC"},
    {"days_in_month",                 {kVector}, 1, 1, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAtTime, Needs::kNothing,
     Map<DaysInMonth>, "days that the month has"},
    {"deg",                           {kVector}, 1, 0, kVector, kStable, {2, 31}, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Map<Degrees>, "radians to degrees"},
    {"delta",                         {kMatrix}, 1, 0, kVector, kStable, kAlways, Reads::kGauge, kDropsName, kAnyTime, Needs::kNothing,
     Delta, "difference of last and first value",
     Edges::kSmoothed},
    {"deriv",                         {kMatrix}, 1, 0, kVector, kStable, kAlways, Reads::kGauge, kDropsName, kAnyTime, Needs::kNothing,
     Derivative, "per-second slope by linear regression"},
    {"double_exponential_smoothing",  {kMatrix, kScalar, kScalar}, 3, 0, kVector, kExperimental, {3, 0}, Reads::kGauge, kDropsName, kAnyTime, Needs::kNothing,
     DoubleExponentialSmoothing, "smoothed value, by smoothing and trend factor"},
    {"end",                           {}, 0, 0, kScalar, kExperimental, {3, 10}, Reads::kAny, kDropsName, kAtTime, Needs::kQueryTimes,
     QueryEnd, "end of the query in Unix seconds"},
    {"exp",                           {kVector}, 1, 0, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Map<go_math::Exp>, "e to the power of the value"},
    {"first_over_time",               {kMatrix}, 1, 0, kVector, kStable, {3, 7}, Reads::kAny, kKeepsName, kAnyTime, Needs::kNothing,
     FirstOverTime, "oldest value in the window"},
    {"floor",                         {kVector}, 1, 0, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Map<std::floor>, "rounds down to an integer"},
    {"histogram_avg",                 {kVector}, 1, 0, kVector, kStable, {2, 50}, Reads::kHistogram, kDropsName, kAnyTime, Needs::kCountAndSum,
     HistogramAvg, "mean of the observations"},
    {"histogram_count",               {kVector}, 1, 0, kVector, kStable, {2, 40}, Reads::kHistogram, kDropsName, kAnyTime, Needs::kCountAndSum,
     HistogramCount, "number of observations"},
    {"histogram_fraction",            {kScalar, kScalar, kVector}, 3, 0, kVector, kStable, {2, 40}, Reads::kHistogram, kDropsName, kAnyTime, Needs::kBuckets,
     HistogramFraction, "share of the observations between two bounds"},
    {"histogram_quantile",            {kScalar, kVector}, 2, 0, kVector, kStable, kAlways, Reads::kHistogram, kDropsName, kAnyTime, Needs::kBuckets,
     HistogramQuantile, "quantile of the observations"},
    {"histogram_quantiles",           {kVector, kString, kScalar, kScalar}, 4, 10, kVector, kExperimental, {3, 10}, Reads::kHistogram, kDropsName, kAnyTime, Needs::kBuckets,
     HistogramQuantiles, "several quantiles of the observations, told apart by a label"},
    {"histogram_stddev",              {kVector}, 1, 0, kVector, kStable, {2, 47}, Reads::kHistogram, kDropsName, kAnyTime, Needs::kBuckets,
     HistogramStddev, "estimated standard deviation of the observations"},
    {"histogram_stdvar",              {kVector}, 1, 0, kVector, kStable, {2, 47}, Reads::kHistogram, kDropsName, kAnyTime, Needs::kBuckets,
     HistogramStdvar, "estimated variance of the observations"},
    {"histogram_sum",                 {kVector}, 1, 0, kVector, kStable, {2, 40}, Reads::kHistogram, kDropsName, kAnyTime, Needs::kCountAndSum,
     HistogramSum, "sum of the observations"},
    {"hour",                          {kVector}, 1, 1, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAtTime, Needs::kNothing,
     Map<Hour>, "hour of the day, in UTC"},
    {"idelta",                        {kMatrix}, 1, 0, kVector, kStable, kAlways, Reads::kGauge, kDropsName, kAnyTime, Needs::kNothing,
     InstantDelta, "difference of the last two samples"},
    {"increase",                      {kMatrix}, 1, 0, kVector, kStable, kAlways, Reads::kCounter, kDropsName, kAnyTime, Needs::kNothing,
     Increase, "increase over the window",
     Edges::kSmoothed, Counts::kInWindow},
    {"info",                          {kVector, kVector}, 2, 1, kVector, kExperimental, {3, 0}, Reads::kAny, kKeepsName, kAnyTime, Needs::kInfoSeries,
     JoinedByEngine, "adds the labels of matching info series"},
    {"irate",                         {kMatrix}, 1, 0, kVector, kStable, kAlways, Reads::kCounter, kDropsName, kAnyTime, Needs::kNothing,
     InstantRate, "per-second increase of the last two samples",
     Edges::kPlain, Counts::kPerSecond},
    {"label_join",                    {kVector, kString, kString, kString}, 4, -1, kVector, kStable, kAlways, Reads::kAny, kKeepsName, kAnyTime, Needs::kNothing,
     LabelJoin, "sets a label from others, joined"},
    {"label_replace",                 {kVector, kString, kString, kString, kString}, 5, 0, kVector, kStable, kAlways, Reads::kAny, kKeepsName, kAnyTime, Needs::kNothing,
     LabelReplace, "sets a label from another by regular expression"},
    {"last_over_time",                {kMatrix}, 1, 0, kVector, kStable, {2, 26}, Reads::kAny, kKeepsName, kAnyTime, Needs::kNothing,
     LastOverTime, "newest value in the window"},
    {"ln",                            {kVector}, 1, 0, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Map<go_math::Log>, "natural logarithm"},
    {"log10",                         {kVector}, 1, 0, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Map<go_math::Log10>, "decimal logarithm"},
    {"log2",                          {kVector}, 1, 0, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Map<go_math::Log2>, "binary logarithm"},
    {"mad_over_time",                 {kMatrix}, 1, 0, kVector, kExperimental, {2, 49}, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     MadOverTime, "median absolute deviation in the window"},
    {"max_of",                        {kScalar, kScalar}, 2, 0, kScalar, kExperimental, {3, 10}, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     MaxOf, "the larger of two scalars"},
    {"max_over_time",                 {kMatrix}, 1, 0, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     MaxOverTime, "greatest value in the window"},
    {"min_of",                        {kScalar, kScalar}, 2, 0, kScalar, kExperimental, {3, 10}, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     MinOf, "the smaller of two scalars"},
    {"min_over_time",                 {kMatrix}, 1, 0, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     MinOverTime, "least value in the window"},
    {"minute",                        {kVector}, 1, 1, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAtTime, Needs::kNothing,
     Map<Minute>, "minute of the hour, in UTC"},
    {"month",                         {kVector}, 1, 1, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAtTime, Needs::kNothing,
     Map<Month>, "month of the year, in UTC"},
    {"pi",                            {}, 0, 0, kScalar, kStable, {2, 31}, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Pi, "the number pi"},
    {"predict_linear",                {kMatrix, kScalar}, 2, 0, kVector, kStable, kAlways, Reads::kGauge, kDropsName, kAtTime, Needs::kNothing,
     PredictLinear, "value that many seconds ahead, by linear regression"},
    {"present_over_time",             {kMatrix}, 1, 0, kVector, kStable, {2, 29}, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     PresentOverTime, "1 where there is a sample in the window"},
    {"quantile_over_time",            {kScalar, kMatrix}, 2, 0, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     QuantileOverTime, "quantile of the values in the window"},
    {"rad",                           {kVector}, 1, 0, kVector, kStable, {2, 31}, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Map<Radians>, "degrees to radians"},
    {"range",                         {}, 0, 0, kScalar, kExperimental, {3, 10}, Reads::kAny, kDropsName, kAtTime, Needs::kQueryTimes,
     QueryRange, "end of the query minus its start, in seconds"},
    {"rate",                          {kMatrix}, 1, 0, kVector, kStable, kAlways, Reads::kCounter, kDropsName, kAnyTime, Needs::kNothing,
     Rate, "per-second increase over the window",
     Edges::kSmoothed, Counts::kPerSecond},
    {"resets",                        {kMatrix}, 1, 0, kVector, kStable, kAlways, Reads::kCounter, kDropsName, kAnyTime, Needs::kNothing,
     Resets, "number of counter resets",
     Edges::kAnchored},
    {"round",                         {kVector, kScalar}, 2, 1, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Round, "nearest multiple of the second argument, or of 1"},
    {"scalar",                        {kVector}, 1, 0, kScalar, kStable, kAlways, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Scalar, "the value of the only series, else NaN"},
    {"sgn",                           {kVector}, 1, 0, kVector, kStable, {2, 26}, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Map<Sign>, "sign: -1, 0 or 1"},
    {"sin",                           {kVector}, 1, 0, kVector, kStable, {2, 31}, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Map<go_math::Sin>, "sine"},
    {"sinh",                          {kVector}, 1, 0, kVector, kStable, {2, 31}, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Map<go_math::Sinh>, "hyperbolic sine"},
    {"sort",                          {kVector}, 1, 0, kVector, kStable, kAlways, Reads::kAny, kKeepsName, kAnyTime, Needs::kNothing,
     Sort, "sorts by value, ascending"},
    {"sort_by_label",                 {kVector, kString}, 2, -1, kVector, kExperimental, {2, 49}, Reads::kAny, kKeepsName, kAnyTime, Needs::kNothing,
     SortByLabel, "sorts by label values, ascending"},
    {"sort_by_label_desc",            {kVector, kString}, 2, -1, kVector, kExperimental, {2, 49}, Reads::kAny, kKeepsName, kAnyTime, Needs::kNothing,
     SortByLabelDescending, "sorts by label values, descending"},
    {"sort_desc",                     {kVector}, 1, 0, kVector, kStable, kAlways, Reads::kAny, kKeepsName, kAnyTime, Needs::kNothing,
     SortDescending, "sorts by value, descending"},
    {"sqrt",                          {kVector}, 1, 0, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Map<std::sqrt>, "square root"},
    {"start",                         {}, 0, 0, kScalar, kExperimental, {3, 10}, Reads::kAny, kDropsName, kAtTime, Needs::kQueryTimes,
     QueryStart, "start of the query in Unix seconds"},
    {"start_timestamp",               {kVector}, 1, 0, kVector, kExperimental, {3, 10}, Reads::kAny, kDropsName, kAnyTime, Needs::kStartTimes,
     NoStartTime, "start timestamp of each sample in Unix seconds"},
    {"stddev_over_time",              {kMatrix}, 1, 0, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     StddevOverTime, "standard deviation in the window"},
    {"stdvar_over_time",              {kMatrix}, 1, 0, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     StdvarOverTime, "variance in the window"},
    {"step",                          {}, 0, 0, kScalar, kExperimental, {3, 10}, Reads::kAny, kDropsName, kAtTime, Needs::kQueryTimes,
     QueryStep, "step of the query in seconds"},
    {"sum_over_time",                 {kMatrix}, 1, 0, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     SumOverTime, "sum in the window"},
    {"tan",                           {kVector}, 1, 0, kVector, kStable, {2, 31}, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Map<go_math::Tan>, "tangent"},
    {"tanh",                          {kVector}, 1, 0, kVector, kStable, {2, 31}, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Map<go_math::Tanh>, "hyperbolic tangent"},
    {"time",                          {}, 0, 0, kScalar, kStable, kAlways, Reads::kAny, kDropsName, kAtTime, Needs::kNothing,
     Time, "evaluation time in Unix seconds"},
    {"timestamp",                     {kVector}, 1, 0, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAtTime, Needs::kSampleTimes,
     EvaluationTime, "time of each sample in Unix seconds"},
    {"ts_of_first_over_time",         {kMatrix}, 1, 0, kVector, kExperimental, {3, 7}, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     TimeOfFirst, "time of the oldest sample in the window"},
    {"ts_of_last_over_time",          {kMatrix}, 1, 0, kVector, kExperimental, {3, 5}, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     TimeOfLast, "time of the newest sample in the window"},
    {"ts_of_max_over_time",           {kMatrix}, 1, 0, kVector, kExperimental, {3, 5}, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     TimeOfMax, "time of the last greatest value in the window"},
    {"ts_of_min_over_time",           {kMatrix}, 1, 0, kVector, kExperimental, {3, 5}, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     TimeOfMin, "time of the last least value in the window"},
    {"vector",                        {kScalar}, 1, 0, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAnyTime, Needs::kNothing,
     Vector, "one series without labels"},
    {"year",                          {kVector}, 1, 1, kVector, kStable, kAlways, Reads::kAny, kDropsName, kAtTime, Needs::kNothing,
     Map<Year>, "year, in UTC"},
};
// clang-format on
static_assert(std::ranges::is_sorted(kFunctions, {}, &Function::name));

}  // namespace

std::span<const Function> Functions() { return kFunctions; }

const Function* FindFunction(std::string_view name) {
  const auto row =
      std::ranges::lower_bound(kFunctions, name, {}, &Function::name);
  return row != std::end(kFunctions) && row->name == name ? row : nullptr;
}

}  // namespace promql
