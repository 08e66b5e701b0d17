/* What Embedded Swift on wasm32 and on bare arm64 expects of a C library, and nothing more. */
#include <stddef.h>
#include <stdint.h>

#ifdef __wasm__

/* The host prints a byte. */
__attribute__((import_module("env"), import_name("put"))) void put(int byte);

/* Memory from the end of what the module holds; grow makes it reach to an address. */
extern unsigned char __heap_base;
static unsigned char *memory_start(void) { return &__heap_base; }
static int memory_grow(uintptr_t end) {
  size_t pages = __builtin_wasm_memory_size(0);
  return end <= pages * 65536 || __builtin_wasm_memory_grow(0, (end - pages * 65536 + 65535) / 65536) != (size_t)-1;
}

#else

/* Linux on arm64, without a C library: two system calls, and a page comes with its first use. */
static long system_call(long number, long a, long b, long c) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
  return x0;
}

static char line[4096];
static int used;
static void put(int byte) {
  line[used++] = (char)byte;
  if (byte == '\n' || used == sizeof line) {
    system_call(64, 1, (long)line, used);
    used = 0;
  }
}

int main(int count, char **arguments);
__attribute__((naked)) void start(void) { __asm__("mov x29, #0\n mov x0, sp\n and sp, x0, #-16\n b run_main"); }
void run_main(void) { system_call(94, main(0, 0), 0, 0); }

double sqrt(double x) {
  __asm__("fsqrt %d0, %d0" : "+w"(x));
  return x;
}

float sqrtf(float x) {
  __asm__("fsqrt %s0, %s0" : "+w"(x));
  return x;
}

static unsigned char heap[1u << 29] __attribute__((aligned(16)));
static unsigned char *memory_start(void) { return heap; }
static int memory_grow(uintptr_t end) { return end <= (uintptr_t)heap + sizeof heap; }

#endif

int putchar(int byte) {
  put(byte);
  return byte;
}

/* Blocks in powers of two, each freed one on the list of its size, new ones from the end. */
static uintptr_t end;
static void *freed[32];

typedef struct {
  void *block;
  uint32_t class;
  uint32_t unused;
} Header;

int posix_memalign(void **result, size_t alignment, size_t size) {
  if (alignment < 16) alignment = 16;
  uint32_t class = 5;
  while (((size_t)1 << class) < size + alignment + sizeof(Header)) class++;
  void *block = freed[class];
  if (block) {
    freed[class] = *(void **)block;
  } else {
    if (!end) end = ((uintptr_t)memory_start() + 15) & ~(uintptr_t)15;
    block = (void *)end;
    end += (uintptr_t)1 << class;
    if (!memory_grow(end)) __builtin_trap();
  }
  uintptr_t payload = ((uintptr_t)block + sizeof(Header) + alignment - 1) & ~(uintptr_t)(alignment - 1);
  ((Header *)payload)[-1] = (Header){block, class, 0};
  *result = (void *)payload;
  return 0;
}

void *malloc(size_t size) {
  void *result;
  posix_memalign(&result, 16, size);
  return result;
}

void free(void *payload) {
  if (!payload) return;
  Header header = ((Header *)payload)[-1];
  *(void **)header.block = freed[header.class];
  freed[header.class] = header.block;
}

void *memcpy(void *restrict to, const void *restrict from, size_t n) {
  for (size_t i = 0; i < n; i++) ((unsigned char *)to)[i] = ((const unsigned char *)from)[i];
  return to;
}

void *memmove(void *to, const void *from, size_t n) {
  unsigned char *t = to;
  const unsigned char *f = from;
  if (t < f)
    for (size_t i = 0; i < n; i++) t[i] = f[i];
  else
    while (n--) t[n] = f[n];
  return to;
}

void *memset(void *to, int byte, size_t n) {
  for (size_t i = 0; i < n; i++) ((unsigned char *)to)[i] = (unsigned char)byte;
  return to;
}

int memcmp(const void *a, const void *b, size_t n) {
  for (size_t i = 0; i < n; i++) {
    int apart = ((const unsigned char *)a)[i] - ((const unsigned char *)b)[i];
    if (apart) return apart;
  }
  return 0;
}

/* The 128-bit product, from 32-bit halves. */
typedef union {
  __int128 whole;
  struct {
    uint64_t low, high;
  };
} Wide;

__int128 __multi3(__int128 a, __int128 b) {
  Wide x = {a}, y = {b}, r;
  uint64_t x0 = (uint32_t)x.low, x1 = x.low >> 32, y0 = (uint32_t)y.low, y1 = y.low >> 32;
  uint64_t low = x0 * y0, middle = x1 * y0 + (low >> 32), other = x0 * y1 + (uint32_t)middle;
  r.low = (other << 32) | (uint32_t)low;
  r.high = x1 * y1 + (middle >> 32) + (other >> 32) + x.high * y.low + x.low * y.high;
  return r.whole;
}

/* a·b + c rounded once: the product is exact in double; the sum is rounded to odd, so that rounding it again to
 * float gives what one rounding would have given (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums",
 * IEEE Transactions on Computers 57, 2008). */
float fmaf(float a, float b, float c) {
  double product = (double)a * b, sum = product + c;
  double part = sum - product, lost = (product - (sum - part)) + (c - part);
  union {
    double value;
    uint64_t bits;
  } odd = {sum};
  if (lost == lost && lost != 0 && !(odd.bits & 1)) odd.bits += ((lost > 0) == (sum > 0)) ? 1 : -1;
  return (float)odd.value;
}

/* Hashing seeds of the standard library: fixed, since nothing iterates over a hash table. */
void arc4random_buf(void *to, size_t n) { memset(to, 7, n); }

uintptr_t __stack_chk_guard = 0x5bd1e995;
void __stack_chk_fail(void) { __builtin_trap(); }
