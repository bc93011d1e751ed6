// Winograd's minimal filtering (Winograd 1980; Lavin and Gray 2016): a tile of points x points products gives
// (points + 1 - kernel)^2 results of a kernel of kernel x kernel taps. The points are 0, 1, -1, then 2 and -2 as far
// as needed, and infinity last. With V = B^T x B and U = G g G^T the results are A^T (U V) A, where A takes a
// polynomial's coefficients to its values at the points, G does the same but for a factor, and B^T comes from the
// products of all x - p but one.

#define MOST_POINTS 6

// One dimension of the input transform, B^T x.
INLINE void SUFFIX(winograd_window)(const VECTOR *x, const int points, VECTOR *y) {
  if (points == 4) {
    y[0] = x[0] - x[2];
    y[1] = x[1] + x[2];
    y[2] = x[2] - x[1];
    y[3] = x[3] - x[1];
  } else if (points == 5) {
    y[0] = 2 * (x[0] - x[2]) + (x[3] - x[1]);
    y[1] = (x[3] - x[2]) - 2 * x[1];
    y[2] = 2 * x[1] - 3 * x[2] + x[3];
    y[3] = x[3] - x[1];
    y[4] = 2 * (x[1] - x[3]) + (x[4] - x[2]);
  } else {
    VECTOR even = x[4] - 4 * x[2], odd = x[3] - 4 * x[1], near = x[4] - x[2], far = 2 * (x[3] - x[1]);
    y[0] = 4 * (x[0] - x[2]) + near;
    y[1] = even + odd;
    y[2] = even - odd;
    y[3] = near + far;
    y[4] = near - far;
    y[5] = 4 * (x[1] - x[3]) + (x[5] - x[3]);
  }
}

// One dimension of the output transform, A^T m: `count` sums of the products times powers of their points.
INLINE void SUFFIX(winograd_collect)(const VECTOR *m, const int points, const int count, VECTOR *y) {
  VECTOR sum = m[1] + m[2], difference = m[1] - m[2];
  VECTOR two = points > 5 ? m[3] + m[4] : m[3], odd_two = points > 5 ? m[3] - m[4] : m[3];
  bool has_two = points > 4;
  y[0] = has_two ? m[0] + sum + two : m[0] + sum;
  y[1] = has_two ? difference + 2 * odd_two : difference;
  if (count > 2) y[2] = has_two ? sum + 4 * two : sum;
  if (count > 3) y[3] = has_two ? difference + 8 * odd_two : difference;
  y[count - 1] += m[points - 1];
}

// What a transform does, and where its tile (i, j) of `board` begins.
typedef struct {
  const kernel_winograd *w;
  ptrdiff_t board, row, column;  // of the first block or result; the row may be above the image, and so on
  ptrdiff_t channel;             // of a block, or of the outputs
} SUFFIX(winograd_place);

// Calls BODY(place, offset) for the tiles of all boards `step` apart, the first one `padding` outside, 16 of
// `width` channels at a time; `offset` is where the tile lies in each plane.
#define FOR_EACH_TILE(w, padding_, width, BODY)                                                       \
  ptrdiff_t step = (w)->points + 1 - (w)->kernel, offset = 0;                                         \
  for (ptrdiff_t board = 0; board < (w)->boards; board++)                                             \
    for (ptrdiff_t i = 0; i < (w)->out_rows; i += step)                                               \
      for (ptrdiff_t j = 0; j < (w)->out_columns; j += step)                                          \
        for (ptrdiff_t c = 0; c < (width); c += 16, offset += 16) {                                   \
          SUFFIX(winograd_place) place = {(w), board, i - (padding_), j - (padding_), c};             \
          BODY                                                                                        \
        }

// Where the block at `place` begins in the image, 16 of its channels: a row of a block lies in one piece.
INLINE ptrdiff_t SUFFIX(winograd_block)(const SUFFIX(winograd_place) *p) {
  const kernel_winograd *w = p->w;
  ptrdiff_t line = w->stride * w->channels, within = w->stride == 1 ? 0 : p->channel / line;
  ptrdiff_t row = p->row * w->stride + within;
  return ((p->board * w->rows + row) * w->columns + p->column * w->stride) * w->channels + p->channel -
         within * line;
}

// Whether all of the tile's blocks, or results, lie inside the image.
INLINE bool SUFFIX(winograd_is_whole)(const SUFFIX(winograd_place) *p, ptrdiff_t side, ptrdiff_t rows,
                                      ptrdiff_t columns) {
  return p->row >= 0 && p->column >= 0 && p->row + side <= rows && p->column + side <= columns;
}

// Whether the block, or result, (y, x) of the tile lies inside the image.
INLINE bool SUFFIX(winograd_has)(const SUFFIX(winograd_place) *p, int y, int x, ptrdiff_t rows,
                                 ptrdiff_t columns) {
  return p->row + y >= 0 && p->row + y < rows && p->column + x >= 0 && p->column + x < columns;
}

