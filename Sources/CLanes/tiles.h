#pragma once
// Products of bfloat16 numbers, which are floats rounded to their upper sixteen bits, with sums in single precision.
// Swift has no words for the instructions: AMX (tiles) and AVX-512 BF16 (lanes). Where a machine has neither, plain
// lanes compute the same, slowly, so that tests can run anywhere.
//
// A unit is two neighbours along the inner dimension, the first in the lower half. A tile is sixteen rows of sixteen
// units. Of a left operand: its rows, and along them the inner dimension. Of a right operand: a row holds the units
// of sixteen columns. A step is two tiles, 32 rows or columns by 32 of the inner dimension.

#include <unistd.h>

typedef float tile_floats __attribute__((ext_vector_type(16)));
/// A row of a tile.
typedef unsigned tile_units __attribute__((ext_vector_type(16)));

// Vectors of 64 bytes are never passed or returned: how, would depend on the machine.
#define TILES static inline __attribute__((always_inline, min_vector_width(512)))

/// Whether this program was built for a machine with instructions for bfloat16.
TILES _Bool tiles_are_native(void) {
#ifdef __AVX512BF16__
  return 1;
#else
  return 0;
#endif
}

/// Asks Linux for the registers of AMX, for the whole process: whether `tiles_multiply` may be called. A kernel that
/// does not know them, or a signal stack that is too small for them, is a no.
TILES _Bool tiles_request(void) {
#ifdef __AMX_BF16__
  const long arch_prctl = 158, request_permission = 0x1023, tile_data = 18;
  return syscall(arch_prctl, request_permission, tile_data) == 0;
#else
  return 0;
#endif
}

/// Sixteen units from their first and their second numbers. These are rounded to the nearest bfloat16, to the even one
/// halfway; NaN stays NaN.
TILES void tiles_pair(const tile_floats *first, const tile_floats *second, unsigned *units) {
  tile_units low = (tile_units)*first, high = (tile_units)*second;
  low = *first == *first ? low + 0x7fffu + ((low >> 16) & 1u) : low | 0x400000u;
  high = *second == *second ? high + 0x7fffu + ((high >> 16) & 1u) : high | 0x400000u;
  low = low >> 16 | (high & 0xffff0000u);
  __builtin_memcpy(units, &low, sizeof low);
}

