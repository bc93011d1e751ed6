// What training does with boards that lie sixteen abreast, besides convolutions: batch norm, on its way through the
// cache, and the gradient of weights. Included behind flat_convolution.h, with the same definitions.

typedef struct {
  SUFFIX(wide) low, high;
} SUFFIX(numbers);

TARGET __attribute__((always_inline)) static inline SUFFIX(numbers) SUFFIX(numbers_at)(const float *x) {
  return (SUFFIX(numbers)){*(const SUFFIX(wide) *)x, *(const SUFFIX(wide) *)(x + 16)};
}

/// 16 halves, and x where y is positive and else 0.
#define WIDENED(x) ((SUFFIX(wide))(__builtin_convertvector(*(const SUFFIX(halves) *)(x), SUFFIX(words)) << 16))
#define WHERE_POSITIVE(y, x) ((SUFFIX(wide))((SUFFIX(words))((y) > 0) & (SUFFIX(words))(x)))

TARGET __attribute__((always_inline)) static inline SUFFIX(numbers) SUFFIX(numbers_of)(const uint16_t *x) {
  return (SUFFIX(numbers)){WIDENED(x), WIDENED(x + 16)};
}

/// Halves of a plane, with the point of zeros.
TARGET __attribute__((always_inline)) static inline ptrdiff_t SUFFIX(plane_halves)(kernel_abreast g) {
  return (g.points + 1) * SUFFIX(tile_halves);
}

/// Zeros at the point behind the last, and for boards that there are none of.
TARGET static void SUFFIX(abreast_clear)(uint16_t *x, kernel_abreast g) {
  for (ptrdiff_t plane = 0; plane < g.channels / 32; plane++, x += SUFFIX(plane_halves)(g)) {
    memset(x + g.points * SUFFIX(tile_halves), 0, SUFFIX(tile_halves) * sizeof(uint16_t));
    for (ptrdiff_t point = 0; point < g.points; point++)
      for (ptrdiff_t board = g.boards; board < 16; board++)
        *(SUFFIX(row) *)(x + (point * 16 + board) * 32) = (SUFFIX(row)){0};
  }
}

TARGET static void SUFFIX(abreast_from_floats)(const float *floats, ptrdiff_t float_channels, kernel_abreast g,
                                               uint16_t *x) {
  SUFFIX(abreast_clear)(x, g);
  for (ptrdiff_t first = 0; first < float_channels; first += 32, x += SUFFIX(plane_halves)(g))
    for (ptrdiff_t board = 0; board < g.boards; board++)
      for (ptrdiff_t point = 0; point < g.points; point++) {
        const float *from = floats + (board * g.points + point) * float_channels + first;
        float edge[32] = {0};
        bool is_whole = float_channels - first >= 32;
        for (ptrdiff_t i = 0; !is_whole && first + i < float_channels; i++) edge[i] = from[i];
        SUFFIX(numbers) y = SUFFIX(numbers_at)(is_whole ? from : edge);
        *(SUFFIX(row) *)(x + (point * 16 + board) * 32) = ROUND_ROW(y.low, y.high);
      }
}

TARGET static void SUFFIX(abreast_to_floats)(const uint16_t *x, kernel_abreast g, bool adding, float *floats,
                                             ptrdiff_t float_channels) {
  for (ptrdiff_t first = 0; first < float_channels; first += 32, x += SUFFIX(plane_halves)(g))
    for (ptrdiff_t board = 0; board < g.boards; board++)
      for (ptrdiff_t point = 0; point < g.points; point++) {
        float *to = floats + (board * g.points + point) * float_channels + first;
        SUFFIX(numbers) y = SUFFIX(numbers_of)(x + (point * 16 + board) * 32);
        bool is_whole = float_channels - first >= 32;
        for (ptrdiff_t i = 0; !is_whole && first + i < float_channels; i++)
          to[i] = (adding ? to[i] : 0) + (i < 16 ? y.low[i] : y.high[i - 16]);
        if (!is_whole) continue;
        if (adding) {
          y.low += *(SUFFIX(wide) *)to;
          y.high += *(SUFFIX(wide) *)(to + 16);
        }
        *(SUFFIX(wide) *)to = y.low;
        *(SUFFIX(wide) *)(to + 16) = y.high;
      }
}

