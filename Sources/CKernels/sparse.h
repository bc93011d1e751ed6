// Convolution of images that are mostly zeros, as boards and simple screens are: every element that is not zero
// is added to the results that see it. A result takes in its inputs in the same order as in a matrix product
// with its patch, so that both give the same bits.

TARGET static ptrdiff_t SUFFIX(count_nonzero)(const float *x, ptrdiff_t count) {
  ptrdiff_t total = 0;
  for (ptrdiff_t i = 0; i < count; i++) total += x[i] != 0;
  return total;
}

// For every element x that is not zero and every result that sees it, does BODY with `at`, the first float of the
// result's channels, and `tap`, the row of the kernel.
#define FOR_EACH_NONZERO(BODY)                                                                        \
  ptrdiff_t out_rows = w.rows + 2 * w.padding - w.kernel_rows + 1;                                    \
  ptrdiff_t out_columns = w.columns + 2 * w.padding - w.kernel_columns + 1;                           \
  for (ptrdiff_t board = 0; board < w.boards; board++)                                                \
    for (ptrdiff_t row = 0; row < w.rows; row++)                                                      \
      for (ptrdiff_t column = 0; column < w.columns; column++)                                        \
        for (ptrdiff_t channel = 0; channel < w.channels; channel++, image++) {                       \
          float x = *image;                                                                           \
          if (x == 0) continue;                                                                       \
          for (ptrdiff_t i = 0; i < w.kernel_rows; i++) {                                             \
            ptrdiff_t out_row = row + w.padding - i;                                                  \
            if (out_row < 0 || out_row >= out_rows) continue;                                         \
            for (ptrdiff_t j = 0; j < w.kernel_columns; j++) {                                        \
              ptrdiff_t out_column = column + w.padding - j;                                          \
              if (out_column < 0 || out_column >= out_columns) continue;                              \
              ptrdiff_t at = ((board * out_rows + out_row) * out_columns + out_column) * outputs;     \
              ptrdiff_t tap = (i * w.kernel_columns + j) * w.channels + channel;                      \
              BODY                                                                                    \
            }                                                                                         \
          }                                                                                           \
        }

TARGET static void SUFFIX(sparse_convolution)(const float *restrict image, kernel_window w,
                                              const float *restrict kernels, ptrdiff_t outputs,
                                              float *restrict result) {
  ptrdiff_t panel = w.kernel_rows * w.kernel_columns * w.channels * 16;
  FOR_EACH_NONZERO({
    for (ptrdiff_t p = 0; p < outputs / 16; p++) {
      VECTOR *target = (VECTOR *)(result + at + 16 * p);
      *target = MULTIPLY_ADD((VECTOR){0} + x, *(const VECTOR *)(kernels + p * panel + tap * 16), *target);
    }
  })
}

TARGET static void SUFFIX(sparse_kernel_gradient)(const float *restrict image, kernel_window w,
                                                  const float *restrict gradient, ptrdiff_t outputs,
                                                  float *restrict kernels) {
  ptrdiff_t panel = w.kernel_rows * w.kernel_columns * w.channels * 16;
  FOR_EACH_NONZERO({
    for (ptrdiff_t p = 0; p < outputs / 16; p++) {
      VECTOR *target = (VECTOR *)(kernels + p * panel + tap * 16);
      *target = MULTIPLY_ADD((VECTOR){0} + x, *(const VECTOR *)(gradient + at + 16 * p), *target);
    }
  })
}
#undef FOR_EACH_NONZERO
