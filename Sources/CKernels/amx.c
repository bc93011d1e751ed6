// AVX-512 with AMX: matrix tiles of 16 rows of 64 bytes that multiply pairs of bf16 numbers.
#include "CKernels.h"

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <immintrin.h>
#include <math.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TARGET \
  __attribute__((target( \
      "avx2,fma,avx512f,avx512vl,avx512bw,avx512dq,avx512bf16,amx-tile,amx-bf16")))
#define SUFFIX(name) name##_amx
#define TILE_ZERO(tile) _tile_zero(tile)
#define TILE_LOAD(tile, from, stride) _tile_loadd(tile, from, stride)
#define TILE_STREAM(tile, from, stride) _tile_stream_loadd(tile, from, stride)
#define TILE_STORE(tile, to, stride) _tile_stored(tile, to, stride)
#define TILE_MULTIPLY(sums, left, right) _tile_dpbf16ps(sums, left, right)
// Of an invalid y and a z it is y.
#define LARGER(y, z) ((wide_amx)_mm512_max_ps((__m512)(z), (__m512)(y)))
#define ROUND_TO_BF16(y) ((halves_amx)_mm512_cvtneps_pbh((__m512)(y)))
#define ROUND_ROW(y, z) ((row_amx)_mm512_cvtne2ps_pbh((__m512)(z), (__m512)(y)))
#define STORE_FIRST(to, y, count) \
  _mm512_mask_storeu_ps(to, (count) < 16 ? (1u << ((count) > 0 ? (count) : 0)) - 1 : 0xFFFF, (__m512)(y))
#include "flat_convolution.h"
#include "flat_input.h"
#include "tile_product.h"
#include "abreast.h"

/// The layout that LDTILECFG reads.
typedef struct {
  uint8_t palette, start_row, reserved[14];
  uint16_t row_bytes[16];
  uint8_t rows[16];
} tile_configuration;

/// Eight tiles of 16 rows of 64 bytes.
_Alignas(64) static const tile_configuration configuration = {
    .palette = 1,
    .row_bytes = {64, 64, 64, 64, 64, 64, 64, 64},
    .rows = {16, 16, 16, 16, 16, 16, 16, 16},
};

TARGET static void tiles_begin_amx(void) { _tile_loadconfig(&configuration); }

TARGET static void tiles_end_amx(void) { _tile_release(); }

/// Whether processor and operating system have the tiles, and this process may use them.
static bool has_tiles(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
  const unsigned bf16 = 1u << 22, tile = 1u << 24;
  if ((d & bf16) == 0 || (d & tile) == 0) return false;
  if (!__get_cpuid_count(7, 1, &a, &b, &c, &d) || (a & 1u << 5) == 0) return false;  // AVX512_BF16
  const long request_permission = 0x1023, tile_data = 18;  // ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA
  return syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
}

const kernel_table *kernel_table_amx(void) {
  static kernel_table table;
  const kernel_table *base = kernel_table_avx512();
  if (!base || !has_tiles()) return NULL;
  table = *base;
  table.name = "amx";
  table.flat_convolution = flat_convolution_amx;
  table.flat_input = flat_input_amx;
  table.tile_product = tile_product_amx;
  table.round_rows = round_rows_amx;
  table.round_pairs = round_pairs_amx;
  table.abreast_from_floats = abreast_from_floats_amx;
  table.abreast_to_floats = abreast_to_floats_amx;
  table.abreast_weights = abreast_weights_amx;
  table.abreast_moments = abreast_moments_amx;
  table.abreast_normalise = abreast_normalise_amx;
  table.abreast_masked = abreast_masked_amx;
  table.abreast_slopes = abreast_slopes_amx;
  table.abreast_pairs = abreast_pairs_amx;
  table.abreast_product = abreast_product_amx;
  table.tiles_begin = tiles_begin_amx;
  table.tiles_end = tiles_end_amx;
  return &table;
}
#else
const kernel_table *kernel_table_amx(void) { return NULL; }
#endif
