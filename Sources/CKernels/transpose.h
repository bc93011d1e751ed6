// Transposition in blocks of 16 x 16 that stay in registers (Eklundh 1972): in each of four stages rows whose
// numbers differ in one bit exchange half of their lanes.

#define SWAP_STAGE(distance, first, second)                                                 \
  _Pragma("clang loop unroll(full)") for (int i = 0; i < 16; i++) if (!(i & (distance))) {  \
    VECTOR low = row[i], high = row[i + (distance)];                                        \
    row[i] = __builtin_shufflevector(low, high, first);                                     \
    row[i + (distance)] = __builtin_shufflevector(low, high, second);                       \
  }
#define LOW8 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23
#define HIGH8 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31
#define LOW4 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27
#define HIGH4 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31
#define LOW2 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29
#define HIGH2 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31
#define LOW1 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30
#define LOW_PAIRS 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define HIGH_PAIRS 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#define HIGH1 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31

TARGET static void SUFFIX(transpose_block)(const float *x, ptrdiff_t x_stride, float *y, ptrdiff_t y_stride,
                                           bool adding) {
  VECTOR row[16];
  UNROLLED
  for (int i = 0; i < 16; i++) row[i] = *(const VECTOR *)(x + i * x_stride);
  SWAP_STAGE(8, LOW8, HIGH8)
  SWAP_STAGE(4, LOW4, HIGH4)
  SWAP_STAGE(2, LOW2, HIGH2)
  SWAP_STAGE(1, LOW1, HIGH1)
  UNROLLED
  for (int i = 0; i < 16; i++) {
    VECTOR *target = (VECTOR *)(y + i * y_stride);
    *target = adding ? *target + row[i] : row[i];
  }
}

// Four rows, such as the pictures of a stack, interleaved: y[columns, 4].
TARGET static void SUFFIX(interleave_four)(const float *restrict x, ptrdiff_t columns, ptrdiff_t x_stride,
                                           float *restrict y) {
  ptrdiff_t first = 0;
  for (; first + 16 <= columns; first += 16, y += 64) {
    VECTOR row[4], even[2], odd[2];
    UNROLLED
    for (int i = 0; i < 4; i++) row[i] = *(const VECTOR *)(x + i * x_stride + first);
    even[0] = __builtin_shufflevector(row[0], row[2], LOW_PAIRS);
    even[1] = __builtin_shufflevector(row[0], row[2], HIGH_PAIRS);
    odd[0] = __builtin_shufflevector(row[1], row[3], LOW_PAIRS);
    odd[1] = __builtin_shufflevector(row[1], row[3], HIGH_PAIRS);
    UNROLLED
    for (int i = 0; i < 2; i++) {
      *(VECTOR *)(y + 32 * i) = __builtin_shufflevector(even[i], odd[i], LOW_PAIRS);
      *(VECTOR *)(y + 32 * i + 16) = __builtin_shufflevector(even[i], odd[i], HIGH_PAIRS);
    }
  }
  for (; first < columns; first++, y += 4)
    for (int i = 0; i < 4; i++) y[i] = x[i * x_stride + first];
}

// Few rows, as many as the compiler knows: the planes of small images.
INLINE void SUFFIX(transpose_narrow)(const float *restrict x, const int rows, ptrdiff_t columns, ptrdiff_t x_stride,
                                     float *restrict y, ptrdiff_t y_stride, bool adding) {
  for (ptrdiff_t c = 0; c < columns; c++)
    UNROLLED
    for (int r = 0; r < rows; r++) y[c * y_stride + r] = x[r * x_stride + c] + (adding ? y[c * y_stride + r] : 0);
}

#define NARROW_CASE(rows) \
  case rows: return SUFFIX(transpose_narrow)(x, rows, columns, x_stride, y, y_stride, adding)

TARGET static void SUFFIX(transpose)(const float *restrict x, ptrdiff_t rows, ptrdiff_t columns,
                                     ptrdiff_t x_stride, float *restrict y, ptrdiff_t y_stride, bool adding) {
  if (rows == 4 && y_stride == 4 && !adding) return SUFFIX(interleave_four)(x, columns, x_stride, y);
  switch (rows) {
    NARROW_CASE(2);
    NARROW_CASE(3);
    NARROW_CASE(4);
    NARROW_CASE(5);
    NARROW_CASE(6);
    NARROW_CASE(7);
    NARROW_CASE(8);
    NARROW_CASE(9);
    NARROW_CASE(10);
  }
  for (ptrdiff_t top = 0; top < rows; top += 16)
    for (ptrdiff_t left = 0; left < columns; left += 16) {
      const float *from = x + top * x_stride + left;
      float *to = y + left * y_stride + top;
      if (top + 16 <= rows && left + 16 <= columns) {
        SUFFIX(transpose_block)(from, x_stride, to, y_stride, adding);
        continue;
      }
      ptrdiff_t height = rows - top < 16 ? rows - top : 16, width = columns - left < 16 ? columns - left : 16;
      for (ptrdiff_t c = 0; c < width; c++)
        for (ptrdiff_t r = 0; r < height; r++)
          to[c * y_stride + r] = from[r * x_stride + c] + (adding ? to[c * y_stride + r] : 0);
    }
}
#undef NARROW_CASE
