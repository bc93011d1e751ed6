// Matrix products that skip the zeros of the left matrix, of which there are many behind a ReLU and in the gradient
// in front of one. A result takes in its terms in the same order as in `gemm`, so that both give the same bits
// (but for the sign of zeros), if b is finite.

enum {
  // Elements of the left matrix that are listed at a time.
  SUFFIX(list_capacity) = 4096,
  // Rows of b that go through all rows of the result at a time: 64 of up to 256 floats stay in the fastest cache,
  // wider ones in the next, where runs as long as they may be save most.
  SUFFIX(narrow) = 256,
  SUFFIX(narrow_depth) = 64,
  SUFFIX(wide_depth) = 128,
};

// Where the elements that are not zero lie in some rows of the left matrix, and what they are.
typedef struct {
  int32_t index[SUFFIX(list_capacity) + 16];
  float value[SUFFIX(list_capacity) + 16];
  ptrdiff_t found[SUFFIX(list_capacity)];
} SUFFIX(element_lists);

// Lists the elements of a row without a branch for each; returns how many they are. Writes up to a vector more.
TARGET static ptrdiff_t SUFFIX(list_nonzero)(const float *restrict a, ptrdiff_t stride, ptrdiff_t count,
                                             int32_t *restrict index, float *restrict value) {
  ptrdiff_t found = 0, i = 0;
#ifdef COMPRESS_NONZERO
  if (stride == 1)
    for (; i + 16 <= count; i += 16) found += COMPRESS_NONZERO(a + i, (int32_t)i, index + found, value + found);
#endif
  for (; i < count; i++) {
    float x = a[i * stride];
    index[found] = (int32_t)i;
    value[found] = x;
    found += x != 0;
  }
  return found;
}

// The part of one row's sums that some rows of b add to, in `panels` panels of columns of which the last may be
// `width` wide.
INLINE void SUFFIX(sparse_sums)(const kernel_gemm *g, const float *b, ptrdiff_t row, ptrdiff_t column,
                                const int32_t *restrict index, const float *restrict value, ptrdiff_t found,
                                bool is_first, bool is_last, const int panels, ptrdiff_t width) {
  VECTOR sum[SPARSE_PANELS];
  float *c = g->c + row * g->c_stride + column;
  const float *residual = is_last && g->residual ? g->residual + row * g->residual_stride + column : NULL;
  ptrdiff_t b_inner = g->b_inner, b_panel = g->b_panel;
  size_t bytes = (size_t)width * sizeof(float);
  b += column / 16 * b_panel;
#pragma clang loop unroll(full)
  for (int p = 0; p < panels; p++) {
    sum[p] = g->bias && is_first ? *(const VECTOR *)(g->bias + column + 16 * p) : (VECTOR){0};
    if (!is_first) memcpy(&sum[p], c + 16 * p, bytes);
  }
  for (ptrdiff_t i = 0; i < found; i++) {
    const float *from = b + index[i] * b_inner;
    VECTOR x = (VECTOR){0} + value[i];
#pragma clang loop unroll(full)
    for (int p = 0; p < panels; p++) sum[p] = MULTIPLY_ADD(x, *(const VECTOR *)(from + p * b_panel), sum[p]);
  }
#pragma clang loop unroll(full)
  for (int p = 0; p < panels; p++) {
    VECTOR y = sum[p], added = {0};
    if (residual) {
      memcpy(&added, residual + 16 * p, bytes);
      y += added;
    }
    if (is_last && g->relu) y = __builtin_elementwise_max(y, (VECTOR){0});
    memcpy(c + 16 * p, &y, bytes);
  }
}

// Calls `sparse_sums` for all rows of a list and as many columns as `panels` wide blocks fit.
#define SPARSE_COLUMNS(panels)                                                                             \
  for (; column + 16 * (panels) <= g->n; column += 16 * (panels))                                          \
    for (ptrdiff_t r = 0; r < rows; r++)                                                                   \
      SUFFIX(sparse_sums)(g, b, first + r, column, lists.index + r * depth, lists.value + r * depth,       \
                          lists.found[r], is_first, is_last, panels, 16);

TARGET static void SUFFIX(sparse_gemm)(const kernel_gemm *g) {
  SUFFIX(element_lists) lists;
  // Sums that a residual is still to be added to must not be written where it may lie.
  ptrdiff_t block = g->residual                ? SUFFIX(list_capacity)
                    : g->n <= SUFFIX(narrow) ? SUFFIX(narrow_depth)
                                             : SUFFIX(wide_depth);
  if (block > g->k) block = g->k > 0 ? g->k : 1;
  ptrdiff_t chunk = SUFFIX(list_capacity) / block;
  for (ptrdiff_t top = 0; top < g->k; top += block) {
    ptrdiff_t depth = g->k - top < block ? g->k - top : block;
    bool is_first = top == 0, is_last = top + depth == g->k;
    const float *b = g->b + top * g->b_inner;
    for (ptrdiff_t first = 0; first < g->m; first += chunk) {
      ptrdiff_t rows = g->m - first < chunk ? g->m - first : chunk, column = 0;
      for (ptrdiff_t r = 0; r < rows; r++)
        lists.found[r] = SUFFIX(list_nonzero)(g->a + (first + r) * g->a_row + top * g->a_inner, g->a_inner, depth,
                                              lists.index + r * depth, lists.value + r * depth);
      SPARSE_COLUMNS(SPARSE_PANELS)
      SPARSE_COLUMNS(SPARSE_PANELS / 2)
      SPARSE_COLUMNS(1)
      if (column < g->n)
        for (ptrdiff_t r = 0; r < rows; r++)
          SUFFIX(sparse_sums)(g, b, first + r, column, lists.index + r * depth, lists.value + r * depth,
                              lists.found[r], is_first, is_last, 1, g->n - column);
    }
  }
}
#undef SPARSE_COLUMNS