/// A convolution's weights [outputs][inputs][9] in the order of `kernel_flat_convolution`.
TARGET static void SUFFIX(abreast_weights)(const float *weights, ptrdiff_t outputs, ptrdiff_t inputs, bool turned,
                                           uint16_t *packed) {
  ptrdiff_t to = turned ? inputs : outputs, from = turned ? outputs : inputs, planes = (from + 31) / 32;
  memset(packed, 0, (size_t)((to + 31) / 32 * planes * 9 * 1024) * sizeof(uint16_t));
  for (ptrdiff_t n = 0; n < to; n++)
    for (ptrdiff_t k = 0; k < from; k++) {
      const float *taps = weights + (turned ? k * inputs + n : n * inputs + k) * 9;
      SUFFIX(wide) row = {taps[0], taps[1], taps[2], taps[3], taps[4], taps[5], taps[6], taps[7], taps[8]};
      SUFFIX(halves) rounded = ROUND_TO_BF16(row);
      uint16_t *target = packed + (n / 32 * planes + k / 32) * 9 * 1024 + n % 32 / 16 * 512 + k % 32 / 2 * 32 +
                         n % 16 * 2 + k % 2;
      UNROLLED for (int tap = 0; tap < 9; tap++) target[tap * 1024] = rounded[turned ? 8 - tap : tap];
    }
}

/// Sums over some rows of 32 numbers of what DO adds to `part`, which is given each row's `number` of halves.
#define SUM_ROWS(DO)                                                           \
  for (ptrdiff_t point = 0; point < g.points; point++) {                       \
    ptrdiff_t number = point * SUFFIX(tile_halves), board = 0;                 \
    for (; board + 4 <= g.boards; board += 4)                                  \
      UNROLLED for (int i = 0; i < 4; i++, number += 32) DO(i)                 \
    for (; board < g.boards; board++, number += 32) DO(0)                      \
  }

TARGET static void SUFFIX(abreast_moments)(const uint16_t *x, kernel_abreast g, float *mean, float *squares) {
  float count = (float)(g.points * g.boards);
  for (ptrdiff_t plane = 0; plane < g.channels; plane += 32, x += SUFFIX(plane_halves)(g)) {
    SUFFIX(numbers) part[4] = {0}, square[4] = {0};
#define ADD(i)                                          \
  {                                                     \
    SUFFIX(numbers) y = SUFFIX(numbers_of)(x + number); \
    part[i].low += y.low;                               \
    part[i].high += y.high;                             \
  }
    SUM_ROWS(ADD)
#undef ADD
    SUFFIX(wide) low = (part[0].low + part[1].low + part[2].low + part[3].low) / count;
    SUFFIX(wide) high = (part[0].high + part[1].high + part[2].high + part[3].high) / count;
#define ADD(i)                                                                     \
  {                                                                                \
    SUFFIX(numbers) y = SUFFIX(numbers_of)(x + number);                            \
    square[i].low += (y.low - low) * (y.low - low);                                \
    square[i].high += (y.high - high) * (y.high - high);                           \
  }
    SUM_ROWS(ADD)
#undef ADD
    *(SUFFIX(wide) *)(mean + plane) = low;
    *(SUFFIX(wide) *)(mean + plane + 16) = high;
    *(SUFFIX(wide) *)(squares + plane) = square[0].low + square[1].low + square[2].low + square[3].low;
    *(SUFFIX(wide) *)(squares + plane + 16) = square[0].high + square[1].high + square[2].high + square[3].high;
  }
}

