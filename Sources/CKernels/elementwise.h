// Element-wise and column-wise kernels. The compiler vectorises them for TARGET; contraction is off and sums
// have a fixed order, so that they give the same bits on every instruction set.

// Columns are summed in single precision over short blocks of rows and in double precision over the blocks.
enum { SUFFIX(sum_block) = 64, SUFFIX(column_block) = 64 };

TARGET static void SUFFIX(fill_rows)(float *restrict y, const float *restrict bias, ptrdiff_t rows, ptrdiff_t columns) {
  ptrdiff_t whole = columns / 16 * 16;
  for (ptrdiff_t j = 0; j < whole; j += 16)
    for (ptrdiff_t i = 0; i < rows; i++) *(VECTOR *)(y + i * columns + j) = *(const VECTOR *)(bias + j);
  for (ptrdiff_t i = 0; whole < columns && i < rows; i++)
    for (ptrdiff_t j = whole; j < columns; j++) y[i * columns + j] = bias[j];
}

// A few columns next to each other, whose sums stay in registers.
INLINE void SUFFIX(add_sums_of)(const float *restrict x, ptrdiff_t rows, ptrdiff_t stride, ptrdiff_t columns,
                                float *restrict sums) {
  double total[SUFFIX(column_block)] = {0};
  for (ptrdiff_t top = 0; top < rows; top += SUFFIX(sum_block)) {
    ptrdiff_t end = top + SUFFIX(sum_block) < rows ? top + SUFFIX(sum_block) : rows;
    float part[SUFFIX(column_block)] = {0};
    for (ptrdiff_t i = top; i < end; i++)
      for (ptrdiff_t j = 0; j < columns; j++) part[j] += x[i * stride + j];
    for (ptrdiff_t j = 0; j < columns; j++) total[j] += part[j];
  }
  for (ptrdiff_t j = 0; j < columns; j++) sums[j] += (float)total[j];
}

TARGET static void SUFFIX(add_column_sums)(const float *restrict x, ptrdiff_t rows, ptrdiff_t columns,
                                           float *restrict sums) {
  ptrdiff_t first = 0;
  for (; first + 64 <= columns; first += 64) SUFFIX(add_sums_of)(x + first, rows, columns, 64, sums + first);
  for (; first + 16 <= columns; first += 16) SUFFIX(add_sums_of)(x + first, rows, columns, 16, sums + first);
  SUFFIX(add_sums_of)(x + first, rows, columns, columns - first, sums + first);
}

TARGET static void SUFFIX(column_moments)(const float *restrict x, ptrdiff_t rows, ptrdiff_t columns,
                                          float *restrict mean, float *restrict variance) {
  for (ptrdiff_t first = 0; first < columns; first += SUFFIX(column_block)) {
    ptrdiff_t width = columns - first < SUFFIX(column_block) ? columns - first : SUFFIX(column_block);
    double total[SUFFIX(column_block)] = {0};
    float center[SUFFIX(column_block)] = {0};
    for (int pass = 0; pass < 2; pass++) {
      for (ptrdiff_t top = 0; top < rows; top += SUFFIX(sum_block)) {
        ptrdiff_t end = top + SUFFIX(sum_block) < rows ? top + SUFFIX(sum_block) : rows;
        float part[SUFFIX(column_block)] = {0};
        for (ptrdiff_t i = top; i < end; i++)
          for (ptrdiff_t j = 0; j < width; j++) {
            float d = x[i * columns + first + j] - center[j];
            part[j] += pass ? d * d : d;
          }
        for (ptrdiff_t j = 0; j < width; j++) total[j] += part[j];
      }
      for (ptrdiff_t j = 0; j < width; j++) {
        float average = (float)(total[j] / (double)rows);
        if (pass) variance[first + j] = average;
        else mean[first + j] = center[j] = average;
        total[j] = 0;
      }
    }
  }
}

TARGET static void SUFFIX(affine_columns)(const float *restrict x, const float *restrict scale,
                                          const float *restrict shift, const float *restrict residual,
                                          bool relu, ptrdiff_t rows, ptrdiff_t columns, float *restrict y) {
  for (ptrdiff_t i = 0; i < rows; i++, x += columns, y += columns) {
    for (ptrdiff_t j = 0; j < columns; j++) y[j] = x[j] * scale[j] + shift[j];
    if (residual)
      for (ptrdiff_t j = 0; j < columns; j++) y[j] += residual[i * columns + j];
    if (relu)
      for (ptrdiff_t j = 0; j < columns; j++) y[j] = y[j] < 0 ? 0 : y[j];
  }
}

