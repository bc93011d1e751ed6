// A block of ROW_BLOCK x (16 * PANEL_BLOCK) results stays in registers: one broadcast element of a meets the
// vectors of one row of b's panels. Each row of the result depends on its own row of
// the input only, and always in the same order, whatever the other rows.

// Stores the first elements of a vector, as fast as so many can be.
INLINE void SUFFIX(store_first)(float *to, const VECTOR *y, ptrdiff_t count) {
#define STORE_CASE(length) \
  case length: memcpy(to, y, length * sizeof(float)); return;
  switch (count) {
    STORE_CASE(1)
    STORE_CASE(2)
    STORE_CASE(3)
    STORE_CASE(4)
    STORE_CASE(8)
    default: memcpy(to, y, (size_t)count * sizeof(float));
  }
#undef STORE_CASE
}

// The end of a block whose last panel is not whole. Not inlined, as otherwise all blocks carry it.
TARGET __attribute__((noinline)) static void SUFFIX(gemm_edge)(const kernel_gemm *g, ptrdiff_t row, ptrdiff_t column,
                                                               const VECTOR *sums, int rows, int panels) {
  for (int r = 0; r < rows; r++)
    for (int p = 0; p < panels; p++) {
      ptrdiff_t at = column + 16 * p;
      ptrdiff_t count = g->n - at < 16 ? g->n - at : 16;
      VECTOR y = sums[r * panels + p], added = {0};
      if (g->residual) memcpy(&added, g->residual + (row + r) * g->residual_stride + at, (size_t)count * sizeof(float));
      y += added;
      if (g->relu) y = RELU(y);
      SUFFIX(store_first)(g->c + (row + r) * g->c_stride + at, &y, count);
    }
}

// Rows that one register addresses: as a base, and a step from it once or twice.
#define ROWS_AT 3
#define ROW_BASES ((ROW_BLOCK + ROWS_AT - 1) / ROWS_AT)

// Adds the products of one element of each row of a with one row of b's panels; the first block of rows fetches the same
// row of the next panels ahead.
INLINE void SUFFIX(gemm_step)(const float *const *a, ptrdiff_t a_row, ptrdiff_t at, const float *b, ptrdiff_t b_panel,
                              VECTOR sum[][PANEL_BLOCK], const int rows, const int panels, const bool is_first) {
  VECTOR weight[PANEL_BLOCK];
  if (is_first)
    UNROLLED
    for (int p = 0; p < panels; p++) __builtin_prefetch(b + (panels + p) * b_panel, 0, 2);
  UNROLLED
  for (int p = 0; p < panels; p++) weight[p] = *(const VECTOR *)(b + p * b_panel);
  UNROLLED
  for (int r = 0; r < rows; r++) {
    // Less zero is nothing to do, where plus zero would be: -0 + 0 is 0.
    VECTOR input = a[r / ROWS_AT][r % ROWS_AT * a_row + at] - (VECTOR){0};
    UNROLLED
    for (int p = 0; p < panels; p++) sum[r][p] = MULTIPLY_ADD(input, weight[p], sum[r][p]);
  }
}

