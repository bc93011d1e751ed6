// The kernel transform of Winograd's minimal filtering, and the transposes of all three transforms: what training
// needs. With U = G g G^T, V = B^T x B and M = U V, the gradients are dM = A dy A^T, dU = dM V, dV = U dM, and back
// again.

// The factor of each point in G: one over the product of its distances from the other finite points.
INLINE float SUFFIX(winograd_factor)(const int points, const int point) {
  if (point == points - 1) return 1;
  const float factors[3][5] = {{1, 0.5f, 0.5f},
                               {0.5f, -0.5f, -1.0f / 6, 1.0f / 6},
                               {0.25f, -1.0f / 6, -1.0f / 6, 1.0f / 24, 1.0f / 24}};
  return factors[points - 4][point];
}

// The values of a polynomial of `count` coefficients at the points: one dimension of A y.
INLINE void SUFFIX(winograd_evaluate)(const VECTOR *c, const int points, const int count, VECTOR *y) {
  VECTOR even = count > 2 ? c[0] + c[2] : c[0], odd = count > 3 ? c[1] + c[3] : c[1];
  y[0] = c[0];
  y[1] = even + odd;
  y[2] = even - odd;
  if (points > 4) {
    VECTOR two = count > 2 ? c[0] + 4 * c[2] : c[0], odd_two = 2 * c[1];
    if (count > 3) odd_two += 8 * c[3];
    y[3] = two + odd_two;
    if (points > 5) y[4] = two - odd_two;
  }
  y[points - 1] = c[count - 1];
}

// One dimension of the kernel transform, G g, and of its transpose, G^T u.
INLINE void SUFFIX(winograd_taps)(const VECTOR *g, const int points, const int kernel, VECTOR *u) {
  SUFFIX(winograd_evaluate)(g, points, kernel, u);
  UNROLLED for (int i = 0; i < points - 1; i++) u[i] *= SUFFIX(winograd_factor)(points, i);
}

INLINE void SUFFIX(winograd_taps_adjoint)(const VECTOR *u, const int points, const int kernel, VECTOR *g) {
  VECTOR scaled[MOST_POINTS];
  UNROLLED for (int i = 0; i < points; i++) scaled[i] = u[i] * SUFFIX(winograd_factor)(points, i);
  SUFFIX(winograd_collect)(scaled, points, kernel, g);
}

// One dimension of the transpose of the input transform, B v.
INLINE void SUFFIX(winograd_window_adjoint)(const VECTOR *v, const int points, VECTOR *x) {
  if (points == 4) {
    x[0] = v[0];
    x[1] = (v[1] - v[2]) - v[3];
    x[2] = (v[1] + v[2]) - v[0];
    x[3] = v[3];
  } else if (points == 5) {
    x[0] = 2 * v[0];
    x[1] = 2 * (v[2] - v[1] + v[4]) - (v[0] + v[3]);
    x[2] = -2 * v[0] - 3 * v[2] - (v[1] + v[4]);
    x[3] = (v[0] + v[1]) + (v[2] + v[3]) - 2 * v[4];
    x[4] = v[4];
  } else {
    VECTOR sum = v[1] + v[2], difference = v[1] - v[2], two = v[3] + v[4], odd_two = 2 * (v[3] - v[4]);
    x[0] = 4 * v[0];
    x[1] = 4 * (v[5] - difference) - odd_two;
    x[2] = -5 * v[0] - 4 * sum - two;
    x[3] = difference + odd_two - 5 * v[5];
    x[4] = v[0] + sum + two;
    x[5] = v[5];
  }
}

// Calls BODY for every channel of a block, the input, and 16 outputs from c on: `g` is where the first tap lies among
// the kernels [channels][kernel * stride][kernel * stride][outputs].
#define FOR_EACH_KERNEL(w, BODY)                                                \
  ptrdiff_t side = (w)->kernel * (w)->stride, outputs = (w)->outputs, input = 0; \
  for (ptrdiff_t i = 0; i < (w)->stride; i++)                                   \
    for (ptrdiff_t j = 0; j < (w)->stride; j++)                                 \
      for (ptrdiff_t channel = 0; channel < (w)->channels; channel++, input++)  \
        for (ptrdiff_t c = 0; c < outputs; c += 16) {                           \
          ptrdiff_t g = ((channel * side + i) * side + j) * outputs + c;        \
          BODY                                                                  \
        }

