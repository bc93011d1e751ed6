// Convolution on matrix tiles: a tile of the result is 16 pixels by 16 channels; six of them, from as many runs of
// pixels, share each tile of weights, which is so loaded once for 96 pixels. The including file defines the tile
// instructions TILE_ZERO, TILE_LOAD, TILE_STORE and TILE_MULTIPLY, ROUND_TO_BF16 and LARGER.
//
// Tiles 0 to 5 hold sums, 6 pixels, 7 weights. A tile multiplication takes 16 cycles whatever is in it and hides
// the loads of the next, if they come from the first cache (Intel 2023, Optimization Reference Manual, ch. 20), and
// two or three vectors of other work. More than that at once it waits for, as few tiles are in flight: so what is done
// with the sums of 16 channels comes piece by piece between the multiplications for the next 16.

typedef uint16_t SUFFIX(halves) __attribute__((vector_size(32), aligned(2)));
typedef float SUFFIX(wide) __attribute__((vector_size(64), aligned(4)));
typedef uint32_t SUFFIX(words) __attribute__((vector_size(64), aligned(4)));
enum { SUFFIX(group) = 6 };

// Before a loop: one whose length the compiler knows, to be written out.
#define UNROLLED _Pragma("clang loop unroll(full)")

/// What is done with sums, besides rounding them: `residual` is added, they are kept in `stream`.
enum { SUFFIX(residual) = 1, SUFFIX(stream) = 2 };

/// 16 pixels of a board from `first` on, one behind the other: where they are read, and `start`, where results go.
/// Pixels outside the board are computed too.
typedef struct {
  const uint16_t *pixels;
  ptrdiff_t board, first, start;
} SUFFIX(run);

/// The sums of some runs for 16 channels, from `channel` on.
typedef struct {
  const SUFFIX(run) *runs;
  const float *sums;
  ptrdiff_t channel;
} SUFFIX(results);

/// Bias, residual and activation, and the way out, of pixels `from` to `to` - 1 of a run.
TARGET __attribute__((always_inline)) static inline void SUFFIX(flat_finish)(
    const kernel_flat_convolution *c, SUFFIX(results) results, ptrdiff_t run, const int from, const int to,
    const int way) {
  const SUFFIX(run) *r = results.runs + run;
  const float *sums = results.sums + run * 256;
  SUFFIX(wide) bias = *(const SUFFIX(wide) *)(c->bias + results.channel);
  SUFFIX(wide) least = (SUFFIX(wide)){0} + (c->relu ? 0 : -INFINITY);
  ptrdiff_t start = r->start * c->outputs + results.channel;
  UNROLLED for (int i = from; i < to; i++) {
    ptrdiff_t at = start + i * c->outputs;
    SUFFIX(wide) y = *(const SUFFIX(wide) *)(sums + i * 16) + bias;
    if (way & SUFFIX(residual)) y += *(const SUFFIX(wide) *)(c->residual + at);
    y = LARGER(y, least);
    if (way & SUFFIX(stream)) *(SUFFIX(wide) *)(c->stream + at) = y;
    *(SUFFIX(halves) *)(c->output + at) = ROUND_TO_BF16(y);
  }
}

/// The same for a whole run with the way out as floats, where pixels outside the board have no place.
TARGET static void SUFFIX(flat_floats)(const kernel_flat_convolution *c, SUFFIX(results) results,
                                       ptrdiff_t run) {
  const SUFFIX(run) *r = results.runs + run;
  SUFFIX(wide) bias = *(const SUFFIX(wide) *)(c->bias + results.channel);
  SUFFIX(wide) least = (SUFFIX(wide)){0} + (c->relu ? 0 : -INFINITY);
  ptrdiff_t channels = c->float_channels - results.channel, width = c->columns + 1;
  ptrdiff_t row = r->first / width, column = r->first % width;
  ptrdiff_t point = (r->board * c->rows + row) * c->columns + column;
  float *target = c->floats + point * c->float_channels + results.channel;
  for (int i = 0; i < 16 && row < c->rows; i++, column++) {
    if (column == c->columns) {
      column = -1;
      row++;
      continue;
    }
    SUFFIX(wide) y = *(const SUFFIX(wide) *)(results.sums + run * 256 + i * 16) + bias;
    if (c->residual)
      y += *(const SUFFIX(wide) *)(c->residual + (r->start + i) * c->outputs + results.channel);
    y = LARGER(y, least);
    if (channels >= 16)
      *(SUFFIX(wide) *)target = y;
    else
      for (ptrdiff_t j = 0; j < channels; j++) target[j] = y[j];
    target += c->float_channels;
  }
}

