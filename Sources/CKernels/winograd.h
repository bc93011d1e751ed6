// Winograd's minimal filtering F(3x3, 3x3) (Winograd 1980; Lavin and Gray 2016) with the points 0, 1, -1, 2
// and infinity: 25 products for nine results of a 3x3 kernel instead of 81. Tiles are 5x5 windows, three apart.

// One dimension of the input transform, B^T d.
#define INPUT_TRANSFORM(x0, x1, x2, x3, x4, y0, y1, y2, y3, y4) \
  y0 = 2 * (x0 - x2) + (x3 - x1);                               \
  y1 = (x3 - x2) - 2 * x1;                                      \
  y2 = 2 * x1 - 3 * x2 + x3;                                    \
  y3 = x3 - x1;                                                 \
  y4 = 2 * (x1 - x3) + (x4 - x2);

// One dimension of the output transform, A^T m.
#define OUTPUT_TRANSFORM(x0, x1, x2, x3, x4, y0, y1, y2) \
  y0 = x0 + (x1 + x2) + x3;                              \
  y1 = (x1 - x2) + 2 * x3;                               \
  y2 = (x1 + x2) + 4 * x3 + x4;

// Visits the tiles of all boards, 16 channels at a time: tile (i, j) of `board`, its channels from `c` on, and
// `tiles`, where it begins in each of the 25 planes of `plane` floats.
#define FOR_EACH_TILE                                                                                \
  ptrdiff_t tile_rows = (w.rows + 2) / 3, tile_columns = (w.columns + 2) / 3, channels = w.channels; \
  ptrdiff_t plane = w.boards * tile_rows * tile_columns * channels;                                  \
  for (ptrdiff_t board = 0; board < w.boards; board++)                                               \
    for (ptrdiff_t i = 0; i < tile_rows; i++)                                                        \
      for (ptrdiff_t j = 0; j < tile_columns; j++, tiles += channels)                                \
        for (ptrdiff_t c = 0; c < channels; c += 16)

TARGET static void SUFFIX(winograd_input)(const float *restrict image, kernel_window w,
                                          float *restrict tiles) {
  FOR_EACH_TILE {
    VECTOR d[5][5], t[5][5];
#pragma clang loop unroll(full)
    for (int y = 0; y < 5; y++)
#pragma clang loop unroll(full)
      for (int x = 0; x < 5; x++) {
        ptrdiff_t row = 3 * i + y - 1, column = 3 * j + x - 1;
        bool inside = row >= 0 && row < w.rows && column >= 0 && column < w.columns;
        const float *source = image + ((board * w.rows + row) * w.columns + column) * channels + c;
        d[y][x] = inside ? *(const VECTOR *)source : (VECTOR){0};
      }
#pragma clang loop unroll(full)
    for (int x = 0; x < 5; x++) {
      INPUT_TRANSFORM(d[0][x], d[1][x], d[2][x], d[3][x], d[4][x], t[0][x], t[1][x], t[2][x], t[3][x],
                      t[4][x])
    }
#pragma clang loop unroll(full)
    for (int y = 0; y < 5; y++) {
      VECTOR r[5];
      INPUT_TRANSFORM(t[y][0], t[y][1], t[y][2], t[y][3], t[y][4], r[0], r[1], r[2], r[3], r[4])
#pragma clang loop unroll(full)
      for (int x = 0; x < 5; x++) *(VECTOR *)(tiles + (y * 5 + x) * plane + c) = r[x];
    }
  }
}

TARGET static void SUFFIX(winograd_output)(const float *restrict tiles, kernel_window w, const float *bias,
                                           const float *residual, bool relu, float *image) {
  FOR_EACH_TILE {
    VECTOR t[3][5];
#pragma clang loop unroll(full)
    for (int x = 0; x < 5; x++) {
      VECTOR m[5];
#pragma clang loop unroll(full)
      for (int y = 0; y < 5; y++) m[y] = *(const VECTOR *)(tiles + (y * 5 + x) * plane + c);
      OUTPUT_TRANSFORM(m[0], m[1], m[2], m[3], m[4], t[0][x], t[1][x], t[2][x])
    }
    VECTOR shift = bias ? *(const VECTOR *)(bias + c) : (VECTOR){0};
#pragma clang loop unroll(full)
    for (int y = 0; y < 3; y++) {
      VECTOR r[3];
      OUTPUT_TRANSFORM(t[y][0], t[y][1], t[y][2], t[y][3], t[y][4], r[0], r[1], r[2])
      if (3 * i + y >= w.rows) continue;
#pragma clang loop unroll(full)
      for (int x = 0; x < 3; x++) {
        if (3 * j + x >= w.columns) continue;
        ptrdiff_t at = ((board * w.rows + 3 * i + y) * w.columns + 3 * j + x) * channels + c;
        VECTOR result = r[x] + shift;
        if (residual) result += *(const VECTOR *)(residual + at);
        if (relu) result = __builtin_elementwise_max(result, (VECTOR){0});
        *(VECTOR *)(image + at) = result;
      }
    }
  }
}