INLINE void SUFFIX(winograd_kernel_tile)(const float *restrict g, const kernel_winograd *w,
                                         float *restrict u, const int points, const int kernel) {
  ptrdiff_t right = w->stride * w->outputs, down = w->kernel * w->stride * right;
  ptrdiff_t plane = w->stride * w->stride * w->channels * w->outputs;
  VECTOR t[3][MOST_POINTS];
  UNROLLED for (int x = 0; x < kernel; x++) {
    VECTOR taps[3];
    UNROLLED for (int y = 0; y < kernel; y++) taps[y] = *(const VECTOR *)(g + y * down + x * right);
    SUFFIX(winograd_taps)(taps, points, kernel, t[x]);
  }
  UNROLLED for (int y = 0; y < points; y++) {
    VECTOR taps[3], r[MOST_POINTS];
    UNROLLED for (int x = 0; x < kernel; x++) taps[x] = t[x][y];
    SUFFIX(winograd_taps)(taps, points, kernel, r);
    UNROLLED for (int x = 0; x < points; x++) *(VECTOR *)(u + (y * points + x) * plane) = r[x];
  }
}

TARGET static void SUFFIX(winograd_kernel)(const float *kernels, const kernel_winograd *w,
                                           float *transformed) {
#define CALL(points, kernel) \
  FOR_EACH_KERNEL(w, {                                                                                  \
    ptrdiff_t u = c * (w)->stride * (w)->stride * (w)->channels + 16 * input;                           \
    SUFFIX(winograd_kernel_tile)(kernels + g, w, transformed + u, points, kernel);                      \
  })
  FOR_SIZES(w, CALL)
#undef CALL
}

INLINE void SUFFIX(winograd_kernel_adjoint_tile)(const float *restrict u, const kernel_winograd *w,
                                                 float *restrict g, const int points, const int kernel) {
  ptrdiff_t right = w->stride * w->outputs, down = w->kernel * w->stride * right;
  ptrdiff_t plane = w->stride * w->stride * w->channels * w->outputs;
  VECTOR t[MOST_POINTS][3];
  UNROLLED for (int x = 0; x < points; x++) {
    VECTOR v[MOST_POINTS];
    UNROLLED for (int y = 0; y < points; y++) v[y] = *(const VECTOR *)(u + (y * points + x) * plane);
    SUFFIX(winograd_taps_adjoint)(v, points, kernel, t[x]);
  }
  UNROLLED for (int y = 0; y < kernel; y++) {
    VECTOR v[MOST_POINTS], r[3];
    UNROLLED for (int x = 0; x < points; x++) v[x] = t[x][y];
    SUFFIX(winograd_taps_adjoint)(v, points, kernel, r);
    UNROLLED for (int x = 0; x < kernel; x++) *(VECTOR *)(g + y * down + x * right) = r[x];
  }
}

TARGET static void SUFFIX(winograd_kernel_adjoint)(const float *transformed, const kernel_winograd *w,
                                                   float *kernels) {
#define CALL(points, kernel) \
  FOR_EACH_KERNEL(w, {                                                                                  \
    ptrdiff_t u = input * outputs + c;                                                                  \
    SUFFIX(winograd_kernel_adjoint_tile)(transformed + u, w, kernels + g, points, kernel);              \
  })
  FOR_SIZES(w, CALL)
#undef CALL
}