/// A tile whose rows are numbers in a row of `x`, 32 in each; the rows begin `step` floats apart.
TILES void tiles_pack_rows(const float *x, long step, unsigned *tile) {
  for (int row = 0; row < 16; row++, x += step, tile += 16) {
    tile_floats low, high, first, second;
    __builtin_memcpy(&low, x, sizeof low);
    __builtin_memcpy(&high, x + 16, sizeof high);
    first = __builtin_shufflevector(low, high, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    second = __builtin_shufflevector(low, high, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
    tiles_pair(&first, &second, tile);
  }
}

/// A tile whose units are numbers that stand one below the other in two rows of `x`, `step` floats apart.
TILES void tiles_pack_pairs(const float *x, long step, unsigned *tile) {
  for (int row = 0; row < 16; row++, x += 2 * step, tile += 16) {
    tile_floats first, second;
    __builtin_memcpy(&first, x, sizeof first);
    __builtin_memcpy(&second, x + step, sizeof second);
    tiles_pair(&first, &second, tile);
  }
}

/// Puts rows and columns of a tile in each other's place. Rows are shuffled like two halves of a deck of cards, which
/// after four times has moved the bits of a row's number into the column's.
TILES void tiles_transpose(unsigned *tile) {
  tile_units rows[2][16];
  __builtin_memcpy(rows[0], tile, sizeof rows[0]);
#pragma clang loop unroll(full)
  for (int round = 0; round < 4; round++) {
    tile_units *from = rows[round % 2], *to = rows[1 - round % 2];
#pragma clang loop unroll(full)
    for (int row = 0; row < 8; row++) {
      tile_units a = from[row], b = from[row + 8];
      to[2 * row] = __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      to[2 * row + 1] = __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
  }
  __builtin_memcpy(tile, rows[0], sizeof rows[0]);
}

/// To each of sixteen sums the products of two units.
TILES void tiles_add_products(tile_floats *sums, unsigned a, const tile_units *b) {
  tile_units units = (tile_units)a;
#ifdef __AVX512BF16__
  typedef __bf16 numbers __attribute__((vector_size(64)));
  typedef float floats __attribute__((vector_size(64)));
  *sums = (tile_floats)__builtin_ia32_dpbf16ps_512((floats)*sums, (numbers)units, (numbers)*b);
#else
  *sums += (tile_floats)(units & 0xffff0000u) * (tile_floats)(*b & 0xffff0000u);
  *sums += (tile_floats)(units << 16) * (tile_floats)(*b << 16);
#endif
}

/// 32 rows by 32 columns of results from `steps` steps of both operands, in place of `c` or added to it, by lanes.
TILES void tiles_multiply_lanes(
    const unsigned *a, const unsigned *b, long steps, float *c, long stride, _Bool accumulate) {
  for (int quarter = 0; quarter < 4; quarter++) {
    const unsigned *left = a + quarter / 2 * 256, *right = b + quarter % 2 * 256;
    float *result = c + quarter / 2 * 16 * stride + quarter % 2 * 16;
    tile_floats sums[16];
#pragma clang loop unroll(full)
    for (int row = 0; row < 16; row++) {
      sums[row] = (tile_floats)0.0f;
      if (accumulate) __builtin_memcpy(&sums[row], result + row * stride, sizeof sums[row]);
    }
    for (long step = 0; step < steps; step++) {
      for (int unit = 0; unit < 16; unit++) {
        tile_units units;
        __builtin_memcpy(&units, right + step * 512 + unit * 16, sizeof units);
#pragma clang loop unroll(full)
        for (int row = 0; row < 16; row++)
          tiles_add_products(&sums[row], left[step * 512 + row * 16 + unit], &units);
      }
    }
#pragma clang loop unroll(full)
    for (int row = 0; row < 16; row++) __builtin_memcpy(result + row * stride, &sums[row], sizeof sums[row]);
  }
}

#ifdef __AMX_BF16__

/// Readies the tile registers of the calling thread, eight of sixteen rows of 64 bytes, until `tiles_end`.
TILES void tiles_begin(void) {
  struct {
    unsigned char palette, first_row, unused[14];
    unsigned short bytes[16];
    unsigned char rows[16];
  } shapes = {.palette = 1};
  for (int tile = 0; tile < 8; tile++) shapes.bytes[tile] = 64, shapes.rows[tile] = 16;
  __builtin_ia32_tile_loadconfig(&shapes);
}

/// Gives the tile registers back, which a switch between threads would otherwise have to save.
TILES void tiles_end(void) { __builtin_ia32_tilerelease(); }

/// As `tiles_multiply_lanes`, by AMX.
TILES void tiles_multiply(
    const unsigned *a, const unsigned *b, long steps, float *c, long stride, _Bool accumulate) {
  const long bytes = 4 * stride;
  float *lower = c + 16 * stride;
  if (accumulate) {
    __builtin_ia32_tileloadd64(0, c, bytes);
    __builtin_ia32_tileloadd64(1, c + 16, bytes);
    __builtin_ia32_tileloadd64(2, lower, bytes);
    __builtin_ia32_tileloadd64(3, lower + 16, bytes);
  } else {
    __builtin_ia32_tilezero(0);
    __builtin_ia32_tilezero(1);
    __builtin_ia32_tilezero(2);
    __builtin_ia32_tilezero(3);
  }
  for (long step = 0; step < steps; step++, a += 512, b += 512) {
    __builtin_ia32_tileloadd64(4, a, 64);
    __builtin_ia32_tileloadd64(6, b, 64);
    __builtin_ia32_tileloadd64(7, b + 256, 64);
    __builtin_ia32_tileloadd64(5, a + 256, 64);
    __builtin_ia32_tdpbf16ps(0, 4, 6);
    __builtin_ia32_tdpbf16ps(1, 4, 7);
    __builtin_ia32_tdpbf16ps(2, 5, 6);
    __builtin_ia32_tdpbf16ps(3, 5, 7);
  }
  __builtin_ia32_tilestored64(0, c, bytes);
  __builtin_ia32_tilestored64(1, c + 16, bytes);
  __builtin_ia32_tilestored64(2, lower, bytes);
  __builtin_ia32_tilestored64(3, lower + 16, bytes);
}

#else

TILES void tiles_begin(void) {}
TILES void tiles_end(void) {}

/// Never called: `tiles_request` says no.
TILES void tiles_multiply(
    const unsigned *a, const unsigned *b, long steps, float *c, long stride, _Bool accumulate) {
  tiles_multiply_lanes(a, b, steps, c, stride, accumulate);
}

#endif
#undef TILES
