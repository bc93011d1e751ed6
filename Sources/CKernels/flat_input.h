// Boards as flat images for convolutions on matrix tiles. Included behind flat_convolution.h, with the same
// definitions.

TARGET static void SUFFIX(flat_input)(const kernel_flat_input *f) {
  for (ptrdiff_t plane = 0; plane < f->channels / 32; plane++) {
    uint16_t *flat = f->flat + plane * f->plane_rows * 32;
    for (ptrdiff_t point = 0; point < f->points; point++) {
      const SUFFIX(wide) *x = (const SUFFIX(wide) *)(f->floats + point * f->channels + plane * 32);
      *(SUFFIX(row) *)(flat + f->rows[point] * 32) = ROUND_ROW(x[0], x[1]);
    }
  }
  SUFFIX(flat_clear)(f->flat, f->channels, f->plane_rows, f->outside, f->outside_count);
}
