#include "base/go_math.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>

#include "base/number.h"

namespace base::go_math {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

constexpr double kPi = 3.14159265358979323846;
constexpr double kLn2 = 0.693147180559945309417;
constexpr double kLog2E = 1.44269504088896340736;
constexpr double kLog10E = 0.43429448190325182765;

// ln 2 in two parts, of which the first has zeros at its end: a small multiple
// of it is exact.
constexpr double kLn2High = 6.93147180369123816490e-01;
constexpr double kLn2Low = 1.90821492927058770002e-10;

constexpr int kMantissaBits = 52;
constexpr int kExponentBias = 1023;
constexpr std::uint64_t kMantissaMask = (std::uint64_t{1} << kMantissaBits) - 1;
constexpr std::uint64_t kOne = std::bit_cast<std::uint64_t>(1.0);
constexpr std::uint64_t kHalf = std::bit_cast<std::uint64_t>(0.5);

// The polynomial with these coefficients, that of the highest power first.
template <std::size_t N>
double Polynomial(double x, const double (&coefficients)[N]) {
  double sum = coefficients[0];
  for (std::size_t i = 1; i < N; ++i) sum = sum * x + coefficients[i];
  return sum;
}

double WithSignOf(double sign, double magnitude) {
  return sign < 0 ? -magnitude : magnitude;
}

// The series of the logarithm in s = f / (2 + f), to be multiplied with s * s.
// Go adds its odd and its even terms apart in Log, and as one in Log1p.
constexpr double kLogOdd[] = {
    1.479819860511658591e-01, 1.818357216161805012e-01,
    2.857142874366239149e-01, 6.666666666666735130e-01};
constexpr double kLogEven[] = {1.531383769920937332e-01,
                               2.222219843214978396e-01,
                               3.999999999940941908e-01};
constexpr double kLogAll[] = {
    1.479819860511658591e-01, 1.531383769920937332e-01,
    1.818357216161805012e-01, 2.222219843214978396e-01,
    2.857142874366239149e-01, 3.999999999940941908e-01,
    6.666666666666735130e-01};

// 2^k * e^(high - low), for |high - low| <= ln(2) / 2.
double ScaledExp(double high, double low, int k) {
  constexpr double kTerms[] = {
      4.13813679705723846039e-08, -1.65339022054652515390e-06,
      6.61375632143793436117e-05, -2.77777777770155933842e-03,
      1.66666666666666657415e-01};
  const double r = high - low;
  const double t = r * r;
  const double c = r - t * Polynomial(t, kTerms);
  return std::ldexp(1 - ((low - (r * c) / (2 - c)) - high), k);
}

// 4 / pi: what stands before the point, then the bits behind it.
constexpr std::uint64_t kFourByPi[] = {
    0x0000000000000001, 0x45f306dc9c882a53, 0xf84eafa3ea69bb81,
    0xb6c52b3278872083, 0xfca2c757bd778ac3, 0x6e48dc74849ba5c0,
    0x0c925dd413a32439, 0xfc3bd63962534e7d, 0xd1046bea5d768909,
    0xd338e04d68befc82, 0x7323ac7306a673e9, 0x3908bf177bf25076,
    0x3ff12fffbc0b301f, 0xde5e2316b414da3e, 0xda6cfd9e4f96136e,
    0x9e8c7ecd3cbfd45a, 0xea4f758fd7cbe2f6, 0x7a0e73ef14a525d4,
    0xd7f6bf623f1aba10, 0xac06608df8f6d757};

// 64 bits of it, from this bit on.
std::uint64_t FourByPiFrom(unsigned bit) {
  const unsigned digit = bit / 64;
  const unsigned shift = bit % 64;
  if (shift == 0) return kFourByPi[digit];
  return kFourByPi[digit] << shift | kFourByPi[digit + 1] >> (64 - shift);
}

// x = octant * pi/4 + rest, modulo a full turn; the octant is even and the rest
// at most pi/4 to either side.
struct Reduced {
  unsigned octant;
  double rest;
};

// By Payne and Hanek: the bits of x times those of 4 / pi that matter.
Reduced ReduceLarge(double x) {
  __extension__ using Wide = unsigned __int128;
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(x);
  const int exponent =
      static_cast<int>(bits >> kMantissaBits) - kExponentBias - kMantissaBits;
  const std::uint64_t mantissa =
      (bits & kMantissaMask) | (std::uint64_t{1} << kMantissaBits);
  const auto from = static_cast<unsigned>(exponent + 61);
  const Wide first = Wide{FourByPiFrom(from) * mantissa} << 64U;
  const Wide second = Wide{FourByPiFrom(from + 64)} * mantissa;
  const Wide third = Wide{FourByPiFrom(from + 128)} * mantissa;
  const Wide product = first + second + (third >> 64U);
  auto octant = static_cast<unsigned>(product >> 125U);
  // What is behind the octant's three bits, as a number below 1: cut off, not
  // rounded. Go fills up with the bits of `low` that were used already.
  const auto high = static_cast<std::uint64_t>(product >> 61U);
  const auto low = static_cast<std::uint64_t>(product);
  const auto zeros =
      static_cast<unsigned>(std::min(std::countl_zero(high), 63));
  const std::uint64_t fraction =
      static_cast<std::uint64_t>(Wide{high} << (zeros + 1)) |
      low >> (63 - zeros);
  const std::uint64_t power = kExponentBias - (zeros + 1);
  double rest = std::bit_cast<double>(fraction >> (64 - kMantissaBits) |
                                      power << kMantissaBits);
  if (octant % 2 == 1) {
    octant = (octant + 1) % 8;
    rest -= 1;
  }
  return {octant, rest * (kPi / 4)};
}

// REQUIRES: x >= 0
Reduced Reduce(double x) {
  constexpr double kLarge = 0x1p29;
  if (x >= kLarge) return ReduceLarge(x);
  // pi/4 in three parts.
  constexpr double kFirst = 7.85398125648498535156e-1;
  constexpr double kSecond = 3.77489470793079817668e-8;
  constexpr double kThird = 2.69515142907905952645e-15;
  auto octant = static_cast<std::uint64_t>(x * (4 / kPi));
  octant += octant % 2;
  const auto y = static_cast<double>(octant);
  return {static_cast<unsigned>(octant % 8),
          ((x - y * kFirst) - y * kSecond) - y * kThird};
}

// For |x| <= pi/4.
double SinSeries(double x) {
  constexpr double kTerms[] = {
      1.58962301576546568060e-10, -2.50507477628578072866e-8,
      2.75573136213857245213e-6,  -1.98412698295895385996e-4,
      8.33333333332211858878e-3,  -1.66666666666666307295e-1};
  const double square = x * x;
  return x + x * square * Polynomial(square, kTerms);
}

double CosSeries(double x) {
  constexpr double kTerms[] = {
      -1.13585365213876817300e-11, 2.08757008419747316778e-9,
      -2.75573141792967388112e-7,  2.48015872888517045348e-5,
      -1.38888888888730564116e-3,  4.16666666666665929218e-2};
  const double square = x * x;
  return 1.0 - 0.5 * square + square * square * Polynomial(square, kTerms);
}

// For 0 <= x <= 0.66.
double AtanSeries(double x) {
  constexpr double kAbove[] = {
      -8.750608600031904122785e-01, -1.615753718733365076637e+01,
      -7.500855792314704667340e+01, -1.228866684490136173410e+02,
      -6.485021904942025371773e+01};
  constexpr double kBelow[] = {1,
                               2.485846490142306297962e+01,
                               1.650270098316988542046e+02,
                               4.328810604912902668951e+02,
                               4.853903996359136964868e+02,
                               1.945506571482613964425e+02};
  const double square = x * x;
  return x * (square * Polynomial(square, kAbove) /
              Polynomial(square, kBelow)) +
         x;
}

// For x >= 0.
double PositiveAtan(double x) {
  constexpr double kBehindHalfPi = 6.123233995736765886130e-17;
  constexpr double kTanOf3PiBy8 = 2.41421356237309504880;
  if (x <= 0.66) return AtanSeries(x);
  if (x > kTanOf3PiBy8) return kPi / 2 - AtanSeries(1 / x) + kBehindHalfPi;
  return kPi / 4 + AtanSeries((x - 1) / (x + 1)) + 0.5 * kBehindHalfPi;
}

}  // namespace

