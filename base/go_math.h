// Go's package math, bit for bit as it computes on amd64 with FMA: its last
// bits are not libm's, and Prometheus shows them. Min, Max and Mod are exact in
// both, or elsewhere (promql/functions/math.h).
//
// The algorithms are those that Go names in its sources: Shibata's exponential
// (SLEEF), the logarithms and inverse hyperbolic functions of FreeBSD's msun,
// the trigonometric functions and tanh of Cephes, Hart & Cheney's sinh. Special
// cases (NaN, infinities, zeros with their signs) are C's. Held against
// Go 1.19; only logarithms of subnormal numbers differ, which its assembly gets
// wrong.
//
// Pure functions, safe for any thread. 5 to 40 ns each.

#ifndef BASE_GO_MATH_H_
#define BASE_GO_MATH_H_

namespace base::go_math {

double Exp(double x);
double Exp2(double x);
double Log(double x);
double Log1p(double x);
double Log2(double x);
double Log10(double x);
double Pow(double x, double y);

double Sin(double x);
double Cos(double x);
double Tan(double x);
double Asin(double x);
double Acos(double x);
double Atan(double x);
double Atan2(double y, double x);

double Sinh(double x);
double Cosh(double x);
double Tanh(double x);
double Asinh(double x);
double Acosh(double x);
double Atanh(double x);

}  // namespace base::go_math

#endif  // BASE_GO_MATH_H_
