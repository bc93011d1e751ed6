// Convolution of images that are mostly zeros, as boards and simple screens are. A tile of results next to each
// other in a row stays in registers; what all of them would meet zeros at is skipped. A result takes in its inputs in
// the same order as in a matrix product with its patch, so that both give the same bits.

TARGET static ptrdiff_t SUFFIX(count_nonzero)(const float *x, ptrdiff_t count) {
  ptrdiff_t total = 0;
  for (ptrdiff_t i = 0; i < count; i++) total += x[i] != 0;
  return total;
}

enum { SUFFIX(tile) = kernel_sparse_tile };

// The rows of one image between zeros, and for every row and tile the elements of the kernel's rows, as numbers in
// [kernel columns, channels], that meet something other than zero.
typedef struct {
  float rows[kernel_sparse_floats + 16];
  int32_t elements[kernel_sparse_floats + 16];
  int32_t counts[kernel_sparse_floats];
} SUFFIX(sparse_image);

// A row of an image with its zeros has `width` floats, a row of the kernel `run`.
typedef struct {
  ptrdiff_t out_rows, out_columns, tiles, run, width;
} SUFFIX(sparse_shape);

INLINE SUFFIX(sparse_shape) SUFFIX(sparse_shape_of)(kernel_window w) {
  SUFFIX(sparse_shape) s;
  s.out_rows = w.rows + 2 * w.padding - w.kernel_rows + 1;
  s.out_columns = w.columns + 2 * w.padding - w.kernel_columns + 1;
  s.tiles = (s.out_columns + SUFFIX(tile) - 1) / SUFFIX(tile);
  s.run = w.kernel_columns * w.channels;
  s.width = (s.tiles * SUFFIX(tile) + w.kernel_columns - 1) * w.channels;
  return s;
}

// Lists which elements of the kernel's rows meet something other than zero in any result's place; returns how many
// they are. Reads and writes up to a vector more.
INLINE ptrdiff_t SUFFIX(list_run)(const float *from, ptrdiff_t channels, ptrdiff_t run, int32_t *restrict list) {
  ptrdiff_t found = 0;
  for (ptrdiff_t first = 0; first < run; first += 16) {
    uint32_t bits[16] = {0};
    for (int t = 0; t < SUFFIX(tile); t++) {
      uint32_t part[16];
      memcpy(part, from + first + t * channels, sizeof part);
      for (int i = 0; i < 16; i++) bits[i] |= part[i];
    }
    for (ptrdiff_t i = run - first; i < 16; i++) bits[i] = 0;
#ifdef COMPRESS_NUMBERS
    found += COMPRESS_NUMBERS(bits, (int32_t)first, list + found);
#else
    for (int i = 0; i < 16; i++) {
      list[found] = (int32_t)first + i;
      found += bits[i] != 0;
    }
#endif
  }
  return found;
}

// Takes over an image between the zeros that are there, and lists its elements.
TARGET static void SUFFIX(list_elements)(const float *restrict image, kernel_window w, SUFFIX(sparse_shape) s,
                                         SUFFIX(sparse_image) *restrict to) {
  ptrdiff_t left = w.padding * w.channels, row_length = w.columns * w.channels;
  ptrdiff_t length = left + row_length > s.width ? s.width - left : row_length;
  if (length == s.width) {
    memcpy(to->rows, image, (size_t)(w.rows * length) * sizeof(float));
  } else {
    for (ptrdiff_t row = 0; row < w.rows; row++)
      memcpy(to->rows + row * s.width + left, image + row * row_length, (size_t)length * sizeof(float));
  }
  for (ptrdiff_t row = 0; row < w.rows; row++)
    for (ptrdiff_t tile = 0; tile < s.tiles; tile++) {
      ptrdiff_t number = row * s.tiles + tile;
      to->counts[number] = (int32_t)SUFFIX(list_run)(
          to->rows + row * s.width + tile * SUFFIX(tile) * w.channels, w.channels, s.run, to->elements + number * s.run);
    }
}

// Calls BODY for every element of the kernel that meets something other than zero in a tile: `*list` is its number in
// the kernel's row, `from` the tile's inputs, `kernels` the weights of that row.
#define FOR_EACH_ELEMENT(...)                                                                             \
  for (ptrdiff_t i = 0; i < w.kernel_rows; i++, kernels += s.run * 16) {                                  \
    ptrdiff_t y = row + i - w.padding;                                                                    \
    if (y < 0 || y >= w.rows) continue;                                                                   \
    const int32_t *list = lists->elements + (y * s.tiles + tile) * s.run;                                 \
    const float *from = lists->rows + y * s.width + tile * SUFFIX(tile) * w.channels;                     \
    for (const int32_t *end = list + lists->counts[y * s.tiles + tile]; list < end; list++) { __VA_ARGS__ } \
  }

