#include "vector.h"

enum { rows_narrow = 6, rows_wide = 12, vectors_wide = 2 };

/* Told to the compiler of every short loop below: with its count known, no array is left, only registers. */
#define EACH(i, count) _Pragma("clang loop unroll(full)") for (int i = 0; i < count; i++)

/* One tile whose shape is known once this is inlined: an element of a meets the vectors of a row of b. Where a's rows
 * are `apart`, every third has an address of its own and the next two are reached by the stride. */
#define TILE(name, scalar, vector, multiply_add)                                                              \
  static inline __attribute__((always_inline)) void name(                                                     \
      const int rows, const int vectors, const int apart, const scalar *a, intptr_t a_row, intptr_t a_column, \
      const scalar *b, intptr_t b_stride, scalar *c, intptr_t c_stride, intptr_t depth) {                     \
    enum { lanes = sizeof(vector) / sizeof(scalar), lines = (rows_wide + 2) / 3 };                            \
    vector sums[rows_wide][vectors_wide], right[vectors_wide];                                                \
    const scalar *line[lines];                                                                                \
    EACH(r, rows) EACH(v, vectors)                                                                            \
      __builtin_memcpy(&sums[r][v], c + r * c_stride + v * lanes, sizeof(vector));                            \
    EACH(i, (rows + 2) / 3) line[i] = apart ? own_address(a + 3 * i * a_row) : a + 3 * i;                     \
    for (; depth > 0; depth--) {                                                                              \
      EACH(v, vectors) {                                                                                      \
        __builtin_memcpy(&right[v], b + v * lanes, sizeof(vector));                                           \
        prefetch_read(b + 8 * b_stride + v * lanes);                                                          \
      }                                                                                                       \
      EACH(r, rows) {                                                                                         \
        vector left = (vector)(line[r / 3][apart ? r % 3 * a_row : r % 3]);                                   \
        EACH(v, vectors) sums[r][v] = multiply_add(left, right[v], sums[r][v]);                               \
      }                                                                                                       \
      EACH(i, (rows + 2) / 3) line[i] += a_column;                                                            \
      b += b_stride;                                                                                          \
    }                                                                                                         \
    EACH(r, rows) EACH(v, vectors)                                                                            \
      __builtin_memcpy(c + r * c_stride + v * lanes, &sums[r][v], sizeof(vector));                            \
  }
TILE(tile_float, float, float16, multiply_add_float16)
TILE(tile_double, double, double8, multiply_add_double8)

/* The tile of the height that is asked for. */
#define HEIGHT(tile, r, v)                                                             \
  case r:                                                                              \
    if (a_row == 1) tile(r, v, 0, a, 1, a_column, b, b_stride, c, c_stride, depth);    \
    else tile(r, v, 1, a, a_row, a_column, b, b_stride, c, c_stride, depth);           \
    break;
#define LOW(tile, v) \
  HEIGHT(tile, 1, v) HEIGHT(tile, 2, v) HEIGHT(tile, 3, v) HEIGHT(tile, 4, v) HEIGHT(tile, 5, v) HEIGHT(tile, 6, v)
#define HIGH(tile, v) \
  HEIGHT(tile, 7, v) HEIGHT(tile, 8, v) HEIGHT(tile, 9, v) HEIGHT(tile, 10, v) HEIGHT(tile, 11, v) HEIGHT(tile, 12, v)
#define TILES(name, scalar, ...)                                                                             \
  static void name(intptr_t rows, int vectors, const scalar *a, intptr_t a_row, intptr_t a_column,           \
                   const scalar *b, intptr_t b_stride, scalar *c, intptr_t c_stride, intptr_t depth) {       \
    (void)vectors;                                                                                           \
    __VA_ARGS__                                                                                              \
  }
TILES(narrow_float, float, switch (rows) { LOW(tile_float, 1) })
TILES(narrow_double, double, switch (rows) { LOW(tile_double, 1) })

#if defined(__x86_64__) && !defined(NARROW_TILES)
/* 32 registers of 64 bytes, where this machine has them. */
static int is_wide(void) { return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl"); }
#define WIDE(tile) \
  if (vectors == 1) switch (rows) { LOW(tile, 1) HIGH(tile, 1) } else switch (rows) { LOW(tile, 2) HIGH(tile, 2) }
__attribute__((target("avx512f,avx512vl,fma"))) TILES(wide_float, float, WIDE(tile_float))
__attribute__((target("avx512f,avx512vl,fma"))) TILES(wide_double, double, WIDE(tile_double))
#else
static int is_wide(void) { return 0; }
#define wide_float narrow_float
#define wide_double narrow_double
#endif

intptr_t tile_rows(void) { return is_wide() ? rows_wide : rows_narrow; }
intptr_t tile_vectors(void) { return is_wide() ? vectors_wide : 1; }

/* A tile that reaches over c's edge is computed beside it: the same operations on each element. */
#define MULTIPLY(name, scalar, wide, narrow)                                                                          \
  void name(intptr_t rows, intptr_t columns, const scalar *a, intptr_t a_row, intptr_t a_column, const scalar *b,     \
            intptr_t b_stride, scalar *c, intptr_t c_stride, intptr_t depth) {                                        \
    enum { lanes = 64 / sizeof(scalar), most = vectors_wide * lanes };                                                \
    const int vectors = columns > lanes ? 2 : 1, width = vectors * lanes, whole = columns == width;                   \
    scalar edge[rows_wide * most];                                                                                    \
    if (!whole)                                                                                                       \
      for (intptr_t r = 0; r < rows; r++)                                                                             \
        for (intptr_t j = 0; j < width; j++) edge[r * most + j] = j < columns ? c[r * c_stride + j] : 0;              \
    (is_wide() ? wide : narrow)(                                                                                      \
        rows, vectors, a, a_row, a_column, b, b_stride, whole ? c : edge, whole ? c_stride : most, depth);            \
    if (!whole)                                                                                                       \
      for (intptr_t r = 0; r < rows; r++)                                                                             \
        for (intptr_t j = 0; j < columns; j++) c[r * c_stride + j] = edge[r * most + j];                              \
  }
MULTIPLY(multiply_tile_float, float, wide_float, narrow_float)
MULTIPLY(multiply_tile_double, double, wide_double, narrow_double)

/* Without a tile: each element's terms in the same order, by the same operations. */
#define PLAIN(name, scalar, multiply_add)                                                                             \
  void name(intptr_t rows, intptr_t columns, const scalar *a, intptr_t a_row, intptr_t a_column, const scalar *b,     \
            intptr_t b_row, intptr_t b_column, scalar *c, intptr_t c_stride, intptr_t depth) {                        \
    for (intptr_t r = 0; r < rows; r++)                                                                               \
      for (intptr_t j = 0; j < columns; j++) {                                                                        \
        const scalar *left = a + r * a_row, *right = b + j * b_column;                                                \
        scalar sum = c[r * c_stride + j];                                                                             \
        for (intptr_t p = 0; p < depth; p++) sum = multiply_add(left[p * a_column], right[p * b_row], sum);           \
        c[r * c_stride + j] = sum;                                                                                    \
      }                                                                                                               \
  }
static inline float multiply_add_float(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
static inline double multiply_add_double(double a, double b, double c) {
#pragma STDC FP_CONTRACT OFF
  return a * b + c;
}
PLAIN(multiply_plain_float, float, multiply_add_float)
PLAIN(multiply_plain_double, double, multiply_add_double)