INLINE void SUFFIX(winograd_input_tile)(const float *image, const SUFFIX(winograd_place) *p,
                                        float *restrict tile, const int points, const bool is_whole) {
  const kernel_winograd *w = p->w;
  ptrdiff_t rows = w->rows / w->stride, columns = w->columns / w->stride;
  ptrdiff_t right = w->stride * w->channels, down = w->stride * w->columns * w->channels;
  const float *corner = image + SUFFIX(winograd_block)(p);
  VECTOR t[MOST_POINTS][MOST_POINTS];
  UNROLLED for (int x = 0; x < points; x++) {
    VECTOR d[MOST_POINTS];
    UNROLLED for (int y = 0; y < points; y++) {
      bool inside = is_whole || SUFFIX(winograd_has)(p, y, x, rows, columns);
      d[y] = inside ? *(const VECTOR *)(corner + y * down + x * right) : (VECTOR){0};
    }
    SUFFIX(winograd_window)(d, points, t[x]);
  }
  UNROLLED for (int y = 0; y < points; y++) {
    VECTOR d[MOST_POINTS], v[MOST_POINTS];
    UNROLLED for (int x = 0; x < points; x++) d[x] = t[x][y];
    SUFFIX(winograd_window)(d, points, v);
    UNROLLED for (int x = 0; x < points; x++)
        *(VECTOR *)(tile + (y * points + x) * w->input_plane) = v[x];
  }
}

INLINE void SUFFIX(winograd_input_points)(const float *image, const kernel_winograd *w, float *tiles,
                                          const int points) {
  FOR_EACH_TILE(w, w->padding, w->stride * w->stride * w->channels, {
    bool is_whole = SUFFIX(winograd_is_whole)(&place, points, w->rows / w->stride, w->columns / w->stride);
    if (is_whole)
      SUFFIX(winograd_input_tile)(image, &place, tiles + offset, points, true);
    else
      SUFFIX(winograd_input_tile)(image, &place, tiles + offset, points, false);
  })
}

TARGET static void SUFFIX(winograd_input)(const float *image, const kernel_winograd *w, float *tiles) {
  switch (w->points) {
    case 4: return SUFFIX(winograd_input_points)(image, w, tiles, 4);
    case 5: return SUFFIX(winograd_input_points)(image, w, tiles, 5);
    default: return SUFFIX(winograd_input_points)(image, w, tiles, 6);
  }
}

INLINE void SUFFIX(winograd_output_tile)(const float *restrict tile, const SUFFIX(winograd_place) *p,
                                         const float *bias, const float *residual, bool relu, float *image,
                                         const int points, const int count, const bool is_whole) {
  const kernel_winograd *w = p->w;
  VECTOR t[MOST_POINTS][MOST_POINTS];
  UNROLLED for (int x = 0; x < points; x++) {
    VECTOR m[MOST_POINTS];
    UNROLLED for (int y = 0; y < points; y++)
        m[y] = *(const VECTOR *)(tile + (y * points + x) * w->output_plane);
    SUFFIX(winograd_collect)(m, points, count, t[x]);
  }
  VECTOR shift = bias ? *(const VECTOR *)(bias + p->channel) : (VECTOR){0};
  UNROLLED for (int y = 0; y < count; y++) {
    VECTOR m[MOST_POINTS], result[MOST_POINTS];
    UNROLLED for (int x = 0; x < points; x++) m[x] = t[x][y];
    SUFFIX(winograd_collect)(m, points, count, result);
    UNROLLED for (int x = 0; x < count; x++) {
      if (!is_whole && !SUFFIX(winograd_has)(p, y, x, w->out_rows, w->out_columns)) continue;
      ptrdiff_t at = ((p->board * w->out_rows + p->row + y) * w->out_columns + p->column + x) * w->outputs +
                     p->channel;
      VECTOR sum = result[x] + shift;
      if (residual) sum += *(const VECTOR *)(residual + at);
      if (relu) sum = RELU(sum);
      *(VECTOR *)(image + at) = sum;
    }
  }
}

INLINE void SUFFIX(winograd_output_points)(const float *tiles, const kernel_winograd *w, const float *bias,
                                           const float *residual, bool relu, float *image, const int points,
                                           const int kernel) {
  const int count = points + 1 - kernel;
  FOR_EACH_TILE(w, 0, w->outputs, {
    if (SUFFIX(winograd_is_whole)(&place, count, w->out_rows, w->out_columns))
      SUFFIX(winograd_output_tile)(tiles + offset, &place, bias, residual, relu, image, points, count, true);
    else
      SUFFIX(winograd_output_tile)(tiles + offset, &place, bias, residual, relu, image, points, count, false);
  })
}

// Does CALL(points, kernel) for the sizes that there are.
#define FOR_SIZES(w, CALL)                  \
  switch (10 * (w)->points + (w)->kernel) { \
    case 42: {                              \
      CALL(4, 2)                            \
      break;                                \
    }                                       \
    case 52: {                              \
      CALL(5, 2)                            \
      break;                                \
    }                                       \
    case 53: {                              \
      CALL(5, 3)                            \
      break;                                \
    }                                       \
    default: {                              \
      CALL(6, 3)                            \
      break;                                \
    }                                       \
  }

TARGET static void SUFFIX(winograd_output)(const float *tiles, const kernel_winograd *w, const float *bias,
                                           const float *residual, bool relu, float *image) {
#define CALL(points, kernel) \
  SUFFIX(winograd_output_points)(tiles, w, bias, residual, relu, image, points, kernel);
  FOR_SIZES(w, CALL)
#undef CALL
}