TARGET static void SUFFIX(abreast_normalise)(const uint16_t *x, const float *scale, const float *shift,
                                             const uint16_t *residual, kernel_abreast g, uint16_t *y) {
  const SUFFIX(wide) zero = {0};
  for (ptrdiff_t plane = 0; plane < g.channels / 32; plane++) {
    ptrdiff_t first = plane * SUFFIX(plane_halves)(g);
    SUFFIX(numbers) a = SUFFIX(numbers_at)(scale + plane * 32), b = SUFFIX(numbers_at)(shift + plane * 32);
    for (ptrdiff_t i = first; i < first + g.points * SUFFIX(tile_halves); i += 32) {
      SUFFIX(numbers) z = SUFFIX(numbers_of)(x + i);
      SUFFIX(wide) low = z.low * a.low + b.low, high = z.high * a.high + b.high;
      if (residual) {
        SUFFIX(numbers) other = SUFFIX(numbers_of)(residual + i);
        low += other.low;
        high += other.high;
      }
      *(SUFFIX(row) *)(y + i) = ROUND_ROW(LARGER(low, zero), LARGER(high, zero));
    }
  }
  // Boards that are none would else grow from layer to layer with nothing to bound them.
  SUFFIX(abreast_clear)(y, g);
}

TARGET static void SUFFIX(abreast_slopes)(const uint16_t *x, const uint16_t *dy, const float *scale, const float *curve,
                                          const float *shift, kernel_abreast g, uint16_t *dx) {
  for (ptrdiff_t plane = 0; plane < g.channels / 32; plane++) {
    ptrdiff_t first = plane * SUFFIX(plane_halves)(g);
    SUFFIX(numbers) a = SUFFIX(numbers_at)(scale + plane * 32), b = SUFFIX(numbers_at)(curve + plane * 32);
    SUFFIX(numbers) c = SUFFIX(numbers_at)(shift + plane * 32);
    for (ptrdiff_t i = first; i < first + g.points * SUFFIX(tile_halves); i += 32) {
      SUFFIX(numbers) z = SUFFIX(numbers_of)(x + i), d = SUFFIX(numbers_of)(dy + i);
      *(SUFFIX(row) *)(dx + i) = ROUND_ROW(d.low * a.low + z.low * b.low + c.low,
                                           d.high * a.high + z.high * b.high + c.high);
    }
  }
  SUFFIX(abreast_clear)(dx, g);
}

TARGET static void SUFFIX(abreast_masked)(const kernel_abreast_mask *m) {
  kernel_abreast g = m->boards;
  for (ptrdiff_t plane = 0; plane < g.channels / 32; plane++) {
    ptrdiff_t first = plane * SUFFIX(plane_halves)(g);
    SUFFIX(numbers) mean = SUFFIX(numbers_at)(m->mean + plane * 32), sum[4] = {0}, product[4] = {0};
#define ADD(i)                                                                                               \
  {                                                                                                          \
    SUFFIX(numbers) d = SUFFIX(numbers_of)(m->gradient + first + number);                                    \
    SUFFIX(numbers) y = SUFFIX(numbers_of)(m->y + first + number);                                           \
    SUFFIX(numbers) x = SUFFIX(numbers_of)(m->x + first + number);                                           \
    if (m->residual) {                                                                                       \
      SUFFIX(numbers) other = SUFFIX(numbers_of)(m->residual + first + number);                              \
      d.low += other.low;                                                                                    \
      d.high += other.high;                                                                                  \
    }                                                                                                        \
    d.low = WHERE_POSITIVE(y.low, d.low);                                                                    \
    d.high = WHERE_POSITIVE(y.high, d.high);                                                                 \
    *(SUFFIX(row) *)(m->masked + first + number) = ROUND_ROW(d.low, d.high);                                 \
    sum[i].low += d.low;                                                                                     \
    sum[i].high += d.high;                                                                                   \
    product[i].low += d.low * (x.low - mean.low);                                                            \
    product[i].high += d.high * (x.high - mean.high);                                                        \
  }
    SUM_ROWS(ADD)
#undef ADD
    float *sums = m->sums + plane * 32, *products = m->products + plane * 32;
    *(SUFFIX(wide) *)sums += sum[0].low + sum[1].low + sum[2].low + sum[3].low;
    *(SUFFIX(wide) *)(sums + 16) += sum[0].high + sum[1].high + sum[2].high + sum[3].high;
    *(SUFFIX(wide) *)products += product[0].low + product[1].low + product[2].low + product[3].low;
    *(SUFFIX(wide) *)(products + 16) += product[0].high + product[1].high + product[2].high + product[3].high;
  }
}
#undef SUM_ROWS

