// Boards as flat images for convolutions on matrix tiles. Included behind flat_convolution.h, with the same definitions.

/// Planes [boards][planes][rows][columns] as flat images of `channels` channels.
TARGET static void SUFFIX(flat_input)(const float *planes, ptrdiff_t boards, ptrdiff_t plane_count,
                                      ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t board_pixels,
                                      ptrdiff_t channels, uint16_t *flat) {
  ptrdiff_t points = rows * columns;
  for (ptrdiff_t board = 0; board < boards; board++, planes += plane_count * points) {
    uint16_t *pixel = flat + board * board_pixels * channels;
    for (ptrdiff_t point = 0, row = 0; row < rows; row++, pixel += channels)
      for (ptrdiff_t column = 0; column < columns; column++, point++, pixel += channels)
        for (ptrdiff_t first = 0; first < plane_count; first += 16) {
          SUFFIX(wide) y = {0};
          ptrdiff_t count = plane_count - first < 16 ? plane_count - first : 16;
          for (ptrdiff_t i = 0; i < count; i++) y[i] = planes[(first + i) * points + point];
          *(SUFFIX(halves) *)(pixel + first) = ROUND_TO_BF16(y);
        }
  }
}