/// Zeros behind the rows of flat images, and behind the last.
TARGET static void SUFFIX(flat_clear)(const kernel_flat_convolution *c, ptrdiff_t runs) {
  ptrdiff_t width = c->columns + 1, end = c->rows * width;
  for (ptrdiff_t board = 0; board < c->boards; board++) {
    uint16_t *image = c->output + board * c->board_pixels * c->outputs;
    for (ptrdiff_t pixel = c->columns; pixel < end; pixel += width)
      for (ptrdiff_t channel = 0; channel < c->outputs; channel += 16)
        *(SUFFIX(halves) *)(image + pixel * c->outputs + channel) = (SUFFIX(halves)){0};
    for (ptrdiff_t at = end * c->outputs; at < runs * 16 * c->outputs; at += 16)
      *(SUFFIX(halves) *)(image + at) = (SUFFIX(halves)){0};
  }
}

/// All of some runs, if their way out is only known now.
TARGET static void SUFFIX(flat_finish_runs)(const kernel_flat_convolution *c, SUFFIX(results) results,
                                            int count) {
#define FINISH_RUNS(way)                                                            \
  case way:                                                                         \
    for (int i = 0; i < count; i++) SUFFIX(flat_finish)(c, results, i, 0, 16, way); \
    break;
  if (!c->output) {
    for (int i = 0; i < count; i++) SUFFIX(flat_floats)(c, results, i);
    return;
  }
  switch ((c->residual ? SUFFIX(residual) : 0) + (c->stream ? SUFFIX(stream) : 0)) {
    FINISH_RUNS(0)
    FINISH_RUNS(1)
    FINISH_RUNS(2)
    FINISH_RUNS(3)
  }
#undef FINISH_RUNS
}

#define WITH_TILES(count, DO) \
  do {                        \
    DO(0)                     \
    if (count > 1) { DO(1) }  \
    if (count > 2) { DO(2) }  \
    if (count > 3) { DO(3) }  \
    if (count > 4) { DO(4) }  \
    if (count > 5) { DO(5) }  \
  } while (0)
#define ZERO(i) TILE_ZERO(i);
#define STORE(i) TILE_STORE(i, sums + i * 256, 64);
#define ADD_PRODUCT(i)                                  \
  TILE_LOAD(6, runs[i].pixels + offset, c->inputs * 2); \
  TILE_MULTIPLY(i, 6, 7);
#define ADD_PRODUCT_AND_FINISH(i)                                                         \
  ADD_PRODUCT(i)                                                                          \
  SUFFIX(flat_finish)(c, earlier, tap, first + i * pieces < 16 ? first + i * pieces : 16, \
                      first + (i + 1) * pieces < 16 ? first + (i + 1) * pieces : 16, way);

/// The products of six runs with one tile of weights; with `pieces`, that many pixels of the run `tap` of earlier
/// results are finished after each, from `first` on.
TARGET __attribute__((always_inline)) static inline void SUFFIX(flat_step)(
    const kernel_flat_convolution *c, const SUFFIX(run) *runs, ptrdiff_t offset, const uint16_t *weights,
    SUFFIX(results) earlier, ptrdiff_t tap, const int first, const int pieces, const int way) {
  TILE_LOAD(7, weights, 64);
  if (pieces > 0)
    WITH_TILES(6, ADD_PRODUCT_AND_FINISH);
  else
    WITH_TILES(6, ADD_PRODUCT);
}

/// Six runs for all channels. There are at least six taps; `narrow` if a pixel has 32 channels only. What is left
/// to be finished of `earlier` runs is finished on the way, and the sums of the last channels are left in its place;
/// `memory` holds both.
TARGET __attribute__((always_inline)) static inline void SUFFIX(flat_group)(
    const kernel_flat_convolution *c, const SUFFIX(run) *runs, float memory[2][SUFFIX(group) * 256],
    SUFFIX(results) *left, const bool narrow, const int way) {
  SUFFIX(results) earlier = *left;
  const uint16_t *weights = c->weights;
  for (ptrdiff_t channel = 0; channel < c->outputs; channel += 16) {
    float *sums = memory[earlier.sums == memory[0]];
    WITH_TILES(6, ZERO);
    for (ptrdiff_t tap = 0; tap < c->tap_count; tap++) {
      ptrdiff_t offset = c->taps[tap] * c->inputs, step = 0;
      if (earlier.runs && tap < SUFFIX(group)) {
        SUFFIX(flat_step)(c, runs, offset, weights, earlier, tap, 0, narrow ? 3 : 2, way);
        if (!narrow) SUFFIX(flat_step)(c, runs, offset + 32, weights + 512, earlier, tap, 12, 2, way);
        step = narrow ? 32 : 64;
      }
      for (; step < c->inputs; step += 32)
        SUFFIX(flat_step)(c, runs, offset + step, weights + step * 16, earlier, tap, 0, 0, way);
      weights += c->inputs * 16;
    }
    WITH_TILES(6, STORE);
    earlier = (SUFFIX(results)){runs, sums, channel};
  }
  *left = earlier;
}

