// Patches of channels-last images under any kernel, stride, padding and dilation; the general form of im2col,
// whose windows have stride one.

// Calls of `BODY(image pointer or null, patch pointer)` for every tap of every window.
#define FOR_EACH_TAP(w, image, patches, BODY) \
  for (ptrdiff_t board = 0; board < (w).boards; board++) \
    for (ptrdiff_t row = 0; row < (w).out_rows; row++) \
      for (ptrdiff_t column = 0; column < (w).out_columns; column++) \
        for (ptrdiff_t i = 0; i < (w).kernel_rows; i++) \
          for (ptrdiff_t j = 0; j < (w).kernel_columns; j++, (patches) += (w).channels) { \
            ptrdiff_t y = row * (w).stride_rows + i * (w).dilation_rows - (w).padding_rows; \
            ptrdiff_t x = column * (w).stride_columns + j * (w).dilation_columns - (w).padding_columns; \
            bool inside = y >= 0 && y < (w).rows && x >= 0 && x < (w).columns; \
            ptrdiff_t offset = ((board * (w).rows + y) * (w).columns + x) * (w).channels; \
            BODY \
          }

/// Writes [boards, out rows, out columns][taps][channels]; outside the image is `fill`.
TARGET static void SUFFIX(gather_patches)(const float *restrict image, const kernel_patches *w, float fill,
                                          float *restrict patches) {
  FOR_EACH_TAP(*w, image, patches, {
    if (inside) {
      for (ptrdiff_t c = 0; c < w->channels; c++) patches[c] = image[offset + c];
    } else {
      for (ptrdiff_t c = 0; c < w->channels; c++) patches[c] = fill;
    }
  })
}

/// Adds every patch to the image where it was taken from.
TARGET static void SUFFIX(scatter_patches)(const float *restrict patches, const kernel_patches *w,
                                           float *restrict image) {
  FOR_EACH_TAP(*w, image, patches, {
    if (inside)
      for (ptrdiff_t c = 0; c < w->channels; c++) image[offset + c] += patches[c];
  })
}
