// Functions of two elements. An operand with stride 0 is one number for the whole run.

enum { SUFFIX(run_block) = 256 };

// x[i * stride] for a block; a constant is spread into `spread`.
INLINE const float *SUFFIX(operand)(const float *x, ptrdiff_t stride, ptrdiff_t first, ptrdiff_t count,
                                    float *restrict spread) {
  if (stride) return x + first;
  for (ptrdiff_t i = 0; i < count; i++) spread[i] = *x;
  return spread;
}

// target[i * stride] += terms[i].
INLINE void SUFFIX(collect)(const float *restrict terms, ptrdiff_t stride, ptrdiff_t first, ptrdiff_t count,
                            float *restrict target) {
  if (stride) {
    for (ptrdiff_t i = 0; i < count; i++) target[first + i] += terms[i];
    return;
  }
  float lanes[16] = {0}, total = 0;
  ptrdiff_t whole = count & ~(ptrdiff_t)15;
  for (ptrdiff_t i = 0; i < whole; i += 16)
    for (int j = 0; j < 16; j++) lanes[j] += terms[i + j];
  for (int j = 0; j < 16; j++) total += lanes[j];
  for (ptrdiff_t i = whole; i < count; i++) total += terms[i];
  *target += total;
}

// Every combination: its name, value and its derivatives by the first operand x and the second operand z.
#define COMBINATIONS(F) \
  F(add, x + z, 1.0f, 1.0f) \
  F(subtract, x - z, 1.0f, -1.0f) \
  F(multiply, x *z, z, x) \
  F(larger, x >= z ? x : z, x >= z ? 1.0f : 0.0f, x >= z ? 0.0f : 1.0f) \
  F(smaller, x <= z ? x : z, x <= z ? 1.0f : 0.0f, x <= z ? 0.0f : 1.0f)

#define DEFINE_COMBINATION(name, value, by_first, by_second) \
  TARGET static void SUFFIX(name##_run)(const float *restrict xs, const float *restrict zs, ptrdiff_t count, \
                                        float *restrict y) { \
    for (ptrdiff_t i = 0; i < count; i++) { \
      float x = xs[i], z = zs[i]; \
      y[i] = value; \
    } \
  } \
  TARGET static void SUFFIX(name##_terms)(bool second, const float *restrict xs, const float *restrict zs, \
                                          const float *restrict dy, ptrdiff_t count, \
                                          float *restrict terms) { \
    for (ptrdiff_t i = 0; i < count && !second; i++) { \
      float x = xs[i], z = zs[i]; \
      (void)x, (void)z; \
      terms[i] = dy[i] * (by_first); \
    } \
    for (ptrdiff_t i = 0; i < count && second; i++) { \
      float x = xs[i], z = zs[i]; \
      (void)x, (void)z; \
      terms[i] = dy[i] * (by_second); \
    } \
  }
COMBINATIONS(DEFINE_COMBINATION)

TARGET static void SUFFIX(combine)(kernel_combination kind, const float *x, ptrdiff_t x_stride,
                                   const float *z, ptrdiff_t z_stride, ptrdiff_t count, float *y) {
  float x_spread[SUFFIX(run_block)], z_spread[SUFFIX(run_block)];
  ptrdiff_t block = x_stride && z_stride ? count : SUFFIX(run_block);
  for (ptrdiff_t first = 0; first < count; first += block) {
    ptrdiff_t size = count - first < block ? count - first : block;
    const float *xs = SUFFIX(operand)(x, x_stride, first, size, x_spread);
    const float *zs = SUFFIX(operand)(z, z_stride, first, size, z_spread);
    switch (kind) {
#define CASE(name, value, by_first, by_second) \
  case kernel_combination_##name: SUFFIX(name##_run)(xs, zs, size, y + first); break;
      COMBINATIONS(CASE)
#undef CASE
    }
  }
}

TARGET static void SUFFIX(combine_gradient)(kernel_combination kind, const float *x, ptrdiff_t x_stride,
                                            const float *z, ptrdiff_t z_stride, const float *dy,
                                            ptrdiff_t count, float *dx, float *dz) {
  float x_spread[SUFFIX(run_block)], z_spread[SUFFIX(run_block)], terms[SUFFIX(run_block)];
  for (ptrdiff_t first = 0; first < count; first += SUFFIX(run_block)) {
    ptrdiff_t size = count - first < SUFFIX(run_block) ? count - first : SUFFIX(run_block);
    const float *xs = SUFFIX(operand)(x, x_stride, first, size, x_spread);
    const float *zs = SUFFIX(operand)(z, z_stride, first, size, z_spread);
    for (int second = 0; second < 2; second++) {
      if (!(second ? dz : dx)) continue;
      switch (kind) {
#define CASE(name, value, by_first, by_second) \
  case kernel_combination_##name: SUFFIX(name##_terms)(second, xs, zs, dy + first, size, terms); break;
        COMBINATIONS(CASE)
#undef CASE
      }
      if (second) SUFFIX(collect)(terms, z_stride, first, size, dz);
      else SUFFIX(collect)(terms, x_stride, first, size, dx);
    }
  }
}

// y[i * y_stride] += scale * x[i * x_stride].
TARGET static void SUFFIX(accumulate)(const float *x, ptrdiff_t x_stride, float scale, ptrdiff_t count,
                                      float *y, ptrdiff_t y_stride) {
  float spread[SUFFIX(run_block)], terms[SUFFIX(run_block)];
  for (ptrdiff_t first = 0; first < count; first += SUFFIX(run_block)) {
    ptrdiff_t size = count - first < SUFFIX(run_block) ? count - first : SUFFIX(run_block);
    const float *xs = SUFFIX(operand)(x, x_stride, first, size, spread);
    for (ptrdiff_t i = 0; i < size; i++) terms[i] = scale * xs[i];
    SUFFIX(collect)(terms, y_stride, first, size, y);
  }
}
