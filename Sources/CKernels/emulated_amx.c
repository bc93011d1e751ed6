// The code for matrix tiles with the tile instructions carried out in plain C, as the processor's manual has them
// (Intel 2023, Software Developer's Manual, TDPBF16PS): what its results are compared with where there are none.
#include "CKernels.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define TARGET
#define SUFFIX(name) name##_emulated

// Called, not copied into every loop, which would take a megabyte of code.
#define CALLED static __attribute__((noinline))

typedef uint8_t tile_emulated[16][64];
static _Thread_local tile_emulated tiles[8];

CALLED void load_tile(tile_emulated tile, const void *from, ptrdiff_t stride) {
  for (int row = 0; row < 16; row++) memcpy(tile[row], (const char *)from + row * stride, 64);
}

CALLED void store_tile(tile_emulated tile, void *to, ptrdiff_t stride) {
  for (int row = 0; row < 16; row++) memcpy((char *)to + row * stride, tile[row], 64);
}

// Denormal numbers count as zero, in what is multiplied and in sums.
static float flushed(float value) { return fabsf(value) < FLT_MIN ? 0 : value; }

static float half_of(const uint8_t *pair, int half) {
  uint16_t bits;
  memcpy(&bits, pair + 2 * half, sizeof bits);
  uint32_t word = (uint32_t)bits << 16;
  float value;
  memcpy(&value, &word, sizeof value);
  return flushed(value);
}

// The products of a row and a column with even places are added up apart from those with odd ones. Each is exact.
CALLED void multiply_tiles(tile_emulated sums, tile_emulated left, tile_emulated right) {
  for (int m = 0; m < 16; m++) {
    float products[2][16] = {{0}};
    for (int k = 0; k < 16; k++)
      for (int half = 0; half < 2; half++)
        for (int n = 0; n < 16; n++)
          products[half][n] = flushed(
              products[half][n] + half_of(&left[m][4 * k], half) * half_of(&right[k][4 * n], half));
    for (int n = 0; n < 16; n++) {
      float sum;
      memcpy(&sum, &sums[m][4 * n], sizeof sum);
      sum = flushed(flushed(sum) + flushed(products[0][n] + products[1][n]));
      memcpy(&sums[m][4 * n], &sum, sizeof sum);
    }
  }
}

#define TILE_ZERO(tile) memset(tiles[tile], 0, sizeof tiles[tile])
#define TILE_LOAD(tile, from, stride) load_tile(tiles[tile], from, stride)
#define TILE_STREAM(tile, from, stride) TILE_LOAD(tile, from, stride)
#define TILE_STORE(tile, to, stride) store_tile(tiles[tile], to, stride)
#define TILE_MULTIPLY(sums, left, right) multiply_tiles(tiles[sums], tiles[left], tiles[right])
// Of an invalid y and a z it is y.
#define LARGER(y, z)                                                       \
  ({                                                                       \
    __typeof__(y) larger_y = (y), larger_z = (z);                          \
    for (int j = 0; j < 16; j++)                                           \
      larger_y[j] = larger_y[j] < larger_z[j] ? larger_z[j] : larger_y[j]; \
    larger_y;                                                              \
  })
#define ROUND_TO_BF16(y)                                                                       \
  __builtin_convertvector(                                                                     \
      ((words_emulated)(y) + 0x7fff + (((words_emulated)(y) >> 16) & 1)) >> 16, halves_emulated)
#define ROUND_ROW(y, z)                                                                                   \
  __builtin_shufflevector(ROUND_TO_BF16(y), ROUND_TO_BF16(z), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, \
                          13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31)
#define STORE_FIRST(to, y, count) \
  for (int j = 0; j < 16 && j < (count); j++) (to)[j] = (y)[j]
#include "flat_convolution.h"
#include "flat_input.h"
#include "tile_product.h"
#include "abreast.h"

static void nothing_emulated(void) {}

const kernel_table *kernel_table_emulated_amx(void) {
  static kernel_table table;
  table = *kernel_table_scalar();
  table.name = "amx-emulated";
  table.flat_convolution = flat_convolution_emulated;
  table.flat_input = flat_input_emulated;
  table.tile_product = tile_product_emulated;
  table.round_rows = round_rows_emulated;
  table.round_pairs = round_pairs_emulated;
  table.abreast_from_floats = abreast_from_floats_emulated;
  table.abreast_to_floats = abreast_to_floats_emulated;
  table.abreast_weights = abreast_weights_emulated;
  table.abreast_moments = abreast_moments_emulated;
  table.abreast_normalise = abreast_normalise_emulated;
  table.abreast_masked = abreast_masked_emulated;
  table.abreast_slopes = abreast_slopes_emulated;
  table.abreast_pairs = abreast_pairs_emulated;
  table.abreast_product = abreast_product_emulated;
  table.tiles_begin = table.tiles_end = nothing_emulated;
  return &table;
}
