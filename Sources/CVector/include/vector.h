#ifndef CVECTOR_H
#define CVECTOR_H
/* Vectors of fixed width for the kernel's inner loops.
 *
 * Clang splits or joins them to what the machine has; each lane's operations, and so its bits, stay the same.
 * Float: one fused multiply-add. Double: a product and a sum, each rounded, because an exact Double fma without
 * hardware (wasm32) is far slower than everything around it; the pragma keeps the compiler from fusing them. */
typedef float float16 __attribute__((ext_vector_type(16)));
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
#endif
