#pragma once
// Operations on eight floats that are one instruction each. Swift computes them lane by lane (`.squareRoot()`,
// `.rounded()`), or in branches that keep a loop from being inlined (`replacing(with:where:)`).

/// In Swift `SIMD8<Float>`.
typedef float lanes __attribute__((ext_vector_type(8)));

#define LANES static inline __attribute__((always_inline)) lanes

/// The larger of two lanes; `a` where one is NaN.
LANES lanes_larger(lanes a, lanes b) { return a < b ? b : a; }

/// The smaller of two lanes; `a` where one is NaN.
LANES lanes_smaller(lanes a, lanes b) { return a > b ? b : a; }

/// 1 where `x` is above 0, else 0.
LANES lanes_positive(lanes x) { return x > 0.0f ? (lanes)1.0f : (lanes)0.0f; }

/// `below` where `x` is below 0, else `others`.
LANES lanes_choose(lanes x, lanes below, lanes others) { return x < 0.0f ? below : others; }

/// The square root, rounded as IEEE 754 demands; NaN below 0.
LANES lanes_root(lanes x) { return __builtin_elementwise_sqrt(x); }

/// Asks for the cache line at `address`, which will be read soon.
static inline __attribute__((always_inline)) void lanes_prefetch(const float *address) {
  __builtin_prefetch(address);
}

/// Asks for the cache line at `address`, which will be written soon.
static inline __attribute__((always_inline)) void lanes_prefetch_to_write(const float *address) {
  __builtin_prefetch(address, 1);
}

#undef LANES
