#include "seeds.h"

#if defined(__wasm__) || !__STDC_HOSTED__

uint64_t seed_shift(void) { return 0; }

#else

#include <stdlib.h>

uint64_t seed_shift(void) {
  const char *number = getenv("WEAVE_SEED_SHIFT");
  return number ? strtoull(number, NULL, 10) * UINT64_C(0xd1342543de82ef95) : 0;
}

#endif
