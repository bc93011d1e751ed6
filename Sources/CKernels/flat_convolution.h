// Convolution on matrix tiles: a tile of the result is 16 pixels by 16 channels; six of them, from as many runs of
// pixels, share each tile of weights, which is so loaded once for 96 pixels. The including file defines the tile
// instructions TILE_ZERO, TILE_LOAD, TILE_STORE and TILE_MULTIPLY, and ROUND_TO_BF16.
//
// Tiles 0 to 5 hold sums, 6 pixels, 7 weights. A tile multiplication takes 16 cycles whatever is in it and hides
// the loads of the next, if they come from the first cache (Intel 2023, Optimization Reference Manual, ch. 20).

typedef uint16_t SUFFIX(halves) __attribute__((vector_size(32), aligned(2)));
typedef float SUFFIX(wide) __attribute__((vector_size(64), aligned(4)));
typedef uint32_t SUFFIX(words) __attribute__((vector_size(64), aligned(4)));
enum { SUFFIX(group) = 6 };

/// A run of 16 pixels: where it begins in its board, as a number, and as a row and column.
typedef struct {
  ptrdiff_t board, first, row, column;
} SUFFIX(run);

#define WITH_TILES(count, DO) \
  do {                        \
    DO(0)                     \
    if (count > 1) { DO(1) }  \
    if (count > 2) { DO(2) }  \
    if (count > 3) { DO(3) }  \
    if (count > 4) { DO(4) }  \
    if (count > 5) { DO(5) }  \
  } while (0)

/// The sums of up to six runs of pixels for 16 channels, into `sums`.
TARGET __attribute__((always_inline)) static inline void SUFFIX(flat_sums)(
    const kernel_flat_convolution *c, const uint16_t *const pixels[], const int count, const uint16_t *weights,
    float *sums) {
  ptrdiff_t stride = c->inputs * 2;
#define ZERO(i) TILE_ZERO(i);
  WITH_TILES(count, ZERO);
#undef ZERO
  for (ptrdiff_t tap = 0; tap < c->tap_count; tap++) {
    ptrdiff_t offset = c->taps[tap] * c->inputs;
    for (ptrdiff_t channel = 0; channel < c->inputs; channel += 32, weights += 512) {
      TILE_LOAD(7, weights, 64);
#define ADD_PRODUCT(i)                                     \
  TILE_LOAD(6, pixels[i] + offset + channel, stride);      \
  TILE_MULTIPLY(i, 6, 7);
      WITH_TILES(count, ADD_PRODUCT);
#undef ADD_PRODUCT
    }
  }
#define STORE(i) TILE_STORE(i, sums + i * 256, 64);
  WITH_TILES(count, STORE);
#undef STORE
}

/// Bias, residual and activation, and the way out, of one run of pixels for channels `first` to `first` + 15.
TARGET static void SUFFIX(flat_finish)(const kernel_flat_convolution *c, SUFFIX(run) run, ptrdiff_t first,
                                       const float *sums) {
  SUFFIX(wide) bias = *(const SUFFIX(wide) *)(c->bias + first);
  ptrdiff_t width = c->columns + 1, row = run.row, column = run.column;
  ptrdiff_t at = (run.board * c->board_pixels + run.first) * c->outputs + first;
  for (int i = 0; i < 16; i++, at += c->outputs) {
    bool inside = row < c->rows && column < c->columns;
    SUFFIX(wide) y = *(const SUFFIX(wide) *)(sums + i * 16) + bias;
    if (inside && c->residual) y += *(const SUFFIX(wide) *)(c->residual + at);
    if (c->relu) y = __builtin_elementwise_max(y, (SUFFIX(wide)){0});
    if (inside && c->stream) *(SUFFIX(wide) *)(c->stream + at) = y;
    if (c->output) {
      *(SUFFIX(halves) *)(c->output + at) = inside ? ROUND_TO_BF16(y) : (SUFFIX(halves)){0};
    } else if (inside) {
      ptrdiff_t channels = c->float_channels - first < 16 ? c->float_channels - first : 16;
      float *target =
          c->floats + ((run.board * c->rows + row) * c->columns + column) * c->float_channels + first;
      for (ptrdiff_t j = 0; j < channels; j++) target[j] = y[j];
    }
    if (++column == width) {
      column = 0;
      row++;
    }
  }
}

#define COUNT_CASE(count)                                                \
  case count:                                                            \
    SUFFIX(flat_sums)(c, pixels, count, c->weights + block * size, sums); \
    break

TARGET static void SUFFIX(flat_convolution)(const kernel_flat_convolution *c) {
  _Alignas(64) float sums[SUFFIX(group) * 256];
  SUFFIX(run) runs[SUFFIX(group)];
  const uint16_t *pixels[SUFFIX(group)];
  ptrdiff_t flat = c->rows * (c->columns + 1), size = c->tap_count * c->inputs * 16;
  SUFFIX(run) next = {0, 0, 0, 0};
  while (next.board < c->boards) {
    int count = 0;
    for (; count < SUFFIX(group) && next.board < c->boards; count++) {
      runs[count] = next;
      pixels[count] = c->input + (next.board * c->board_pixels + next.first) * c->inputs;
      next.first += 16;
      for (next.column += 16; next.column > c->columns; next.row++) next.column -= c->columns + 1;
      if (next.first >= flat) next = (SUFFIX(run)){next.board + 1, 0, 0, 0};
    }
    for (ptrdiff_t block = 0; block < c->outputs / 16; block++) {
      switch (count) {
        COUNT_CASE(1);
        COUNT_CASE(2);
        COUNT_CASE(3);
        COUNT_CASE(4);
        COUNT_CASE(5);
        COUNT_CASE(6);
      }
      for (int i = 0; i < count; i++) SUFFIX(flat_finish)(c, runs[i], block * 16, sums + i * 256);
    }
  }
}
#undef COUNT_CASE

/// Planes [boards][planes][rows][columns] as flat images of `channels` channels.
TARGET static void SUFFIX(flat_input)(const float *planes, ptrdiff_t boards, ptrdiff_t plane_count,
                                      ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t board_pixels,
                                      ptrdiff_t channels, uint16_t *flat) {
  ptrdiff_t points = rows * columns;
  for (ptrdiff_t board = 0; board < boards; board++, planes += plane_count * points) {
    uint16_t *pixel = flat + board * board_pixels * channels;
    for (ptrdiff_t point = 0, row = 0; row < rows; row++, pixel += channels)
      for (ptrdiff_t column = 0; column < columns; column++, point++, pixel += channels)
        for (ptrdiff_t first = 0; first < plane_count; first += 16) {
          SUFFIX(wide) y = {0};
          ptrdiff_t count = plane_count - first < 16 ? plane_count - first : 16;
          for (ptrdiff_t i = 0; i < count; i++) y[i] = planes[(first + i) * points + point];
          *(SUFFIX(halves) *)(pixel + first) = ROUND_TO_BF16(y);
        }
  }
}