double Exp(double x) {
  constexpr double kOverflow = 7.09782712893384e+02;
  constexpr double kLn2Upper = 0.69314718055966295651160180568695068359375;
  constexpr double kLn2Lower =
      0.28235290563031577122588448175013436025525412068e-12;
  constexpr double kTaylor[] = {2.4801587301587301587e-5,
                                1.9841269841269841270e-4,
                                1.3888888888888888889e-3,
                                8.3333333333333333333e-3,
                                4.1666666666666666667e-2,
                                1.6666666666666666667e-1,
                                0.5,
                                1.0};
  constexpr double kUnderflow = -1e4;  // Or less; all below -746 is 0.
  if (std::isnan(x)) return x;
  if (x > kOverflow) return kInfinity;
  if (x < kUnderflow) return 0;
  const double k = std::nearbyint(kLog2E * x);
  double r = std::fma(-k, kLn2Upper, x);
  r = std::fma(-k, kLn2Lower, r) * 0.0625;
  double sum = kTaylor[0];
  for (std::size_t i = 1; i < std::size(kTaylor); ++i) {
    sum = std::fma(r, sum, kTaylor[i]);
  }
  // From e^r - 1 to e^16r - 1 by squaring.
  r *= sum;
  for (int i = 0; i < 3; ++i) r *= r + 2.0;
  const int exponent = static_cast<int>(k);
  if (exponent > kExponentBias) return kInfinity;
  return std::ldexp(std::fma(r + 2.0, r, 1.0), exponent);
}

