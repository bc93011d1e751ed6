// Kernels on the rows of matrices [rows, columns]. Sums run in sixteen lanes, so that every instruction set
// gives the same bits.

INLINE float SUFFIX(sum_lanes)(const float *restrict lanes) {
  float total = 0;
  for (int j = 0; j < 16; j++) total += lanes[j];
  return total;
}

INLINE float SUFFIX(row_dot)(const float *restrict x, const float *restrict z, ptrdiff_t count) {
  float lanes[16] = {0};
  ptrdiff_t whole = count & ~(ptrdiff_t)15;
  for (ptrdiff_t i = 0; i < whole; i += 16)
    for (int j = 0; j < 16; j++) lanes[j] += x[i + j] * z[i + j];
  for (ptrdiff_t i = whole; i < count; i++) lanes[i & 15] += x[i] * z[i];
  return SUFFIX(sum_lanes)(lanes);
}

INLINE float SUFFIX(row_sum)(const float *restrict x, ptrdiff_t count) {
  float lanes[16] = {0};
  ptrdiff_t whole = count & ~(ptrdiff_t)15;
  for (ptrdiff_t i = 0; i < whole; i += 16)
    for (int j = 0; j < 16; j++) lanes[j] += x[i + j];
  for (ptrdiff_t i = whole; i < count; i++) lanes[i & 15] += x[i];
  return SUFFIX(sum_lanes)(lanes);
}

// A row that is minus infinity everywhere becomes zeros; one with an invalid number is invalid.
TARGET static void SUFFIX(softmax_rows)(const float *restrict x, ptrdiff_t rows, ptrdiff_t columns,
                                        float *restrict y) {
  for (ptrdiff_t row = 0; row < rows; row++, x += columns, y += columns) {
    float highest = -INFINITY;
    for (ptrdiff_t i = 0; i < columns; i++) highest = x[i] > highest ? x[i] : highest;
    if (highest == -INFINITY && SUFFIX(row_sum)(x, columns) == -INFINITY) {
      memset(y, 0, (size_t)columns * sizeof(float));
      continue;
    }
    for (ptrdiff_t i = 0; i < columns; i++) {
      float e = EXP(x[i] - highest);
      y[i] = x[i] == -INFINITY ? 0 : e;
    }
    float scale = 1 / SUFFIX(row_sum)(y, columns);
    for (ptrdiff_t i = 0; i < columns; i++) y[i] *= scale;
  }
}

TARGET static void SUFFIX(softmax_rows_gradient)(const float *restrict y, const float *restrict dy,
                                                 ptrdiff_t rows, ptrdiff_t columns, float *restrict dx) {
  for (ptrdiff_t row = 0; row < rows; row++, y += columns, dy += columns, dx += columns) {
    float mean = SUFFIX(row_dot)(y, dy, columns);
    for (ptrdiff_t i = 0; i < columns; i++) dx[i] += y[i] * (dy[i] - mean);
  }
}

TARGET static void SUFFIX(normalise_rows)(const float *restrict x, ptrdiff_t rows, ptrdiff_t columns,
                                          bool centred, float epsilon, float *restrict y,
                                          float *restrict inverse_deviation) {
  for (ptrdiff_t row = 0; row < rows; row++, x += columns, y += columns) {
    float mean = centred ? SUFFIX(row_sum)(x, columns) / (float)columns : 0;
    for (ptrdiff_t i = 0; i < columns; i++) y[i] = x[i] - mean;
    // The mean is rounded: what that leaves would count as variance in a row that is nearly constant.
    float rest = centred ? SUFFIX(row_sum)(y, columns) / (float)columns : 0;
    for (ptrdiff_t i = 0; i < columns; i++) y[i] -= rest;
    float variance = SUFFIX(row_dot)(y, y, columns) / (float)columns;
    float scale = 1 / __builtin_elementwise_sqrt(variance + epsilon);
    for (ptrdiff_t i = 0; i < columns; i++) y[i] *= scale;
    inverse_deviation[row] = scale;
  }
}

TARGET static void SUFFIX(normalise_rows_gradient)(const float *restrict y,
                                                   const float *restrict inverse_deviation,
                                                   const float *restrict dy, ptrdiff_t rows,
                                                   ptrdiff_t columns, bool centred, float *restrict dx) {
  for (ptrdiff_t row = 0; row < rows; row++, y += columns, dy += columns, dx += columns) {
    float mean = centred ? SUFFIX(row_sum)(dy, columns) / (float)columns : 0;
    float along = SUFFIX(row_dot)(y, dy, columns) / (float)columns;
    for (ptrdiff_t i = 0; i < columns; i++) dx[i] += inverse_deviation[row] * (dy[i] - mean - y[i] * along);
  }
}
