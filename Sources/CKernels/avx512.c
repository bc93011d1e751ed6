// AVX-512: 32 registers of 16 floats, so 12 rows by 32 columns stay in registers.
#include "CKernels.h"

#if defined(__x86_64__)
#define TARGET __attribute__((target("avx2,fma,avx512f,avx512vl,avx512bw,avx512dq")))
#define SUFFIX(name) name##_avx512
#define TABLE_NAME "avx512"
#define ROW_BLOCK 12
#define PANEL_BLOCK 2
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)
#include "kernels.h"

const kernel_table *kernel_table_avx512(void) {
  __builtin_cpu_init();
  bool supported = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                   __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
  return supported ? &SUFFIX(table) : NULL;
}
#else
const kernel_table *kernel_table_avx512(void) { return NULL; }
#endif
