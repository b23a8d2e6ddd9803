// Loops for the vectors of the machine they run on.

#ifndef PROMQL_FUNCTIONS_WIDE_VECTORS_H_
#define PROMQL_FUNCTIONS_WIDE_VECTORS_H_

// Before a function: it is compiled for AVX2 as well, and the program takes
// that where the machine has it. The order of operations is the same, and
// nothing is fused, so the answers are too. Sanitizers want their start before
// the choice is made, so there is none with them.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) &&         \
    !defined(__SANITIZE_THREAD__)
#define PROMQL_WIDE_VECTORS __attribute__((target_clones("avx2", "default")))
#else
#define PROMQL_WIDE_VECTORS
#endif

#endif  // PROMQL_FUNCTIONS_WIDE_VECTORS_H_
