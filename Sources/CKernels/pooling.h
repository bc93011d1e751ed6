// Global pooling, and what is added to all points of an image alike: on floats, and on halves (bf16). Sums run
// over the points in their order, so that every instruction set gives the same bits.

INLINE float SUFFIX(half_to_float)(uint16_t half) {
  union {
    uint32_t bits;
    float value;
  } number = {(uint32_t)half << 16};
  return number.value;
}

// To the nearest, ties to even; of finite numbers.
INLINE uint16_t SUFFIX(float_to_half)(float value) {
  union {
    float value;
    uint32_t bits;
  } number = {value};
  return (uint16_t)((number.bits + 0x7FFF + (number.bits >> 16 & 1)) >> 16);
}

#define POOL(NAME, ELEMENT, READ)                                                                            \
  INLINE void SUFFIX(NAME##_some)(const ELEMENT *restrict x, kernel_points p, ptrdiff_t width, float factor, \
                                  float *restrict y, ptrdiff_t y_stride) {                                   \
    float sums[16] = {0}, most[16] = {0};                                                                    \
    for (ptrdiff_t row = 0; row < p.rows; row++)                                                             \
      for (ptrdiff_t column = 0; column < p.columns; column++) {                                             \
        const ELEMENT *point = x + row * p.row_stride + column * p.point_stride;                             \
        for (ptrdiff_t j = 0; j < width; j++) {                                                              \
          float value = READ(point[j]);                                                                      \
          value = value < 0 ? 0 : value;                                                                     \
          sums[j] += value;                                                                                  \
          most[j] = value > most[j] ? value : most[j];                                                       \
        }                                                                                                    \
      }                                                                                                      \
    float scale = 1 / (float)(p.rows * p.columns);                                                           \
    for (ptrdiff_t j = 0; j < width; j++) {                                                                  \
      y[j] = sums[j] * scale;                                                                                \
      y[y_stride + j] = factor * y[j];                                                                       \
      y[2 * y_stride + j] = most[j];                                                                         \
    }                                                                                                        \
  }                                                                                                          \
  TARGET static void SUFFIX(NAME)(const ELEMENT *x, kernel_points p, float factor, float *y,                 \
                                  ptrdiff_t y_stride) {                                                      \
    ptrdiff_t first = 0;                                                                                     \
    for (; first + 16 <= p.channels; first += 16)                                                            \
      SUFFIX(NAME##_some)(x + first, p, 16, factor, y + first, y_stride);                                    \
    if (first < p.channels)                                                                                  \
      SUFFIX(NAME##_some)(x + first, p, p.channels - first, factor, y + first, y_stride);                    \
  }

#define SHIFT(NAME, ELEMENT, READ, WRITE)                                                                    \
  TARGET static void SUFFIX(NAME)(const ELEMENT *x, kernel_points p, const float *restrict shift,            \
                                  ptrdiff_t y_row_stride, ptrdiff_t y_point_stride, ELEMENT *y) {            \
    for (ptrdiff_t row = 0; row < p.rows; row++)                                                             \
      for (ptrdiff_t column = 0; column < p.columns; column++) {                                             \
        const ELEMENT *restrict from = x + row * p.row_stride + column * p.point_stride;                     \
        ELEMENT *restrict to = y + row * y_row_stride + column * y_point_stride;                             \
        for (ptrdiff_t j = 0; j < p.channels; j++) {                                                         \
          float value = READ(from[j]) + shift[j];                                                            \
          to[j] = WRITE(value < 0 ? 0 : value);                                                              \
        }                                                                                                    \
      }                                                                                                      \
  }

#define AS_IT_IS(value) (value)
POOL(pool_points, float, AS_IT_IS)
POOL(pool_halves, uint16_t, SUFFIX(half_to_float))
SHIFT(shift_points, float, AS_IT_IS, AS_IT_IS)
SHIFT(shift_halves, uint16_t, SUFFIX(half_to_float), SUFFIX(float_to_half))
#undef AS_IT_IS
#undef POOL
#undef SHIFT
