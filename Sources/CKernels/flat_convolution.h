// Convolution on matrix tiles: a tile of the result is 16 rows, which are points, by 16 channels, and a tap
// multiplies two tiles of rows by two tiles of weights. The including file defines the tile instructions TILE_ZERO,
// TILE_LOAD, TILE_STREAM, TILE_STORE and TILE_MULTIPLY, ROUND_TO_BF16 and ROUND_ROW of one and of two vectors, LARGER,
// and STORE_FIRST of a vector's first elements.
//
// Tiles 0 to 3 hold sums, 4 and 5 rows, 6 and 7 weights. A tile multiplication takes 16 cycles whatever is in it and
// hides the loads of the next, if they come from the first cache (Intel 2023, Optimization Reference Manual, ch. 20),
// and two or three vectors of other work. More than that at once it waits for, as few tiles are in flight. So sums are
// stored one by one between the first multiplications of the next pair, and what is done with them comes piece by piece
// between those that follow. A pair goes through all planes before the next one begins, so that its sums stay in tiles;
// for that weights come from the second cache, past the first one, which keeps the image. Only the 18 KiB of a single
// plane are kept in the first, if more than one pair reads them.

#include "unrolled.h"

typedef uint16_t SUFFIX(halves) __attribute__((vector_size(32), aligned(2)));
typedef uint16_t SUFFIX(row) __attribute__((vector_size(64), aligned(2)));
typedef float SUFFIX(wide) __attribute__((vector_size(64), aligned(4)));
typedef uint32_t SUFFIX(words) __attribute__((vector_size(64), aligned(4)));

/// Zeros in the rows `outside` of a flat image.
TARGET static void SUFFIX(flat_clear)(uint16_t *flat, ptrdiff_t channels, ptrdiff_t plane_rows, const int32_t *outside,
                                      ptrdiff_t outside_count) {
  for (ptrdiff_t plane = 0; plane < channels / 32; plane++)
    for (ptrdiff_t i = 0; i < outside_count; i++)
      *(SUFFIX(row) *)(flat + (plane * plane_rows + outside[i]) * 32) = (SUFFIX(row)){0};
}

/// Where results go.
enum { SUFFIX(to_image) = 0, SUFFIX(to_image_and_stream) = 1, SUFFIX(to_floats) = 2 };

enum {
  SUFFIX(tile_halves) = 512,
  SUFFIX(tile_floats) = 256,
  /// The weights of a step: nine taps, each of two tiles.
  SUFFIX(step_halves) = 9 * 2 * SUFFIX(tile_halves),
  /// The sums of a pair: its first run for 16 channels, then for the next 16; then those of the second.
  SUFFIX(pair_floats) = 4 * SUFFIX(tile_floats)
};

/// Sums of a pair for 32 channels from 32 `panel` on, which lie at `sums` once they are stored; without a pair there are
/// none.
typedef struct {
  const kernel_flat_pair *pair;
  float *sums;
  ptrdiff_t panel;
} SUFFIX(results);

/// Some of these: they lie at `sums`, and belong to the rows from `row` on.
typedef struct {
  const float *sums;
  ptrdiff_t row, panel;
} SUFFIX(rows);

/// The sums from `first` on of the 32 rows of a pair.
TARGET __attribute__((always_inline)) static inline SUFFIX(rows)
    SUFFIX(rows_from)(SUFFIX(results) results, unsigned first) {
  unsigned run = first / 16, row = first % 16;
  const float *sums = results.sums + run * 2 * SUFFIX(tile_floats) + row * 16;
  return (SUFFIX(rows)){sums, results.pair->rows[run] + row, results.panel};
}

/// Bias and activation of 32 channels of a row, and their way out.
TARGET __attribute__((always_inline)) static inline void SUFFIX(flat_finish_row)(
    const kernel_flat_convolution *c, const float *sums, ptrdiff_t row, ptrdiff_t panel, const int way) {
  SUFFIX(wide) least = (SUFFIX(wide)){0} + (c->relu ? 0 : -INFINITY);
  const SUFFIX(wide) *bias = (const SUFFIX(wide) *)(c->bias + panel * 32);
  SUFFIX(wide) y = *(const SUFFIX(wide) *)sums, z = *(const SUFFIX(wide) *)(sums + SUFFIX(tile_floats));
  y = LARGER(y + bias[0], least);
  z = LARGER(z + bias[1], least);
  if (way == SUFFIX(to_floats)) {
    float *target = c->floats + c->points[row] * c->float_channels + panel * 32;
    STORE_FIRST(target, y, c->float_channels - panel * 32);
    STORE_FIRST(target + 16, z, c->float_channels - panel * 32 - 16);
    return;
  }
  ptrdiff_t start = (panel * c->plane_rows + row) * 32;
  if (way == SUFFIX(to_image_and_stream)) {
    *(SUFFIX(wide) *)(c->stream + start) = y;
    *(SUFFIX(wide) *)(c->stream + start + 16) = z;
  }
  *(SUFFIX(row) *)(c->output + start) = ROUND_ROW(y, z);
}

