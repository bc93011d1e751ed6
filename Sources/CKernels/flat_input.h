// Boards as flat images for convolutions on matrix tiles. Included behind flat_convolution.h, with the same
// definitions.

TARGET static void SUFFIX(flat_input)(const kernel_flat_input *f) {
  for (ptrdiff_t first = 0; first < f->plane_count; first += 32) {
    uint16_t *flat = f->flat + first * f->plane_rows;
    ptrdiff_t count = f->plane_count - first < 32 ? f->plane_count - first : 32;
    ptrdiff_t low = count < 16 ? count : 16;
    for (ptrdiff_t i = 0; i < f->outside_count; i++)
      *(SUFFIX(row) *)(flat + f->outside[i] * 32) = (SUFFIX(row)){0};
    for (ptrdiff_t board = 0; board < f->boards; board++) {
      const float *planes = f->planes + (board * f->plane_count + first) * f->points;
      for (ptrdiff_t point = 0; point < f->points; point++) {
        SUFFIX(wide) y = {0}, z = {0};
        for (ptrdiff_t i = 0; i < low; i++) y[i] = planes[i * f->points + point];
        for (ptrdiff_t i = 16; i < count; i++) z[i - 16] = planes[i * f->points + point];
        *(SUFFIX(row) *)(flat + f->rows[board * f->points + point] * 32) = ROUND_ROW(y, z);
      }
    }
  }
}
