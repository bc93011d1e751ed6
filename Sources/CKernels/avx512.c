// AVX-512: 32 registers of 16 floats, so 12 rows by 32 columns stay in registers.
#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx2,fma,avx512f,avx512vl,avx512bw,avx512dq")))
#define SUFFIX(name) name##_avx512
#define TABLE_NAME "avx512"
#define ROW_BLOCK 12
#define PANEL_BLOCK 2
#define SPARSE_PANELS 8
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)

// Packs the elements of two vectors where one or both are not zero, and their numbers from `first` on; returns how
// many they are. To a register first: to memory the instruction is slow on some processors.
TARGET static inline ptrdiff_t compress_nonzero(const float *x, const float *z, int32_t first, int32_t *index,
                                                float *xs, float *zs) {
  const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  __m512 elements = _mm512_loadu_ps(x), others = _mm512_loadu_ps(z), zero = _mm512_setzero_ps();
  __mmask16 mask = (__mmask16)(_mm512_cmp_ps_mask(elements, zero, _CMP_NEQ_UQ) |
                               _mm512_cmp_ps_mask(others, zero, _CMP_NEQ_UQ));
  _mm512_storeu_ps(xs, _mm512_maskz_compress_ps(mask, elements));
  _mm512_storeu_ps(zs, _mm512_maskz_compress_ps(mask, others));
  _mm512_storeu_si512(index, _mm512_maskz_compress_epi32(mask, _mm512_add_epi32(lanes, _mm512_set1_epi32(first))));
  return __builtin_popcount(mask);
}
#define COMPRESS_NONZERO compress_nonzero

// Packs the numbers, from `first` on, of those of 16 that are not zero; returns how many they are.
TARGET static inline ptrdiff_t compress_numbers(const uint32_t *bits, int32_t first, int32_t *index) {
  const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  __m512i elements = _mm512_loadu_si512(bits);
  __mmask16 mask = _mm512_test_epi32_mask(elements, elements);
  _mm512_storeu_si512(index, _mm512_maskz_compress_epi32(mask, _mm512_add_epi32(lanes, _mm512_set1_epi32(first))));
  return __builtin_popcount(mask);
}
#define COMPRESS_NUMBERS compress_numbers

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
