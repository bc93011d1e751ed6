// Matrix products that skip the zeros of the left matrix, of which there are many behind a ReLU and in the gradient
// in front of one. A result takes in its terms in the same order as in `gemm`, so that both give the same bits
// (but for the sign of zeros), if b is finite.
//
// Rows are taken in pairs, as a vector of b that is loaded serves both, and units that are active for one sample
// often are for another.

enum {
  // Elements of the left matrix that are listed at a time.
  SUFFIX(list_capacity) = 4096,
  // Rows of b that go through all rows of the result at a time: 64 of up to 256 floats stay in the fastest cache,
  // wider ones in the next, where runs as long as they may be save most.
  SUFFIX(narrow) = 256,
  SUFFIX(narrow_depth) = 64,
  SUFFIX(wide_depth) = 128,
};

// Of some pairs of rows of the left matrix: where one or both differ from zero, and what they are there.
typedef struct {
  int32_t index[SUFFIX(list_capacity) + 16];
  float values[2][SUFFIX(list_capacity) + 16];
  ptrdiff_t found[SUFFIX(list_capacity)];
} SUFFIX(element_lists);

// A stretch of the left matrix: rows of it and their elements from the first on.
typedef struct {
  const float *a;
  ptrdiff_t row_stride, stride, count;
} SUFFIX(stretch);

// Lists the elements of a pair of rows, or of one, without a branch for each; returns how many they are. Writes up to
// a vector more.
TARGET static ptrdiff_t SUFFIX(list_nonzero)(const SUFFIX(stretch) *s, ptrdiff_t row, bool is_pair, ptrdiff_t at,
                                             SUFFIX(element_lists) *lists) {
  const float *first = s->a + row * s->row_stride, *second = is_pair ? first + s->row_stride : first;
  ptrdiff_t found = at, i = 0;
#ifdef COMPRESS_NONZERO
  if (s->stride == 1)
    for (; i + 16 <= s->count; i += 16)
      found += COMPRESS_NONZERO(first + i, second + i, (int32_t)i, lists->index + found, lists->values[0] + found,
                                lists->values[1] + found);
#endif
  for (; i < s->count; i++) {
    float x = first[i * s->stride], z = second[i * s->stride];
    lists->index[found] = (int32_t)i;
    lists->values[0][found] = x;
    lists->values[1][found] = z;
    found += (x != 0) | (z != 0);
  }
  return found - at;
}

// The part of the sums of one or two rows that some rows of b add to, in `panels` panels of columns of which the last
// may be `width` wide.
INLINE void SUFFIX(sparse_sums)(const kernel_gemm *g, const float *b, ptrdiff_t row, ptrdiff_t column,
                                const SUFFIX(element_lists) *lists, ptrdiff_t at, ptrdiff_t found, bool is_first,
                                bool is_last, const int rows, const int panels, ptrdiff_t width) {
  VECTOR sum[2][SPARSE_PANELS];
  float *c = g->c + row * g->c_stride + column;
  const float *residual = is_last && g->residual ? g->residual + row * g->residual_stride + column : NULL;
  ptrdiff_t b_inner = g->b_inner, b_panel = g->b_panel;
  size_t bytes = (size_t)width * sizeof(float);
  b += column / 16 * b_panel;
  UNROLLED
  for (int r = 0; r < rows; r++)
    UNROLLED
    for (int p = 0; p < panels; p++) {
      sum[r][p] = g->bias && is_first ? *(const VECTOR *)(g->bias + column + 16 * p) : (VECTOR){0};
      if (!is_first) memcpy(&sum[r][p], c + r * g->c_stride + 16 * p, bytes);
    }
  for (ptrdiff_t i = at; i < at + found; i++) {
    const float *from = b + lists->index[i] * b_inner;
    UNROLLED
    for (int p = 0; p < panels; p++) {
      VECTOR weight = *(const VECTOR *)(from + p * b_panel);
      UNROLLED
      for (int r = 0; r < rows; r++)
        sum[r][p] = MULTIPLY_ADD(lists->values[r][i] - (VECTOR){0}, weight, sum[r][p]);
    }
  }
  UNROLLED
  for (int r = 0; r < rows; r++)
    UNROLLED
    for (int p = 0; p < panels; p++) {
      VECTOR y = sum[r][p], added = {0};
      if (residual) {
        memcpy(&added, residual + r * g->residual_stride + 16 * p, bytes);
        y += added;
      }
      if (is_last && g->relu) y = RELU(y);
      memcpy(c + r * g->c_stride + 16 * p, &y, bytes);
    }
}

// Calls `sparse_sums` for all rows of a list and as many columns as `panels` wide blocks fit; for pairs, and a row that
// may be left.
#define SPARSE_COLUMNS(panels, room, width)                                                                   \
  for (; column + (room) <= g->n; column += 16 * (panels)) {                                                  \
    for (ptrdiff_t r = 0; r + 2 <= rows; r += 2)                                                              \
      SUFFIX(sparse_sums)(g, b, first + r, column, &lists, r / 2 * depth, lists.found[r / 2], is_first,       \
                          is_last, 2, panels, width);                                                         \
    if (rows & 1)                                                                                             \
      SUFFIX(sparse_sums)(g, b, first + rows - 1, column, &lists, rows / 2 * depth, lists.found[rows / 2],    \
                          is_first, is_last, 1, panels, width);                                               \
  }

TARGET static void SUFFIX(sparse_gemm)(const kernel_gemm *g) {
  SUFFIX(element_lists) lists;
  // Sums that a residual is still to be added to must not be written where it may lie.
  ptrdiff_t block = g->residual                ? SUFFIX(list_capacity)
                    : g->n <= SUFFIX(narrow) ? SUFFIX(narrow_depth)
                                             : SUFFIX(wide_depth);
  if (block > g->k) block = g->k > 0 ? g->k : 1;
  ptrdiff_t chunk = 2 * (SUFFIX(list_capacity) / block);
  for (ptrdiff_t top = 0; top < g->k; top += block) {
    ptrdiff_t depth = g->k - top < block ? g->k - top : block;
    bool is_first = top == 0, is_last = top + depth == g->k;
    const float *b = g->b + top * g->b_inner;
    SUFFIX(stretch) stretch = {g->a + top * g->a_inner, g->a_row, g->a_inner, depth};
    for (ptrdiff_t first = 0; first < g->m; first += chunk) {
      ptrdiff_t rows = g->m - first < chunk ? g->m - first : chunk, column = 0;
      for (ptrdiff_t r = 0; r < rows; r += 2)
        lists.found[r / 2] = SUFFIX(list_nonzero)(&stretch, first + r, r + 2 <= rows, r / 2 * depth, &lists);
      SPARSE_COLUMNS(SPARSE_PANELS, 16 * SPARSE_PANELS, 16)
      SPARSE_COLUMNS(1, 16, 16)
      SPARSE_COLUMNS(1, 1, g->n - column)
    }
  }
}
#undef SPARSE_COLUMNS