double Exp2(double x) {
  if (std::isnan(x)) return x;
  if (x > 1.0239999999999999e+03) return kInfinity;
  if (x < -1.0740e+03) return 0;
  const int k = static_cast<int>(x > 0 ? x + 0.5 : x - 0.5);
  const double t = x - static_cast<double>(k);
  return ScaledExp(t * kLn2High, -t * kLn2Low, k);
}

double Log(double x) {
  constexpr double kHalfSqrt2 = 7.07106781186547524401e-01;
  if (std::isnan(x) || x == kInfinity) return x;
  if (x < 0) return kNan;
  if (x == 0) return -kInfinity;
  int exponent = 0;
  double f = std::frexp(x, &exponent);
  if (f < kHalfSqrt2) {
    f *= 2;
    --exponent;
  }
  f -= 1;
  const auto k = static_cast<double>(exponent);
  const double s = f / (2 + f);
  const double s2 = s * s;
  const double s4 = s2 * s2;
  const double rest =
      s2 * Polynomial(s4, kLogOdd) + s4 * Polynomial(s4, kLogEven);
  const double half = 0.5 * f * f;
  return k * kLn2High - ((half - (s * (half + rest) + k * kLn2Low)) - f);
}

double Log1p(double x) {
  constexpr double kSqrt2Less1 = 4.142135623730950488017e-01;
  constexpr double kHalfSqrt2Less1 = -2.928932188134524755992e-01;
  constexpr std::uint64_t kMantissaOfSqrt2 = 0x0006a09e667f3bcd;
  if (std::isnan(x) || x < -1) return kNan;
  if (x == -1) return -kInfinity;
  if (x == kInfinity) return x;
  const double magnitude = std::fabs(x);
  if (magnitude < 0x1p-54) return x;
  if (magnitude < 0x1p-29) return x - x * x * 0.5;
  // 1 + x = 2^k * (1 + f), but for the correction.
  double f = x;
  int k = 0;
  double correction = 0;
  bool tiny = false;  // |f| < 2^-20
  if (!(magnitude < kSqrt2Less1 && x > kHalfSqrt2Less1)) {
    const double u = magnitude < 0x1p53 ? 1.0 + x : x;
    const std::uint64_t bits = std::bit_cast<std::uint64_t>(u);
    k = static_cast<int>(bits >> kMantissaBits) - kExponentBias;
    if (magnitude < 0x1p53) {
      correction = (k > 0 ? 1.0 - (u - x) : x - (u - 1.0)) / u;
    }
    const std::uint64_t mantissa = bits & kMantissaMask;
    if (mantissa < kMantissaOfSqrt2) {
      f = std::bit_cast<double>(mantissa | kOne) - 1.0;
      tiny = mantissa == 0;
    } else {
      ++k;
      f = std::bit_cast<double>(mantissa | kHalf) - 1.0;
      tiny = ((std::uint64_t{1} << kMantissaBits) - mantissa) >> 2U == 0;
    }
  }
  const double half = 0.5 * f * f;
  const auto high = static_cast<double>(k) * kLn2High;
  const double low = static_cast<double>(k) * kLn2Low + correction;
  if (tiny) {
    if (f == 0) return k == 0 ? 0 : high + low;
    const double rest = half * (1.0 - 0.66666666666666666 * f);
    return k == 0 ? f - rest : high - ((rest - low) - f);
  }
  const double s = f / (2.0 + f);
  const double s2 = s * s;
  const double rest = s2 * Polynomial(s2, kLogAll);
  if (k == 0) return f - (half - s * (half + rest));
  return high - ((half - (s * (half + rest) + low)) - f);
}

