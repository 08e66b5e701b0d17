#ifndef CVECTOR_H
#define CVECTOR_H
#include <stdint.h>

/* Vectors of fixed width for the kernel's inner loops.
 *
 * Clang splits or joins them to what the machine has; each lane's operations, and so its bits, stay the same.
 * Float: one fused multiply-add. Double: a product and a sum, each rounded, because an exact Double fma without
 * hardware (wasm32) is far slower than everything around it; the pragma keeps the compiler from fusing them. */
typedef float float8 __attribute__((ext_vector_type(8)));
typedef float float16 __attribute__((ext_vector_type(16)));
typedef double double4 __attribute__((ext_vector_type(4)));
typedef double double8 __attribute__((ext_vector_type(8)));
typedef double double16 __attribute__((ext_vector_type(16)));

static inline float16 add_float16(float16 a, float16 b) { return a + b; }
static inline double16 add_double16(double16 a, double16 b) { return a + b; }

static inline float16 multiply_add_float16(float16 a, float16 b, float16 c) {
  return __builtin_elementwise_fma(a, b, c);
}
static inline double8 multiply_add_double8(double8 a, double8 b, double8 c) {
#pragma STDC FP_CONTRACT OFF
  return a * b + c;
}
static inline double16 multiply_add_double16(double16 a, double16 b, double16 c) {
#pragma STDC FP_CONTRACT OFF
  return a * b + c;
}

/* What tiled attention does to sixteen scores besides. */
static inline float16 subtract_float16(float16 a, float16 b) { return a - b; }
static inline float16 multiply_float16(float16 a, float16 b) { return a * b; }
static inline float16 divide_float16(float16 a, float16 b) { return a / b; }

/* The larger of each pair, b where they do not compare: of a bound and a NaN the NaN. */
static inline float16 larger_float16(float16 a, float16 b) { return a > b ? a : b; }

/* `other` where x equals y, else x. */
static inline float16 replace_float16(float16 x, float16 y, float16 other) { return x == y ? other : x; }

/* The low bits of each lane as those of an exponent. */
static inline float16 exponent_float16(float16 x) {
  typedef unsigned unsigned16 __attribute__((ext_vector_type(16)));
  return (float16)((unsigned16)x << 23);
}

/* Rows become columns: element c of line r, at source[r·stride + c], goes to target[c·width + r]; 8×8 floats, 4×4
 * doubles. Each round pairs lines that stand further apart. */
static inline void transpose_float(const float *_Nonnull source, long stride, float *_Nonnull target, long width) {
  float8 x[8], y[8];
  for (int r = 0; r < 8; r++) __builtin_memcpy(&x[r], source + r * stride, sizeof x[r]);
  for (int r = 0; r < 8; r += 2) {
    y[r] = __builtin_shufflevector(x[r], x[r + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    y[r + 1] = __builtin_shufflevector(x[r], x[r + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  for (int r = 0; r < 8; r += 4)
    for (int half = 0; half < 2; half++) {
      x[r + 2 * half] = __builtin_shufflevector(y[r + half], y[r + 2 + half], 0, 1, 8, 9, 4, 5, 12, 13);
      x[r + 2 * half + 1] = __builtin_shufflevector(y[r + half], y[r + 2 + half], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  for (int c = 0; c < 4; c++) {
    y[c] = __builtin_shufflevector(x[c], x[c + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    y[c + 4] = __builtin_shufflevector(x[c], x[c + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
  for (int c = 0; c < 8; c++) __builtin_memcpy(target + c * width, &y[c], sizeof y[c]);
}
static inline void transpose_double(const double *_Nonnull source, long stride, double *_Nonnull target, long width) {
  double4 x[4], y[4];
  for (int r = 0; r < 4; r++) __builtin_memcpy(&x[r], source + r * stride, sizeof x[r]);
  for (int r = 0; r < 4; r += 2) {
    y[r] = __builtin_shufflevector(x[r], x[r + 1], 0, 4, 2, 6);
    y[r + 1] = __builtin_shufflevector(x[r], x[r + 1], 1, 5, 3, 7);
  }
  for (int c = 0; c < 2; c++) {
    x[c] = __builtin_shufflevector(y[c], y[c + 2], 0, 1, 4, 5);
    x[c + 2] = __builtin_shufflevector(y[c], y[c + 2], 2, 3, 6, 7);
  }
  for (int c = 0; c < 4; c++) __builtin_memcpy(target + c * width, &x[c], sizeof x[c]);
}

/* The same address, of which the compiler knows nothing: it would otherwise derive each row's from the row above, one
 * addition waiting for the other. */
static inline const void *_Nonnull own_address(const void *_Nonnull address) {
#ifdef __x86_64__
  __asm__("" : "+r"(address));
#endif
  return address;
}

/* Asks for the line at an address, which need not exist: it will soon be read and written, or read alone. */
static inline void prefetch(const void *_Nonnull address) { __builtin_prefetch(address, 1); }
static inline void prefetch_read(const void *_Nonnull address) { __builtin_prefetch(address, 0); }

/* The innermost loop of every matrix product: c += a·b on one tile that stays in registers.
 *
 * a is rows×depth, element (r, p) at a[r·a_row + p·a_column]; b is depth×columns, at b[p·b_stride + j], and its rows
 * can be read to the end of the vector that holds the last column; c is rows×columns, at c[r·c_stride + j]. Rows number
 * 1 to tile_rows(), columns 1 to tile_vectors() vectors of 64 bytes. Each element of c takes its terms in order of p:
 * in Float by fused multiply-adds, in Double by a product and a sum, each rounded. So the bits are the same for every
 * tile and on every machine; how wide its registers are is asked when the program runs. */
void multiply_tile_float(intptr_t rows, intptr_t columns, const float *_Nonnull a, intptr_t a_row, intptr_t a_column,
                         const float *_Nonnull b, intptr_t b_stride, float *_Nonnull c, intptr_t c_stride,
                         intptr_t depth);
void multiply_tile_double(intptr_t rows, intptr_t columns, const double *_Nonnull a, intptr_t a_row, intptr_t a_column,
                          const double *_Nonnull b, intptr_t b_stride, double *_Nonnull c, intptr_t c_stride,
                          intptr_t depth);

/* The same product, of any shape, element by element: where it is over before a tile would be filled. b at
 * b[p·b_row + j·b_column]. */
void multiply_plain_float(intptr_t rows, intptr_t columns, const float *_Nonnull a, intptr_t a_row, intptr_t a_column,
                          const float *_Nonnull b, intptr_t b_row, intptr_t b_column, float *_Nonnull c,
                          intptr_t c_stride, intptr_t depth);
void multiply_plain_double(intptr_t rows, intptr_t columns, const double *_Nonnull a, intptr_t a_row,
                           intptr_t a_column, const double *_Nonnull b, intptr_t b_row, intptr_t b_column,
                           double *_Nonnull c, intptr_t c_stride, intptr_t depth);

/* The largest tile that this machine's registers hold. */
intptr_t tile_rows(void);
intptr_t tile_vectors(void);
#endif
