// Matrix products on matrix tiles, for gradients, and what brings matrices of f32 into the order that tiles have:
// rows of a left matrix as they are, of a right one two by two. Included behind flat_convolution.h, with the same
// definitions.
//
// Tiles 0 to 3 hold 2 x 2 tiles of sums, 4 and 5 left ones and 6 and 7 right ones, so that four loads serve four
// multiplications.

// The part of the result from `row` and `column` on, of one or two tiles each way.
TARGET __attribute__((always_inline)) static inline void SUFFIX(tile_block)(
    const kernel_tile_product *p, ptrdiff_t row, ptrdiff_t column, const bool tall, const bool wide) {
  ptrdiff_t a_bytes = p->a_row * 2, c_bytes = p->c_stride * 4, panel = p->k * 16;
  const uint16_t *b = p->b + column / 16 * panel;
  float *c = p->c + row * p->c_stride + column, *below = c + 16 * p->c_stride;
  if (p->adding) {
    TILE_LOAD(0, c, c_bytes);
    if (wide) TILE_LOAD(1, c + 16, c_bytes);
    if (tall) TILE_LOAD(2, below, c_bytes);
    if (tall && wide) TILE_LOAD(3, below + 16, c_bytes);
  } else {
    TILE_ZERO(0);
    TILE_ZERO(1);
    TILE_ZERO(2);
    TILE_ZERO(3);
  }
  const uint16_t *a = p->a + row * p->a_row;
  for (ptrdiff_t k = 0; k < p->k; k += 32, b += 512) {
    TILE_LOAD(4, a + k, a_bytes);
    TILE_LOAD(6, b, 64);
    TILE_MULTIPLY(0, 4, 6);
    if (wide) {
      TILE_LOAD(7, b + panel, 64);
      TILE_MULTIPLY(1, 4, 7);
    }
    if (!tall) continue;
    TILE_LOAD(5, a + 16 * p->a_row + k, a_bytes);
    TILE_MULTIPLY(2, 5, 6);
    if (wide) TILE_MULTIPLY(3, 5, 7);
  }
  TILE_STORE(0, c, c_bytes);
  if (wide) TILE_STORE(1, c + 16, c_bytes);
  if (tall) TILE_STORE(2, below, c_bytes);
  if (tall && wide) TILE_STORE(3, below + 16, c_bytes);
}

TARGET static void SUFFIX(tile_product)(const kernel_tile_product *p) {
  for (ptrdiff_t row = 0; row < p->m; row += 32) {
    bool tall = row + 16 < p->m;
    for (ptrdiff_t column = 0; column < p->n; column += 32) {
      bool wide = column + 16 < p->n;
      if (tall && wide) SUFFIX(tile_block)(p, row, column, true, true);
      if (tall && !wide) SUFFIX(tile_block)(p, row, column, true, false);
      if (!tall && wide) SUFFIX(tile_block)(p, row, column, false, true);
      if (!tall && !wide) SUFFIX(tile_block)(p, row, column, false, false);
    }
  }
}

// Up to 16 numbers, and zeros behind them.
TARGET __attribute__((always_inline)) static inline void SUFFIX(load_first)(const float *x, ptrdiff_t count,
                                                                            SUFFIX(wide) *numbers) {
  if (count >= 16) {
    *numbers = *(const SUFFIX(wide) *)x;
    return;
  }
  *numbers = (SUFFIX(wide)){0};
  for (ptrdiff_t i = 0; i < count; i++) (*numbers)[i] = x[i];
}

// Two rows of halves as one of pairs.
#define JOINED(first, second) \
  (__builtin_convertvector(first, SUFFIX(words)) | __builtin_convertvector(second, SUFFIX(words)) << 16)

TARGET static void SUFFIX(round_rows)(const float *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t x_stride,
                                      uint16_t *y, ptrdiff_t y_stride) {
  for (ptrdiff_t row = 0; row < rows; row++, x += x_stride, y += y_stride)
    for (ptrdiff_t i = 0; i < y_stride; i += 16) {
      SUFFIX(wide) numbers;
      SUFFIX(load_first)(x + i, columns - i, &numbers);
      *(SUFFIX(halves) *)(y + i) = ROUND_TO_BF16(numbers);
    }
}

TARGET static void SUFFIX(round_pairs)(const float *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t x_stride,
                                       ptrdiff_t pairs, uint16_t *y, ptrdiff_t y_row, ptrdiff_t y_panel) {
  for (ptrdiff_t pair = 0; pair < pairs; pair++, x += 2 * x_stride, y += y_row)
    for (ptrdiff_t column = 0; column < columns; column += 16) {
      SUFFIX(wide) first, second;
      SUFFIX(load_first)(x + column, 2 * pair < rows ? columns - column : 0, &first);
      SUFFIX(load_first)(x + x_stride + column, 2 * pair + 1 < rows ? columns - column : 0, &second);
      *(SUFFIX(words) *)(y + column / 16 * y_panel) = JOINED(ROUND_TO_BF16(first), ROUND_TO_BF16(second));
    }
}