double Log2(double x) {
  int exponent = 0;
  const double fraction = std::frexp(x, &exponent);
  if (!std::isfinite(x) || x == 0) return Log(x);
  // A power of two is exact.
  if (fraction == 0.5) return exponent - 1;
  return Log(fraction) * kLog2E + exponent;
}

double Log10(double x) { return Log(x) * kLog10E; }

double Pow(double x, double y) {
  constexpr int kFarTooLarge = 1 << 12;  // Exponents, of either sign.
  // C has the same special cases.
  if (y == 0 || x == 1 || x == 0 || !std::isfinite(x) || !std::isfinite(y)) {
    return std::pow(x, y);
  }
  if (y == 1) return x;
  if (y == 0.5) return std::sqrt(x);
  if (y == -0.5) return 1 / std::sqrt(x);
  double whole = 0;
  double fraction = std::modf(std::fabs(y), &whole);
  if (fraction != 0 && x < 0) return kNan;
  if (whole >= 0x1p63) {
    if (x == -1) return 1;
    return (std::fabs(x) < 1) == (y > 0) ? 0 : kInfinity;
  }
  // The result is power * 2^exponent.
  double power = 1;
  int exponent = 0;
  if (fraction != 0) {
    if (fraction > 0.5) {
      fraction -= 1;
      whole += 1;
    }
    power = Exp(fraction * Log(x));
  }
  // x to the powers of two that the whole part is the sum of.
  int square_exponent = 0;
  double square = std::frexp(x, &square_exponent);
  for (auto bits = static_cast<std::int64_t>(whole); bits != 0; bits >>= 1U) {
    if (std::abs(square_exponent) > kFarTooLarge) {
      exponent += square_exponent;
      break;
    }
    if (bits % 2 == 1) {
      power *= square;
      exponent += square_exponent;
    }
    square *= square;
    square_exponent *= 2;
    if (square < 0.5) {
      square += square;
      --square_exponent;
    }
  }
  if (y < 0) {
    power = 1 / power;
    exponent = -exponent;
  }
  return std::ldexp(power, exponent);
}

double Sin(double x) {
  if (x == 0 || std::isnan(x)) return x;
  if (std::isinf(x)) return kNan;
  const auto [octant, rest] = Reduce(std::fabs(x));
  const double y = octant % 4 == 2 ? CosSeries(rest) : SinSeries(rest);
  return WithSignOf(x, octant >= 4 ? -y : y);
}

double Cos(double x) {
  if (!std::isfinite(x)) return kNan;
  const auto [octant, rest] = Reduce(std::fabs(x));
  const double y = octant % 4 == 2 ? SinSeries(rest) : CosSeries(rest);
  return octant == 2 || octant == 4 ? -y : y;
}

double Tan(double x) {
  constexpr double kAbove[] = {-1.30936939181383777646e4,
                               1.15351664838587416140e6,
                               -1.79565251976484877988e7};
  constexpr double kBelow[] = {
      1, 1.36812963470692954678e4, -1.32089234440210967447e6,
      2.50083801823357915839e7, -5.38695755929454629881e7};
  if (x == 0 || std::isnan(x)) return x;
  if (std::isinf(x)) return kNan;
  const auto [octant, rest] = Reduce(std::fabs(x));
  const double square = rest * rest;
  double y = rest;
  if (square > 1e-14) {
    y = rest + rest * (square * Polynomial(square, kAbove) /
                       Polynomial(square, kBelow));
  }
  if (octant % 4 == 2) y = -1 / y;
  return WithSignOf(x, y);
}