// One tile of results, in one panel of outputs.
INLINE void SUFFIX(convolve_tile)(const SUFFIX(sparse_image) *lists, kernel_window w, SUFFIX(sparse_shape) s,
                                  ptrdiff_t row, ptrdiff_t tile, const float *kernels, const float *bias, bool relu,
                                  ptrdiff_t outputs, ptrdiff_t count, float *result) {
  VECTOR sum[SUFFIX(tile)];
  UNROLLED
  for (int t = 0; t < SUFFIX(tile); t++) sum[t] = bias ? *(const VECTOR *)bias : (VECTOR){0};
  FOR_EACH_ELEMENT(
      VECTOR weight = *(const VECTOR *)(kernels + *list * 16);
      UNROLLED for (int t = 0; t < SUFFIX(tile); t++)
        sum[t] = MULTIPLY_ADD(from[*list + t * w.channels] - (VECTOR){0}, weight, sum[t]);)
  UNROLLED
  for (int t = 0; t < SUFFIX(tile); t++) {
    if (t >= count) continue;
    *(VECTOR *)(result + t * outputs) = relu ? RELU(sum[t]) : sum[t];
  }
}

// Adds what one tile of results, in one panel of outputs, means for the kernels.
INLINE void SUFFIX(tile_gradient)(const SUFFIX(sparse_image) *lists, kernel_window w, SUFFIX(sparse_shape) s,
                                  ptrdiff_t row, ptrdiff_t tile, const float *gradient, ptrdiff_t outputs,
                                  ptrdiff_t count, float *kernels) {
  VECTOR slope[SUFFIX(tile)];
  UNROLLED
  for (int t = 0; t < SUFFIX(tile); t++)
    slope[t] = t < count ? *(const VECTOR *)(gradient + t * outputs) : (VECTOR){0};
  FOR_EACH_ELEMENT(
      VECTOR sum[2]; sum[0] = *(const VECTOR *)(kernels + *list * 16); sum[1] = (VECTOR){0};
      UNROLLED for (int t = 0; t < SUFFIX(tile); t++)
        sum[t & 1] = MULTIPLY_ADD(from[*list + t * w.channels] - (VECTOR){0}, slope[t], sum[t & 1]);
      *(VECTOR *)(kernels + *list * 16) = sum[0] + sum[1];)
}

// Calls BODY for every tile of every panel: `at`, where its results begin, and `count`, how many there are.
#define FOR_EACH_TILE(BODY)                                                                                   \
  SUFFIX(sparse_shape) s = SUFFIX(sparse_shape_of)(w);                                                       \
  SUFFIX(sparse_image) lists;                                                                                \
  memset(lists.rows, 0, (size_t)(w.rows * s.width + 16) * sizeof(float));                                    \
  for (ptrdiff_t board = 0; board < w.boards; board++) {                                                     \
    SUFFIX(list_elements)(image + board * w.rows * w.columns * w.channels, w, s, &lists);                    \
    for (ptrdiff_t panel = 0; panel < outputs / 16; panel++)                                                 \
      for (ptrdiff_t row = 0; row < s.out_rows; row++)                                                       \
        for (ptrdiff_t tile = 0, column = 0; tile < s.tiles; tile++, column += SUFFIX(tile)) {               \
          ptrdiff_t at = ((board * s.out_rows + row) * s.out_columns + column) * outputs + panel * 16;       \
          ptrdiff_t count = s.out_columns - column < SUFFIX(tile) ? s.out_columns - column : SUFFIX(tile);   \
          BODY                                                                                               \
        }                                                                                                    \
  }

TARGET static void SUFFIX(sparse_convolution)(const float *restrict image, kernel_window w,
                                              const float *restrict kernels, const float *restrict bias, bool relu,
                                              ptrdiff_t outputs, float *restrict result) {
  FOR_EACH_TILE(SUFFIX(convolve_tile)(&lists, w, s, row, tile, kernels + panel * w.kernel_rows * s.run * 16,
                                      bias ? bias + panel * 16 : NULL, relu, outputs, count, result + at);)
}

TARGET static void SUFFIX(sparse_kernel_gradient)(const float *restrict image, kernel_window w,
                                                  const float *restrict gradient, ptrdiff_t outputs,
                                                  float *restrict kernels) {
  FOR_EACH_TILE(SUFFIX(tile_gradient)(&lists, w, s, row, tile, gradient + at, outputs, count,
                                      kernels + panel * w.kernel_rows * s.run * 16);)
}
#undef FOR_EACH_TILE
#undef FOR_EACH_ELEMENT