/// Sixteen rows of 32 numbers two by two.
TARGET static void SUFFIX(pair_rows)(const uint16_t *x, uint16_t *y) {
  for (int pair = 0; pair < 8; pair++, x += 64, y += 64)
    UNROLLED for (int half = 0; half < 32; half += 16) {
      SUFFIX(halves) first = *(const SUFFIX(halves) *)(x + half);
      SUFFIX(halves) second = *(const SUFFIX(halves) *)(x + 32 + half);
      *(SUFFIX(words) *)(y + 2 * half) = JOINED(first, second);
    }
}

TARGET static void SUFFIX(abreast_pairs)(const uint16_t *first, const uint16_t *second, kernel_abreast g,
                                         uint16_t *pairs) {
  for (ptrdiff_t plane = 0; plane < g.channels / 32; plane++)
    for (ptrdiff_t point = 0; point < g.points; point++) {
      ptrdiff_t from = plane * SUFFIX(plane_halves)(g) + point * SUFFIX(tile_halves);
      SUFFIX(pair_rows)(first + from, pairs);
      if (second)
        SUFFIX(pair_rows)(second + from, pairs + 512);
      else
        memset(pairs + 512, 0, 512 * sizeof(uint16_t));
      pairs += 1024;
    }
}

/// What all points of 32 boards give for a tap of 32 inputs and 32 outputs.
TARGET static void SUFFIX(abreast_tap)(const kernel_abreast_product *p, const uint16_t *inputs, const uint16_t *slopes,
                                       ptrdiff_t tap, float *sums) {
  ptrdiff_t down = tap / 3 - 1, right = tap % 3 - 1, bytes = p->outputs * 4;
  float *below = sums + 16 * p->outputs;
  TILE_LOAD(0, sums, bytes);
  TILE_LOAD(1, sums + 16, bytes);
  TILE_LOAD(2, below, bytes);
  TILE_LOAD(3, below + 16, bytes);
  for (ptrdiff_t row = down < 0 ? 1 : 0; row < p->rows - (down > 0 ? 1 : 0); row++)
    for (ptrdiff_t column = right < 0 ? 1 : 0; column < p->columns - (right > 0 ? 1 : 0); column++) {
      const uint16_t *a = inputs + ((row + down) * p->columns + column + right) * 2 * SUFFIX(tile_halves);
      const uint16_t *b = slopes + (row * p->columns + column) * 2 * SUFFIX(tile_halves);
      TILE_LOAD(4, a, 64);
      TILE_LOAD(6, b, 128);
      TILE_MULTIPLY(0, 4, 6);
      TILE_LOAD(7, b + 32, 128);
      TILE_MULTIPLY(1, 4, 7);
      TILE_LOAD(5, a + SUFFIX(tile_halves), 64);
      TILE_MULTIPLY(2, 5, 6);
      TILE_MULTIPLY(3, 5, 7);
    }
  TILE_STORE(0, sums, bytes);
  TILE_STORE(1, sums + 16, bytes);
  TILE_STORE(2, below, bytes);
  TILE_STORE(3, below + 16, bytes);
}

TARGET static void SUFFIX(abreast_product)(const kernel_abreast_product *p) {
  ptrdiff_t plane = p->rows * p->columns * 2 * SUFFIX(tile_halves);
  for (ptrdiff_t input = 0; input < p->inputs; input += 32)
    for (ptrdiff_t output = 0; output < p->outputs; output += 32)
      for (ptrdiff_t tap = 0; tap < 9; tap++)
        SUFFIX(abreast_tap)(p, p->a + input / 32 * plane, p->b + output / 32 * plane, tap,
                            p->c + (tap * p->inputs + input) * p->outputs + output);
}