double Asin(double x) {
  if (x == 0) return x;
  const double sine = std::fabs(x);
  if (sine > 1) return kNan;
  const double cosine = std::sqrt(1 - sine * sine);
  return WithSignOf(x, sine > 0.7 ? kPi / 2 - PositiveAtan(cosine / sine)
                                  : PositiveAtan(sine / cosine));
}

double Acos(double x) { return kPi / 2 - Asin(x); }

double Atan(double x) {
  if (x == 0) return x;
  return WithSignOf(x, PositiveAtan(std::fabs(x)));
}

double Atan2(double y, double x) {
  // C has the same special cases.
  if (x == 0 || y == 0 || !std::isfinite(x) || !std::isfinite(y)) {
    return std::atan2(y, x);
  }
  const double angle = Atan(y / x);
  if (x > 0) return angle;
  return angle <= 0 ? angle + kPi : angle - kPi;
}

double Sinh(double x) {
  constexpr double kAbove[] = {
      -0.2630563213397497062819489e+2, -0.2894211355989563807284660366e+4,
      -0.8991272022039509355398013511e+5, -0.6307673640497716991184787251e+6};
  constexpr double kBelow[] = {1, -0.173678953558233699533450911e+3,
                               0.1521517378790019070696485176e+5,
                               -0.6307673640497716991212077277e+6};
  const double magnitude = std::fabs(x);
  if (magnitude > 21) return WithSignOf(x, Exp(magnitude) * 0.5);
  if (magnitude > 0.5) {
    const double power = Exp(magnitude);
    return WithSignOf(x, (power - 1 / power) * 0.5);
  }
  const double square = x * x;
  return Polynomial(square, kAbove) * x / Polynomial(square, kBelow);
}

double Cosh(double x) {
  const double magnitude = std::fabs(x);
  const double power = Exp(magnitude);
  return magnitude > 21 ? power * 0.5 : (power + 1 / power) * 0.5;
}

double Tanh(double x) {
  constexpr double kLogOfMaximum = 8.8029691931113054295988e+01;
  constexpr double kAbove[] = {-9.64399179425052238628e-1,
                               -9.92877231001918586564e1,
                               -1.61468768441708447952e3};
  constexpr double kBelow[] = {1, 1.12811678491632931402e2,
                               2.23548839060100448583e3,
                               4.84406305325125486048e3};
  const double magnitude = std::fabs(x);
  if (magnitude > 0.5 * kLogOfMaximum) return WithSignOf(x, 1);
  if (magnitude >= 0.625) {
    return WithSignOf(x, 1 - 2 / (Exp(2 * magnitude) + 1));
  }
  if (x == 0) return x;
  const double square = x * x;
  return x +
         x * square * Polynomial(square, kAbove) / Polynomial(square, kBelow);
}

double Asinh(double x) {
  if (!std::isfinite(x)) return x;
  const double magnitude = std::fabs(x);
  const double square = magnitude * magnitude;
  if (magnitude > 0x1p28) return WithSignOf(x, Log(magnitude) + kLn2);
  if (magnitude > 2) {
    return WithSignOf(
        x, Log(2 * magnitude + 1 / (std::sqrt(square + 1) + magnitude)));
  }
  if (magnitude < 0x1p-28) return x;
  return WithSignOf(x, Log1p(magnitude + square / (1 + std::sqrt(1 + square))));
}

double Acosh(double x) {
  if (std::isnan(x) || x < 1) return kNan;
  if (x == 1) return 0;
  if (x >= 0x1p28) return Log(x) + kLn2;
  if (x > 2) return Log(2 * x - 1 / (x + std::sqrt(x * x - 1)));
  const double t = x - 1;
  return Log1p(t + std::sqrt(2 * t + t * t));
}

double Atanh(double x) {
  const double magnitude = std::fabs(x);
  if (std::isnan(x) || magnitude > 1) return kNan;
  if (magnitude == 1) return x * kInfinity;
  if (magnitude < 0x1p-28) return x;
  const double twice = magnitude + magnitude;
  const double argument = magnitude < 0.5
                              ? twice + twice * magnitude / (1 - magnitude)
                              : twice / (1 - magnitude);
  return WithSignOf(x, 0.5 * Log1p(argument));
}

}  // namespace base::go_math