TARGET __attribute__((always_inline)) static inline void SUFFIX(gemm_block)(
    const kernel_gemm *g, ptrdiff_t row, ptrdiff_t column, const int rows, const int panels, const bool is_first) {
  VECTOR sum[ROW_BLOCK][PANEL_BLOCK];
  ptrdiff_t k = g->k, a_row = g->a_row, a_inner = g->a_inner, b_inner = g->b_inner, b_panel = g->b_panel;
  const float *a[ROW_BASES];
  const float *b = g->b + column / 16 * b_panel;
  const int bases = (rows + ROWS_AT - 1) / ROWS_AT;
  UNROLLED
  for (int i = 0; i < bases; i++) {
    a[i] = g->a + (row + ROWS_AT * i) * a_row;
    OPAQUE(a[i]);
  }
  UNROLLED
  for (int r = 0; r < rows; r++)
    UNROLLED
    for (int p = 0; p < panels; p++)
      sum[r][p] = g->bias ? *(const VECTOR *)(g->bias + column + 16 * p) : (VECTOR){0};
  // What this block is added to lies far apart in memory, and is fetched ahead.
  if (g->residual)
    UNROLLED
    for (int r = 0; r < rows; r++)
      UNROLLED
      for (int p = 0; p < panels; p++)
        __builtin_prefetch(g->residual + (row + r) * g->residual_stride + column + 16 * p);
  ptrdiff_t i = 0;
  if (a_inner == 1)
    for (; i + 4 <= k; i += 4) {
      UNROLLED
      for (int j = 0; j < 4; j++, b += b_inner)
        SUFFIX(gemm_step)(a, a_row, j, b, b_panel, sum, rows, panels, is_first);
      UNROLLED
      for (int j = 0; j < bases; j++) {
        a[j] += 4;
        OPAQUE(a[j]);
      }
    }
  for (; i < k; i++, b += b_inner) {
    SUFFIX(gemm_step)(a, a_row, 0, b, b_panel, sum, rows, panels, is_first);
    UNROLLED
    for (int j = 0; j < bases; j++) a[j] += a_inner;
  }
  if (column + 16 * panels > g->n) {
    VECTOR edge[ROW_BLOCK * PANEL_BLOCK];
    UNROLLED
    for (int r = 0; r < rows; r++)
      UNROLLED
      for (int p = 0; p < panels; p++) edge[r * panels + p] = sum[r][p];
    return SUFFIX(gemm_edge)(g, row, column, edge, rows, panels);
  }
  UNROLLED
  for (int r = 0; r < rows; r++)
    UNROLLED
    for (int p = 0; p < panels; p++) {
      VECTOR y = sum[r][p];
      ptrdiff_t at = column + 16 * p;
      if (g->residual) y += *(const VECTOR *)(g->residual + (row + r) * g->residual_stride + at);
      if (g->relu) y = RELU(y);
      *(VECTOR *)(g->c + (row + r) * g->c_stride + at) = y;
    }
}

// The rows that are left, fewer than a block.
#define ROW_CASE(count)                                                                       \
  case count: {                                                                               \
    const int rows = count < ROW_BLOCK ? count : 0;                                           \
    if (rows == 0) break;                                                                     \
    if (row == 0)                                                                             \
      SUFFIX(gemm_block)(g, row, column, rows, panels, true);                                 \
    else                                                                                      \
      SUFFIX(gemm_block)(g, row, column, rows, panels, false);                                \
    break;                                                                                    \
  }

TARGET __attribute__((always_inline)) static inline void SUFFIX(gemm_panels)(const kernel_gemm *g,
                                                                             ptrdiff_t column,
                                                                             const int panels) {
  ptrdiff_t row = 0;
  if (g->m >= ROW_BLOCK) {
    SUFFIX(gemm_block)(g, 0, column, ROW_BLOCK, panels, true);
    for (row = ROW_BLOCK; row + ROW_BLOCK <= g->m; row += ROW_BLOCK)
      SUFFIX(gemm_block)(g, row, column, ROW_BLOCK, panels, false);
  }
  switch (g->m - row) {
    ROW_CASE(1)
    ROW_CASE(2)
    ROW_CASE(3)
    ROW_CASE(4)
    ROW_CASE(5)
    ROW_CASE(6)
    ROW_CASE(7)
    ROW_CASE(8)
    ROW_CASE(9)
    ROW_CASE(10)
    ROW_CASE(11)
  }
}
#undef ROW_CASE

TARGET static void SUFFIX(gemm)(const kernel_gemm *g) {
  ptrdiff_t column = 0;
  for (; column + 16 * (PANEL_BLOCK - 1) < g->n; column += 16 * PANEL_BLOCK)
    SUFFIX(gemm_panels)(g, column, PANEL_BLOCK);
  for (; column < g->n; column += 16) SUFFIX(gemm_panels)(g, column, 1);
}
