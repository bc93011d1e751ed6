// The kernel transform of F(3x3, 3x3), and the transposes of all three transforms: what training needs. With
// U = G g G^T, V = B^T x B and M = U V, the gradients are dM = A dy A^T, dU = dM V, dV = U dM, and back again.

// One dimension of the kernel transform, G g.
#define KERNEL_TRANSFORM(a, b, c, y0, y1, y2, y3, y4) \
  y0 = (a) * 0.5f;                                    \
  y1 = ((a) + (b) + (c)) * -0.5f;                     \
  y2 = ((a) - (b) + (c)) * (-1.0f / 6);               \
  y3 = ((a) + 2 * (b) + 4 * (c)) * (1.0f / 6);        \
  y4 = (c);

// G^T u.
#define KERNEL_ADJOINT(u0, u1, u2, u3, u4, a, b, c)                        \
  a = ((u0) - (u1)) * 0.5f + ((u3) - (u2)) * (1.0f / 6);                   \
  b = (u1) * -0.5f + (u2) * (1.0f / 6) + (u3) * (1.0f / 3);                \
  c = (u1) * -0.5f - (u2) * (1.0f / 6) + (u3) * (2.0f / 3) + (u4);

// A y.
#define OUTPUT_ADJOINT(y0, y1, y2, m0, m1, m2, m3, m4) \
  m0 = y0;                                             \
  m1 = (y0 + y2) + y1;                                 \
  m2 = (y0 + y2) - y1;                                 \
  m3 = y0 + 2 * y1 + 4 * y2;                           \
  m4 = y2;

// B v.
#define INPUT_ADJOINT(v0, v1, v2, v3, v4, x0, x1, x2, x3, x4) \
  x0 = 2 * v0;                                                \
  x1 = 2 * (v2 - v1 + v4) - (v0 + v3);                        \
  x2 = -2 * v0 - 3 * v2 - (v1 + v4);                          \
  x3 = (v0 + v1) + (v2 + v3) - 2 * v4;                        \
  x4 = v4;

TARGET static void SUFFIX(winograd_kernel)(const float *restrict kernels, ptrdiff_t inputs, ptrdiff_t outputs,
                                           float *restrict transformed) {
  ptrdiff_t plane = inputs * outputs;
  for (ptrdiff_t input = 0; input < inputs; input++)
    for (ptrdiff_t c = 0; c < outputs; c += 16) {
      const float *g = kernels + input * 9 * outputs + c;
      float *u = transformed + input * outputs + c;
      VECTOR t[5][3];
#pragma clang loop unroll(full)
      for (int x = 0; x < 3; x++) {
        VECTOR a = *(const VECTOR *)(g + x * outputs), b = *(const VECTOR *)(g + (3 + x) * outputs),
               d = *(const VECTOR *)(g + (6 + x) * outputs);
        KERNEL_TRANSFORM(a, b, d, t[0][x], t[1][x], t[2][x], t[3][x], t[4][x])
      }
#pragma clang loop unroll(full)
      for (int y = 0; y < 5; y++) {
        VECTOR r[5];
        KERNEL_TRANSFORM(t[y][0], t[y][1], t[y][2], r[0], r[1], r[2], r[3], r[4])
#pragma clang loop unroll(full)
        for (int x = 0; x < 5; x++) *(VECTOR *)(u + (y * 5 + x) * plane) = r[x];
      }
    }
}

TARGET static void SUFFIX(winograd_kernel_adjoint)(const float *restrict transformed, ptrdiff_t inputs,
                                                   ptrdiff_t outputs, float *restrict kernels) {
  ptrdiff_t plane = inputs * outputs;
  for (ptrdiff_t input = 0; input < inputs; input++)
    for (ptrdiff_t c = 0; c < outputs; c += 16) {
      const float *u = transformed + input * outputs + c;
      float *g = kernels + input * 9 * outputs + c;
      VECTOR t[3][5];
#pragma clang loop unroll(full)
      for (int x = 0; x < 5; x++) {
        VECTOR v[5];
#pragma clang loop unroll(full)
        for (int y = 0; y < 5; y++) v[y] = *(const VECTOR *)(u + (y * 5 + x) * plane);
        KERNEL_ADJOINT(v[0], v[1], v[2], v[3], v[4], t[0][x], t[1][x], t[2][x])
      }
#pragma clang loop unroll(full)
      for (int y = 0; y < 3; y++) {
        VECTOR r[3];
        KERNEL_ADJOINT(t[y][0], t[y][1], t[y][2], t[y][3], t[y][4], r[0], r[1], r[2])
#pragma clang loop unroll(full)
        for (int x = 0; x < 3; x++) *(VECTOR *)(g + (y * 3 + x) * outputs) = r[x];
      }
    }
}

TARGET static void SUFFIX(winograd_output_adjoint)(const float *restrict image, kernel_window w,
                                                   float *restrict tiles) {
  FOR_EACH_TILE {
    VECTOR t[5][3];
#pragma clang loop unroll(full)
    for (int x = 0; x < 3; x++) {
      VECTOR d[3];
#pragma clang loop unroll(full)
      for (int y = 0; y < 3; y++) {
        ptrdiff_t row = 3 * i + y, column = 3 * j + x;
        const float *source = image + ((board * w.rows + row) * w.columns + column) * channels + c;
        d[y] = row < w.rows && column < w.columns ? *(const VECTOR *)source : (VECTOR){0};
      }
      OUTPUT_ADJOINT(d[0], d[1], d[2], t[0][x], t[1][x], t[2][x], t[3][x], t[4][x])
    }
#pragma clang loop unroll(full)
    for (int y = 0; y < 5; y++) {
      VECTOR r[5];
      OUTPUT_ADJOINT(t[y][0], t[y][1], t[y][2], r[0], r[1], r[2], r[3], r[4])
#pragma clang loop unroll(full)
      for (int x = 0; x < 5; x++) *(VECTOR *)(tiles + (y * 5 + x) * plane + c) = r[x];
    }
  }
}

TARGET static void SUFFIX(winograd_input_adjoint)(const float *restrict tiles, kernel_window w,
                                                  float *restrict image) {
  FOR_EACH_TILE {
    VECTOR t[5][5];
#pragma clang loop unroll(full)
    for (int x = 0; x < 5; x++) {
      VECTOR v[5];
#pragma clang loop unroll(full)
      for (int y = 0; y < 5; y++) v[y] = *(const VECTOR *)(tiles + (y * 5 + x) * plane + c);
      INPUT_ADJOINT(v[0], v[1], v[2], v[3], v[4], t[0][x], t[1][x], t[2][x], t[3][x], t[4][x])
    }
#pragma clang loop unroll(full)
    for (int y = 0; y < 5; y++) {
      VECTOR r[5];
      ptrdiff_t row = 3 * i + y - 1;
      if (row < 0 || row >= w.rows) continue;
      INPUT_ADJOINT(t[y][0], t[y][1], t[y][2], t[y][3], t[y][4], r[0], r[1], r[2], r[3], r[4])
#pragma clang loop unroll(full)
      for (int x = 0; x < 5; x++) {
        ptrdiff_t column = 3 * j + x - 1;
        if (column < 0 || column >= w.columns) continue;
        VECTOR *target =
            (VECTOR *)(image + ((board * w.rows + row) * w.columns + column) * channels + c);
        *target += r[x];
      }
    }
  }
}
