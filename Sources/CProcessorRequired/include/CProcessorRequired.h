#ifndef ZOO_PROCESSOR_REQUIRED_H
#define ZOO_PROCESSOR_REQUIRED_H

#include <stdint.h>

// The instructions that a compiler may use by itself: the name, the macro that says that the program is built with
// them, how many bytes their registers have, and the register and bit of CPUID that say whether a processor has them.
// Tiles (AMX) are not among them: the program asks for those when it runs.
#define ZOO_FEATURES                                              \
  FEATURE(sse3, __SSE3__, 16, leaf1_c, 0)                         \
  FEATURE(pclmul, __PCLMUL__, 16, leaf1_c, 1)                     \
  FEATURE(ssse3, __SSSE3__, 16, leaf1_c, 9)                       \
  FEATURE(fma, __FMA__, 32, leaf1_c, 12)                          \
  FEATURE(sse4_1, __SSE4_1__, 16, leaf1_c, 19)                    \
  FEATURE(sse4_2, __SSE4_2__, 16, leaf1_c, 20)                    \
  FEATURE(movbe, __MOVBE__, 8, leaf1_c, 22)                       \
  FEATURE(popcnt, __POPCNT__, 8, leaf1_c, 23)                     \
  FEATURE(avx, __AVX__, 32, leaf1_c, 28)                          \
  FEATURE(f16c, __F16C__, 32, leaf1_c, 29)                        \
  FEATURE(bmi, __BMI__, 8, leaf7_b, 3)                            \
  FEATURE(avx2, __AVX2__, 32, leaf7_b, 5)                         \
  FEATURE(bmi2, __BMI2__, 8, leaf7_b, 8)                          \
  FEATURE(lzcnt, __LZCNT__, 8, extended_c, 5)                     \
  FEATURE(sse4a, __SSE4A__, 16, extended_c, 6)                    \
  FEATURE(xop, __XOP__, 32, extended_c, 11)                       \
  FEATURE(fma4, __FMA4__, 32, extended_c, 16)                     \
  FEATURE(tbm, __TBM__, 8, extended_c, 21)                        \
  FEATURE(gfni, __GFNI__, 16, leaf7_c, 8)                         \
  FEATURE(vaes, __VAES__, 32, leaf7_c, 9)                         \
  FEATURE(vpclmulqdq, __VPCLMULQDQ__, 32, leaf7_c, 10)            \
  FEATURE(avxvnni, __AVXVNNI__, 32, leaf7_a, 4)                   \
  FEATURE(avx512f, __AVX512F__, 64, leaf7_b, 16)                  \
  FEATURE(avx512dq, __AVX512DQ__, 64, leaf7_b, 17)                \
  FEATURE(avx512ifma, __AVX512IFMA__, 64, leaf7_b, 21)            \
  FEATURE(avx512cd, __AVX512CD__, 64, leaf7_b, 28)                \
  FEATURE(avx512bw, __AVX512BW__, 64, leaf7_b, 30)                \
  FEATURE(avx512vl, __AVX512VL__, 64, leaf7_b, 31)                \
  FEATURE(avx512vbmi, __AVX512VBMI__, 64, leaf7_c, 1)             \
  FEATURE(avx512vbmi2, __AVX512VBMI2__, 64, leaf7_c, 6)           \
  FEATURE(avx512vnni, __AVX512VNNI__, 64, leaf7_c, 11)            \
  FEATURE(avx512bitalg, __AVX512BITALG__, 64, leaf7_c, 12)        \
  FEATURE(avx512vpopcntdq, __AVX512VPOPCNTDQ__, 64, leaf7_c, 14)  \
  FEATURE(avx512fp16, __AVX512FP16__, 64, leaf7_d, 23)            \
  FEATURE(avx512bf16, __AVX512BF16__, 64, leaf7_a, 5)

/// The bit of each.
enum {
#define FEATURE(NAME, MACRO, WIDTH, REGISTER, BIT) zoo_feature_##NAME,
  ZOO_FEATURES
#undef FEATURE
  zoo_feature_count
};

/// What the program was built with: this target has the flags of all others, and holds no code.
extern const uint64_t zoo_processor_required;

#endif