/// The first `count` of `rows`, which are of the same run.
TARGET __attribute__((always_inline)) static inline void SUFFIX(flat_finish)(
    const kernel_flat_convolution *c, SUFFIX(rows) rows, const int count, const int way) {
  UNROLLED for (int i = 0; i < count; i++)
    SUFFIX(flat_finish_row)(c, rows.sums + i * 16, rows.row + i, rows.panel, way);
}

#define NOTHING(tile)
#define LOAD_WEIGHTS(tile, from)  \
  if (streams)                    \
    TILE_STREAM(tile, from, 64);  \
  else                            \
    TILE_LOAD(tile, from, 64);
/// The sums of `earlier` in this tile are stored, and those of the pair at hand begin in it.
#define BEGIN(tile)                                                                                            \
  if (is_first) {                                                                                              \
    if (earlier.pair) TILE_STORE(tile, earlier.sums + tile * SUFFIX(tile_floats), 64);                         \
    if (c->residual)                                                                                           \
      TILE_LOAD(tile, c->residual + (panel * c->plane_rows + pair->rows[tile / 2]) * 32 + tile % 2 * 16, 128); \
    else                                                                                                       \
      TILE_ZERO(tile);                                                                                         \
  }
/// A tap of both runs, with the rows of the first one in tile A, where they may be already, and of the second one in
/// tile B; after each product DO(its tile).
#define TAP(A, B, BEFORE, DO)                                                                             \
  {                                                                                                       \
    const uint16_t *panel_weights = weights + tap->weight * 2 * SUFFIX(tile_halves);                      \
    if (!tap->continues) TILE_LOAD(A, input + (pair->rows[0] + tap->offsets[0]) * 32, 64);                \
    LOAD_WEIGHTS(6, panel_weights)                                                                        \
    BEFORE(0) TILE_MULTIPLY(0, A, 6);                                                                     \
    DO(0)                                                                                                 \
    LOAD_WEIGHTS(7, panel_weights + SUFFIX(tile_halves))                                                  \
    BEFORE(1) TILE_MULTIPLY(1, A, 7);                                                                     \
    DO(1)                                                                                                 \
    TILE_LOAD(B, input + (pair->rows[1] + tap->offsets[1]) * 32, 64);                                     \
    BEFORE(2) TILE_MULTIPLY(2, B, 6);                                                                     \
    DO(2)                                                                                                 \
    BEFORE(3) TILE_MULTIPLY(3, B, 7);                                                                     \
    DO(3)                                                                                                 \
    tap++;                                                                                                \
  }
/// The first tap has its rows in tiles 4 and 5, the next one the other way round, and so on, as `continues` needs.
#define TWO_TAPS(DO)     \
  TAP(5, 4, NOTHING, DO) \
  TAP(4, 5, NOTHING, DO)
#define FINISH_ONE(tile) SUFFIX(flat_finish)(c, SUFFIX(rows_from)(earlier, row++), 1, way);
#define FINISH_TWO(tile)                                           \
  SUFFIX(flat_finish)(c, SUFFIX(rows_from)(earlier, row), 2, way); \
  row += 2;

/// The products of a pair with 32 channels of the input, which are the first or are added to what the tiles hold.
/// Between the first ones the sums of an `earlier` pair are stored, and between the others finished.
TARGET __attribute__((always_inline)) static inline void SUFFIX(flat_taps)(
    const kernel_flat_convolution *c, const kernel_flat_pair *pair, const uint16_t *input, const uint16_t *weights,
    ptrdiff_t panel, bool is_first, SUFFIX(results) earlier, const int way, const bool streams) {
  const kernel_flat_tap *tap = c->taps + pair->first_tap, *end = tap + pair->tap_count;
  TAP(4, 5, BEGIN, NOTHING)
  unsigned row = is_first && earlier.pair ? 0 : 32;
  const bool has_many = pair->tap_count >= 9;
  while (has_many && row < 32) { TWO_TAPS(FINISH_ONE) }
  while (row < 32 && end - tap >= 2) { TWO_TAPS(FINISH_TWO) }
  for (; row < 32; row += 8) SUFFIX(flat_finish)(c, SUFFIX(rows_from)(earlier, row), 8, way);
  if (!earlier.sums && end - tap == 8) {  // of one pair only
    UNROLLED for (int i = 0; i < 4; i++) { TWO_TAPS(NOTHING) }
  }
  while (end - tap >= 2) { TWO_TAPS(NOTHING) }
  if (tap < end) TAP(5, 4, NOTHING, NOTHING)
}

