#ifndef CVECTOR_H
#define CVECTOR_H
/* Vectors whose fused multiply-add is one instruction. */
typedef float float16 __attribute__((ext_vector_type(16)));
static inline float16 fma16(float16 a, float16 b, float16 c) {
  return __builtin_elementwise_fma(a, b, c);
}
#endif