INLINE void SUFFIX(winograd_output_adjoint_tile)(const float *image, const SUFFIX(winograd_place) *p,
                                                 float *restrict tile, const int points, const int count,
                                                 const bool is_whole) {
  const kernel_winograd *w = p->w;
  const float *corner =
      image + ((p->board * w->out_rows + p->row) * w->out_columns + p->column) * w->outputs + p->channel;
  ptrdiff_t right = w->outputs, down = w->out_columns * w->outputs;
  VECTOR t[4][MOST_POINTS];
  UNROLLED for (int x = 0; x < count; x++) {
    VECTOR d[4];
    UNROLLED for (int y = 0; y < count; y++) {
      bool inside = is_whole || SUFFIX(winograd_has)(p, y, x, w->out_rows, w->out_columns);
      d[y] = inside ? *(const VECTOR *)(corner + y * down + x * right) : (VECTOR){0};
    }
    SUFFIX(winograd_evaluate)(d, points, count, t[x]);
  }
  UNROLLED for (int y = 0; y < points; y++) {
    VECTOR d[4], r[MOST_POINTS];
    UNROLLED for (int x = 0; x < count; x++) d[x] = t[x][y];
    SUFFIX(winograd_evaluate)(d, points, count, r);
    UNROLLED for (int x = 0; x < points; x++)
        *(VECTOR *)(tile + (y * points + x) * w->output_plane) = r[x];
  }
}

INLINE void SUFFIX(winograd_output_adjoint_points)(const float *image, const kernel_winograd *w, float *tiles,
                                                   const int points, const int kernel) {
  const int count = points + 1 - kernel;
  FOR_EACH_TILE(w, 0, w->outputs, {
    if (SUFFIX(winograd_is_whole)(&place, count, w->out_rows, w->out_columns))
      SUFFIX(winograd_output_adjoint_tile)(image, &place, tiles + offset, points, count, true);
    else
      SUFFIX(winograd_output_adjoint_tile)(image, &place, tiles + offset, points, count, false);
  })
}

TARGET static void SUFFIX(winograd_output_adjoint)(const float *image, const kernel_winograd *w,
                                                   float *tiles) {
#define CALL(points, kernel) SUFFIX(winograd_output_adjoint_points)(image, w, tiles, points, kernel);
  FOR_SIZES(w, CALL)
#undef CALL
}

INLINE void SUFFIX(winograd_input_adjoint_tile)(const float *restrict tile,
                                                const SUFFIX(winograd_place) *p, float *image,
                                                const int points, const bool is_whole) {
  const kernel_winograd *w = p->w;
  ptrdiff_t rows = w->rows / w->stride, columns = w->columns / w->stride;
  ptrdiff_t right = w->stride * w->channels, down = w->stride * w->columns * w->channels;
  float *corner = image + SUFFIX(winograd_block)(p);
  VECTOR t[MOST_POINTS][MOST_POINTS];
  UNROLLED for (int x = 0; x < points; x++) {
    VECTOR v[MOST_POINTS];
    UNROLLED for (int y = 0; y < points; y++)
        v[y] = *(const VECTOR *)(tile + (y * points + x) * w->input_plane);
    SUFFIX(winograd_window_adjoint)(v, points, t[x]);
  }
  UNROLLED for (int y = 0; y < points; y++) {
    VECTOR v[MOST_POINTS], r[MOST_POINTS];
    UNROLLED for (int x = 0; x < points; x++) v[x] = t[x][y];
    SUFFIX(winograd_window_adjoint)(v, points, r);
    UNROLLED for (int x = 0; x < points; x++)
      if (is_whole || SUFFIX(winograd_has)(p, y, x, rows, columns))
        *(VECTOR *)(corner + y * down + x * right) += r[x];
  }
}

INLINE void SUFFIX(winograd_input_adjoint_points)(const float *tiles, const kernel_winograd *w, float *image,
                                                  const int points) {
  FOR_EACH_TILE(w, w->padding, w->stride * w->stride * w->channels, {
    bool is_whole = SUFFIX(winograd_is_whole)(&place, points, w->rows / w->stride, w->columns / w->stride);
    if (is_whole)
      SUFFIX(winograd_input_adjoint_tile)(tiles + offset, &place, image, points, true);
    else
      SUFFIX(winograd_input_adjoint_tile)(tiles + offset, &place, image, points, false);
  })
}

TARGET static void SUFFIX(winograd_input_adjoint)(const float *tiles, const kernel_winograd *w,
                                                  float *image) {
  switch (w->points) {
    case 4: return SUFFIX(winograd_input_adjoint_points)(tiles, w, image, 4);
    case 5: return SUFFIX(winograd_input_adjoint_points)(tiles, w, image, 5);
    default: return SUFFIX(winograd_input_adjoint_points)(tiles, w, image, 6);
  }
}