#define STORE_SUMS(sums)                               \
  TILE_STORE(0, sums, 64);                             \
  TILE_STORE(1, sums + SUFFIX(tile_floats), 64);       \
  TILE_STORE(2, sums + 2 * SUFFIX(tile_floats), 64);   \
  TILE_STORE(3, sums + 3 * SUFFIX(tile_floats), 64);

TARGET __attribute__((always_inline)) static inline void SUFFIX(flat_pairs)(
    const kernel_flat_convolution *constants, const int way, const bool streams) {
  const kernel_flat_convolution copy = *constants, *c = &copy;  // which no store can be thought to change
  _Alignas(64) float sums[SUFFIX(pair_floats)];
  SUFFIX(results) earlier = {NULL, sums, 0};
  ptrdiff_t planes = c->inputs / 32, steps = planes * c->weight_sets;
  for (ptrdiff_t first = 0, end; first < c->pair_count; first = end) {
    end = c->pair_count - first < c->block ? c->pair_count : first + c->block;
    const uint16_t *weights = c->weights;
    for (ptrdiff_t panel = 0; panel < c->outputs / 32; panel++, weights += steps * SUFFIX(step_halves))
      for (const kernel_flat_pair *pair = c->pairs + first; pair < c->pairs + end; pair++) {
        for (ptrdiff_t step = 0; step < steps; step++) {
          const uint16_t *input = c->input + step % planes * c->plane_rows * 32;
          SUFFIX(flat_taps)(c, pair, input, weights + step * SUFFIX(step_halves), panel, step == 0, earlier, way,
                            streams);
        }
        earlier = (SUFFIX(results)){pair, sums, panel};
      }
  }
  STORE_SUMS(sums)
  for (int row = 0; row < 32; row += 8)
    SUFFIX(flat_finish)(c, SUFFIX(rows_from)(earlier, row), 8, way);
  if (way != SUFFIX(to_floats)) SUFFIX(flat_clear)(c->output, c->outputs, c->plane_rows, c->outside, c->outside_count);
}

/// The same with one pair only. As nothing is finished between products, rows that are no points need not be; they are
/// cleared first, which takes no time of its own while the tiles multiply.
TARGET __attribute__((always_inline)) static inline void SUFFIX(flat_one_pair)(
    const kernel_flat_convolution *constants, const int way) {
  const kernel_flat_convolution copy = *constants, *c = &copy;
  const kernel_flat_pair *pair = c->pairs;
  _Alignas(64) float sums[SUFFIX(pair_floats)];
  const SUFFIX(results) none = {NULL, NULL, 0};
  ptrdiff_t planes = c->inputs / 32, steps = planes * c->weight_sets;
  const uint16_t *weights = c->weights;
  if (way != SUFFIX(to_floats)) SUFFIX(flat_clear)(c->output, c->outputs, c->plane_rows, c->outside, c->outside_count);
  for (ptrdiff_t panel = 0; panel < c->outputs / 32; panel++) {
    for (ptrdiff_t step = 0; step < steps; step++, weights += SUFFIX(step_halves)) {
      const uint16_t *input = c->input + step % planes * c->plane_rows * 32;
      SUFFIX(flat_taps)(c, pair, input, weights, panel, step == 0, none, way, true);
    }
    STORE_SUMS(sums)
    for (ptrdiff_t point = 0; point < c->point_count; point++) {
      ptrdiff_t row = c->rows[point], first = row - pair->rows[0], second = row - pair->rows[1];
      bool is_first = 0 <= first && first < 16;
      const float *own = is_first ? sums + first * 16 : sums + 2 * SUFFIX(tile_floats) + second * 16;
      SUFFIX(flat_finish_row)(c, own, row, panel, way);
    }
  }
}
#undef NOTHING
#undef LOAD_WEIGHTS
#undef BEGIN
#undef TAP
#undef TWO_TAPS
#undef FINISH_ONE
#undef FINISH_TWO
#undef STORE_SUMS

TARGET __attribute__((always_inline)) static inline void SUFFIX(flat_by_count)(
    const kernel_flat_convolution *c, const int way) {
  if (c->pair_count == 1)
    SUFFIX(flat_one_pair)(c, way);
  else if (c->inputs * c->weight_sets > 32)
    SUFFIX(flat_pairs)(c, way, true);
  else
    SUFFIX(flat_pairs)(c, way, false);
}

TARGET static void SUFFIX(flat_convolution)(const kernel_flat_convolution *c) {
  if (!c->output)
    SUFFIX(flat_by_count)(c, SUFFIX(to_floats));
  else if (c->stream)
    SUFFIX(flat_by_count)(c, SUFFIX(to_image_and_stream));
  else
    SUFFIX(flat_by_count)(c, SUFFIX(to_image));
}
