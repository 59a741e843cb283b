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

/// Eight rows of eight floats with rows and columns in each other's place. Rows are shuffled like two halves of a deck
/// of cards, which after three times has moved the bits of a row's number into the column's.
static inline __attribute__((always_inline)) void lanes_transpose(
    const float *x, long xStride, float *y, long yStride) {
  lanes rows[2][8];
#pragma clang loop unroll(full)
  for (int row = 0; row < 8; row++) __builtin_memcpy(&rows[0][row], x + row * xStride, sizeof(lanes));
#pragma clang loop unroll(full)
  for (int round = 0; round < 3; round++) {
    lanes *from = rows[round % 2], *to = rows[1 - round % 2];
#pragma clang loop unroll(full)
    for (int row = 0; row < 4; row++) {
      to[2 * row] = __builtin_shufflevector(from[row], from[row + 4], 0, 8, 1, 9, 2, 10, 3, 11);
      to[2 * row + 1] = __builtin_shufflevector(from[row], from[row + 4], 4, 12, 5, 13, 6, 14, 7, 15);
    }
  }
#pragma clang loop unroll(full)
  for (int row = 0; row < 8; row++) __builtin_memcpy(y + row * yStride, &rows[1][row], sizeof(lanes));
}

/// Sixteen floats: one register where there is AVX-512.
typedef float wide_lanes __attribute__((ext_vector_type(16)));

/// Whether this program was built for a machine with AVX-512.
static inline __attribute__((always_inline)) _Bool lanes_are_wide(void) {
#ifdef __AVX512F__
  return 1;
#else
  return 0;
#endif
}

/// Twelve rows of a left operand times two panels `[inner, 16]`, one behind the other, times `factor`, in place of
/// twelve rows of 32 columns of `c` or added to them. 24 of the registers of AVX-512 hold the sums.
///
/// Elements of the first six rows stand `rowStep` apart from `upper` on, those of the others from `lower` on, and the
/// next of a row `columnStep` further. Every sum has the order, and so the bits, of narrower lanes.
static inline __attribute__((always_inline, min_vector_width(512))) void lanes_multiply_twelve(
    const float *upper, const float *lower, long rowStep, long columnStep, const float *panels, long inner,
    float factor, _Bool accumulate, float *c, long cStride) {
  wide_lanes sums[2][12], x, y;
#pragma clang loop unroll(full)
  for (int row = 0; row < 12; row++) sums[0][row] = sums[1][row] = (wide_lanes)0.0f;
  for (long index = 0; index < inner; index++, upper += columnStep, lower += columnStep) {
    __builtin_memcpy(&x, panels + 16 * index, sizeof x);
    __builtin_memcpy(&y, panels + 16 * (inner + index), sizeof y);
#pragma clang loop unroll(full)
    for (int row = 0; row < 12; row++) {
      wide_lanes element = row < 6 ? upper[row * rowStep] : lower[(row - 6) * rowStep];
      sums[0][row] = __builtin_elementwise_fma(element, x, sums[0][row]);
      sums[1][row] = __builtin_elementwise_fma(element, y, sums[1][row]);
    }
  }
#pragma clang loop unroll(full)
  for (int row = 0; row < 12; row++, c += cStride) {
#pragma clang loop unroll(full)
    for (int panel = 0; panel < 2; panel++) {
      wide_lanes result = sums[panel][row] * factor;
      if (accumulate) {
        __builtin_memcpy(&x, c + 16 * panel, sizeof x);
        result = __builtin_elementwise_fma(sums[panel][row], (wide_lanes)factor, x);
      }
      __builtin_memcpy(c + 16 * panel, &result, sizeof result);
    }
  }
}

#undef LANES