TARGET static void SUFFIX(normalise_gradients)(const float *restrict x, const float *restrict y, float *restrict dy,
                                               const float *restrict mean,
                                               const float *restrict inverse_deviation, ptrdiff_t rows,
                                               ptrdiff_t columns, float *restrict scale_gradient,
                                               float *restrict shift_gradient) {
  for (ptrdiff_t first = 0; first < columns; first += SUFFIX(column_block)) {
    ptrdiff_t width = columns - first < SUFFIX(column_block) ? columns - first : SUFFIX(column_block);
    double scale[SUFFIX(column_block)] = {0}, shift[SUFFIX(column_block)] = {0};
    for (ptrdiff_t top = 0; top < rows; top += SUFFIX(sum_block)) {
      ptrdiff_t end = top + SUFFIX(sum_block) < rows ? top + SUFFIX(sum_block) : rows;
      float part[SUFFIX(column_block)] = {0}, plain[SUFFIX(column_block)] = {0};
      for (ptrdiff_t i = top; i < end; i++) {
        const float *xs = x + i * columns + first, *ys = y ? y + i * columns + first : NULL;
        float *dys = dy + i * columns + first;
        if (y)
          for (ptrdiff_t j = 0; j < width; j++) dys[j] = ys[j] > 0 ? dys[j] : 0;
        for (ptrdiff_t j = 0; j < width; j++) {
          plain[j] += dys[j];
          part[j] += dys[j] * (xs[j] - mean[first + j]);
        }
      }
      for (ptrdiff_t j = 0; j < width; j++) {
        scale[j] += part[j];
        shift[j] += plain[j];
      }
    }
    for (ptrdiff_t j = 0; j < width; j++) {
      scale_gradient[first + j] += (float)scale[j] * inverse_deviation[first + j];
      shift_gradient[first + j] += (float)shift[j];
    }
  }
}

TARGET static void SUFFIX(affine_pair)(const float *restrict x, const float *restrict dy, const float *restrict a,
                                       const float *restrict b, const float *restrict c, ptrdiff_t rows,
                                       ptrdiff_t columns, bool adding, float *restrict dx) {
  for (ptrdiff_t i = 0; i < rows; i++, x += columns, dy += columns, dx += columns)
    if (adding)
      for (ptrdiff_t j = 0; j < columns; j++) dx[j] += dy[j] * a[j] + x[j] * b[j] + c[j];
    else
      for (ptrdiff_t j = 0; j < columns; j++) dx[j] = dy[j] * a[j] + x[j] * b[j] + c[j];
}

TARGET static void SUFFIX(add_scaled)(const float *restrict x, float scale, ptrdiff_t count,
                                      float *restrict y) {
  for (ptrdiff_t i = 0; i < count; i++) y[i] += scale * x[i];
}

TARGET static double SUFFIX(sum_of_squares)(const float *x, ptrdiff_t count) {
  double lanes[16] = {0}, total = 0;
  ptrdiff_t whole = count & ~(ptrdiff_t)15;
  for (ptrdiff_t i = 0; i < whole; i += 16)
    for (int j = 0; j < 16; j++) lanes[j] += (double)x[i + j] * (double)x[i + j];
  for (int j = 0; j < 16; j++) total += lanes[j];
  for (ptrdiff_t i = whole; i < count; i++) total += (double)x[i] * (double)x[i];
  return total;
}

TARGET static void SUFFIX(im2col)(const float *restrict image, kernel_window w, float *restrict columns) {
  ptrdiff_t out_rows = w.rows + 2 * w.padding - w.kernel_rows + 1;
  ptrdiff_t out_columns = w.columns + 2 * w.padding - w.kernel_columns + 1;
  ptrdiff_t run = w.kernel_columns * w.channels;
  for (ptrdiff_t board = 0; board < w.boards; board++)
    for (ptrdiff_t row = 0; row < out_rows; row++)
      for (ptrdiff_t column = 0; column < out_columns; column++)
        for (ptrdiff_t i = 0; i < w.kernel_rows; i++, columns += run) {
          ptrdiff_t y = row + i - w.padding, left = column - w.padding;
          if (y < 0 || y >= w.rows) {
            memset(columns, 0, (size_t)run * sizeof(float));
            continue;
          }
          ptrdiff_t from = left < 0 ? 0 : left;
          ptrdiff_t end = left + w.kernel_columns < w.columns ? left + w.kernel_columns : w.columns;
          if (end < from) end = from;
          ptrdiff_t before = (from - left) * w.channels, middle = (end - from) * w.channels;
          if (before > run) before = run;
          const float *source = image + ((board * w.rows + y) * w.columns + from) * w.channels;
          for (ptrdiff_t c = 0; c < before; c++) columns[c] = 0;
          if (middle > 0) memcpy(columns + before, source, (size_t)middle * sizeof(float));
          for (ptrdiff_t c = before + middle; c < run; c++) columns[c] = 0;
        }
}