#define GROUP(name, narrow, way)                                                                         \
  TARGET static void SUFFIX(name)(const kernel_flat_convolution *c, const SUFFIX(run) *runs,             \
                                  float memory[2][SUFFIX(group) * 256], SUFFIX(results) *left) {         \
    const kernel_flat_convolution copy = *c; /* which no store can be thought to change */              \
    SUFFIX(flat_group)(&copy, runs, memory, left, narrow, way);                                          \
  }
GROUP(narrow_plain, true, 0)
GROUP(narrow_residual, true, 1)
GROUP(narrow_stream, true, 2)
GROUP(narrow_both, true, 3)
GROUP(broad_plain, false, 0)
GROUP(broad_residual, false, 1)
GROUP(broad_stream, false, 2)
GROUP(broad_both, false, 3)
#undef GROUP

/// Any number of runs up to six, and any way out.
TARGET static void SUFFIX(flat_few)(const kernel_flat_convolution *c, const SUFFIX(run) *runs, int count) {
  _Alignas(64) float sums[SUFFIX(group) * 256];
  const uint16_t *weights = c->weights;
  for (ptrdiff_t channel = 0; channel < c->outputs; channel += 16) {
    WITH_TILES(count, ZERO);
    for (ptrdiff_t tap = 0; tap < c->tap_count; tap++)
      for (ptrdiff_t step = 0; step < c->inputs; step += 32, weights += 512) {
        ptrdiff_t offset = c->taps[tap] * c->inputs + step;
        TILE_LOAD(7, weights, 64);
        WITH_TILES(count, ADD_PRODUCT);
      }
    WITH_TILES(count, STORE);
    SUFFIX(flat_finish_runs)(c, (SUFFIX(results)){runs, sums, channel}, count);
  }
}
#undef WITH_TILES
#undef ZERO
#undef STORE
#undef ADD_PRODUCT
#undef ADD_PRODUCT_AND_FINISH

TARGET static void SUFFIX(flat_convolution)(const kernel_flat_convolution *c) {
  typedef void (*group)(const kernel_flat_convolution *, const SUFFIX(run) *, float[2][SUFFIX(group) * 256],
                        SUFFIX(results) *);
  static const group groups[2][4] = {
      {SUFFIX(broad_plain), SUFFIX(broad_residual), SUFFIX(broad_stream), SUFFIX(broad_both)},
      {SUFFIX(narrow_plain), SUFFIX(narrow_residual), SUFFIX(narrow_stream), SUFFIX(narrow_both)}};
  int way = (c->residual ? SUFFIX(residual) : 0) + (c->stream ? SUFFIX(stream) : 0);
  ptrdiff_t per_board = (c->rows * (c->columns + 1) + 15) / 16, board = 0, first = 0;
  _Alignas(64) float memory[2][SUFFIX(group) * 256];
  SUFFIX(run) both[2][SUFFIX(group)];
  SUFFIX(results) left = {NULL, memory[0], 0};
  while (board < c->boards) {
    int count = 0;
    SUFFIX(run) *runs = both[left.runs == both[0]];
    for (; count < SUFFIX(group) && board < c->boards; count++) {
      ptrdiff_t start = board * c->board_pixels + first;
      runs[count] = (SUFFIX(run)){c->input + start * c->inputs, board, first, start};
      first += 16;
      if (first < per_board * 16) continue;
      first = 0;
      board++;
    }
    if (count == SUFFIX(group) && c->output && c->tap_count >= SUFFIX(group))
      groups[c->inputs == 32][way](c, runs, memory, &left);
    else
      SUFFIX(flat_few)(c, runs, count);
  }
  if (left.runs) SUFFIX(flat_finish_runs)(c, left, SUFFIX(group));
  if (c->output) SUFFIX(flat_clear)(c, per_board);
}
