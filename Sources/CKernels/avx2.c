// AVX2 with FMA: 16 registers of 8 floats, so 6 rows by 16 columns stay in registers.
#include "CKernels.h"

#if defined(__x86_64__)
#define TARGET __attribute__((target("avx2,fma")))
#define SUFFIX(name) name##_avx2
#define TABLE_NAME "avx2"
#define ROW_BLOCK 6
#define PANEL_BLOCK 1
#define SPARSE_PANELS 2
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)
#include "kernels.h"

const kernel_table *kernel_table_avx2(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &SUFFIX(table) : NULL;
}
#else
const kernel_table *kernel_table_avx2(void) { return NULL; }
#endif
