#ifndef CVECTOR_SEEDS_H
#define CVECTOR_SEEDS_H
#include <stdint.h>

/* What is added to every seed in this process: 0, or, where the environment has a number in WEAVE_SEED_SHIFT, a
 * multiple of it that lies far from the seeds that anybody writes. */
uint64_t seed_shift(void);
#endif
