#ifndef CVECTOR_TILE_H
#define CVECTOR_TILE_H
#include <stdint.h>

/* The innermost loop of every matrix product: c += a·b on one tile that stays in registers.
 *
 * a is rows×depth, element (r, p) at a[r·a_row + p·a_column]; b is depth×columns, at b[p·b_stride + j], and its rows can
 * be read to the end of the vector that holds the last column; c is rows×columns, at c[r·c_stride + j]. Rows number 1 to
 * tile_rows(), columns 1 to tile_vectors() vectors of 64 bytes. Each element of c takes its terms in order of p: in
 * Float by fused multiply-adds, in Double by a product and a sum, each rounded. So the bits are the same for every
 * tile and on every machine; how wide its registers are is asked when the program runs. */
void multiply_tile_float(intptr_t rows, intptr_t columns, const float *_Nonnull a, intptr_t a_row, intptr_t a_column,
                         const float *_Nonnull b, intptr_t b_stride, float *_Nonnull c, intptr_t c_stride,
                         intptr_t depth);
void multiply_tile_double(intptr_t rows, intptr_t columns, const double *_Nonnull a, intptr_t a_row, intptr_t a_column,
                          const double *_Nonnull b, intptr_t b_stride, double *_Nonnull c, intptr_t c_stride,
                          intptr_t depth);

/* The largest tile that this machine's registers hold. */
intptr_t tile_rows(void);
intptr_t tile_vectors(void);
#endif
