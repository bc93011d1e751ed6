// Functions of one element, with their first and second derivatives. They are branchless polynomials rather
// than calls of the C library, so that the compiler vectorises them and every instruction set gives the same
// bits. Errors are a few units in the last place.

INLINE float SUFFIX(from_bits)(int32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

INLINE int32_t SUFFIX(to_bits)(float x) {
  int32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

// e^x by Cephes's expf: x = n ln 2 + r with |r| <= ln 2 / 2. The power of two is applied in two halves, so
// that results may be subnormal or infinite.
INLINE float SUFFIX(exp1)(float x) {
  x = x > 89 ? 89 : x;
  x = x < -104 ? -104 : x;
  float shifted = x * 1.44269504088896341f + 12582912.0f;  // 1.5 * 2^23 rounds to an integer
  float n = shifted - 12582912.0f;
  float r = x - n * 0.693359375f - n * -2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  int32_t whole = SUFFIX(to_bits)(shifted) - 0x4B400000, half = whole >> 1;
  // An invalid x leaves invalid bits in `whole`; the product is invalid whatever they are.
  half = half < -80 ? -80 : half > 80 ? 80 : half;
  int32_t rest = whole - half;
  rest = rest < -80 ? -80 : rest > 80 ? 80 : rest;
  return p * SUFFIX(from_bits)((half + 127) << 23) * SUFFIX(from_bits)((rest + 127) << 23);
}

// ln x by Cephes's logf: x = m 2^e with sqrt(1/2) <= m < sqrt(2).
INLINE float SUFFIX(log1)(float x) {
  float scaled = x < 1.17549435e-38f ? x * 8388608.0f : x;
  int32_t bits = SUFFIX(to_bits)(scaled);
  float e = (float)((bits >> 23) - 126) - (x < 1.17549435e-38f ? 23.0f : 0.0f);
  float m = SUFFIX(from_bits)((bits & 0x007FFFFF) | 0x3F000000);
  float small = m < 0.707106781186547524f ? 1.0f : 0.0f;
  e -= small;
  m = m + small * m - 1.0f;
  float z = m * m;
  float p = 7.0376836292e-2f;
  p = p * m - 1.1514610310e-1f;
  p = p * m + 1.1676998740e-1f;
  p = p * m - 1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f;
  p = p * m - 1.6668057665e-1f;
  p = p * m + 2.0000714765e-1f;
  p = p * m - 2.4999993993e-1f;
  p = p * m + 3.3333331174e-1f;
  float y = m + (p * m * z + e * -2.12194440e-4f - 0.5f * z) + e * 0.693359375f;
  y = x > 3.40282347e38f ? x : y;
  y = x == 0 ? -INFINITY : y;
  return x >= 0 ? y : NAN;
}

INLINE float SUFFIX(abs1)(float x) { return SUFFIX(from_bits)(SUFFIX(to_bits)(x) & 0x7FFFFFFF); }

// tanh by Cephes's tanhf.
INLINE float SUFFIX(tanh1)(float x) {
  float size = SUFFIX(abs1)(x), z = x * x;
  float p = -5.70498872745e-3f;
  p = p * z + 2.06390887954e-2f;
  p = p * z - 5.37397155531e-2f;
  p = p * z + 1.33314422036e-1f;
  p = p * z - 3.33332819422e-1f;
  float near = p * z * x + x;
  float far = 1.0f - 2.0f / (SUFFIX(exp1)(2.0f * size) + 1.0f);
  far = x < 0 ? -far : far;
  return size < 0.625f ? near : far;
}

INLINE float SUFFIX(sigmoid1)(float x) { return 1.0f / (1.0f + SUFFIX(exp1)(-x)); }

// ln(1 + x) of an x from 0 to 1: what the sum has lost is made up for (Goldberg 1991).
INLINE float SUFFIX(log_of_one_plus1)(float x) {
  float sum = 1.0f + x, y = SUFFIX(log1)(sum) * (x / (sum - 1.0f));
  return sum == 1.0f ? x : y;
}

// e^x - 1, by tanh, which is exact near 0.
INLINE float SUFFIX(exp_less_one1)(float x) { return SUFFIX(tanh1)(0.5f * x) * (SUFFIX(exp1)(x) + 1.0f); }

// ln(1 + e^x); x itself above 20, as in PyTorch.
INLINE float SUFFIX(softplus1)(float x) {
  float y = (x > 0 ? x : 0) + SUFFIX(log_of_one_plus1)(SUFFIX(exp1)(-SUFFIX(abs1)(x)));
  return x > 20 ? x : y;
}

// erf, a rational function of odd degree 13 over even degree 8 on [-4, 4] (as in Eigen).
INLINE float SUFFIX(erf1)(float x) {
  x = x > 4 ? 4 : x < -4 ? -4 : x;
  float z = x * x;
  float p = -2.72614225801306e-10f;
  p = p * z + 2.77068142495902e-08f;
  p = p * z - 2.10102402082508e-06f;
  p = p * z - 5.69250639462346e-05f;
  p = p * z - 7.34990630326855e-04f;
  p = p * z - 2.95459980854025e-03f;
  p = p * z - 1.60960333262415e-02f;
  float q = -1.45660718464996e-05f;
  q = q * z - 2.13374055278905e-04f;
  q = q * z - 1.68282697438203e-03f;
  q = q * z - 7.37332916720468e-03f;
  q = q * z - 1.42647390514189e-02f;
  return x * p / q;
}

// The density and distribution function of the standard normal.
INLINE float SUFFIX(density1)(float x) { return 0.398942280401432678f * SUFFIX(exp1)(-0.5f * x * x); }
INLINE float SUFFIX(normal1)(float x) { return 0.5f + 0.5f * SUFFIX(erf1)(x * 0.707106781186547524f); }

// The inner function of the GELU by tanh: u, u' and u''.
INLINE float SUFFIX(gelu_u)(float x) { return 0.797884560802865356f * (x + 0.044715f * x * x * x); }
INLINE float SUFFIX(gelu_du)(float x) { return 0.797884560802865356f * (1 + 0.134145f * x * x); }
INLINE float SUFFIX(gelu_ddu)(float x) { return 0.797884560802865356f * 0.26829f * x; }

// Every function: its name, value f(x), slope f'(x) and curvature f''(x). `a` and `b` are its parameters and
// y = f(x).
#define TANH SUFFIX(tanh1)
#define EXP SUFFIX(exp1)
#define SIGMOID SUFFIX(sigmoid1)
#define ABS SUFFIX(abs1)
#define SOFTPLUS SUFFIX(softplus1)
#define FUNCTIONS(F) \
  F(linear, a * x + b, a, 0.0f) \
  F(relu, x < 0 ? 0.0f : x, y > 0 ? 1.0f : 0.0f, 0.0f) \
  F(leaky_relu, x > 0 ? x : a * x, x > 0 ? 1.0f : a, 0.0f) \
  F(relu6, x < 0 ? 0.0f : x > 6 ? 6.0f : x, ((x > 0) & (x < 6)) ? 1.0f : 0.0f, 0.0f) \
  F(clamp, x < a ? a : x > b ? b : x, ((x >= a) & (x <= b)) ? 1.0f : 0.0f, 0.0f) \
  F(elu, x > 0 ? x : a * SUFFIX(exp_less_one1)(x), x > 0 ? 1.0f : a * EXP(x), x > 0 ? 0.0f : a * EXP(x)) \
  F(absolute, ABS(x), x > 0 ? 1.0f : x < 0 ? -1.0f : 0.0f, 0.0f) \
  F(square, x * x, 2 * x, 2.0f) \
  F(square_root, __builtin_elementwise_sqrt(x), 0.5f / y, -0.25f / (x * y)) \
  F(reciprocal, 1 / x, -y * y, 2 * y * y * y) \
  F(exp, EXP(x), y, y) \
  F(log, SUFFIX(log1)(x), 1 / x, -1 / (x * x)) \
  F(tanh, TANH(x), 1 - y * y, -2 * y * (1 - y * y)) \
  F(sigmoid, SIGMOID(x), y * (1 - y), y * (1 - y) * (1 - 2 * y)) \
  F(log_sigmoid, -SOFTPLUS(-x), SIGMOID(-x), -SIGMOID(x) * SIGMOID(-x)) \
  F(softplus, SOFTPLUS(x), SIGMOID(x), SIGMOID(x) * SIGMOID(-x)) \
  F(softsign, x / (1 + ABS(x)), 1 / ((1 + ABS(x)) * (1 + ABS(x))), \
    (x < 0 ? 2 : -2) / ((1 + ABS(x)) * (1 + ABS(x)) * (1 + ABS(x)))) \
  F(hard_swish, x <= -3 ? 0.0f : x >= 3 ? x : x * (x + 3) / 6, \
    x <= -3 ? 0.0f : x >= 3 ? 1.0f : x / 3 + 0.5f, \
    ((x <= -3) | (x >= 3)) ? 0.0f : 1 / 3.0f) \
  F(silu, x * SIGMOID(x), SIGMOID(x) * (1 + x * SIGMOID(-x)), \
    SIGMOID(x) * SIGMOID(-x) * (2 + x * (1 - 2 * SIGMOID(x)))) \
  F(gelu, x * SUFFIX(normal1)(x), SUFFIX(normal1)(x) + x * SUFFIX(density1)(x), \
    (2 - x * x) * SUFFIX(density1)(x)) \
  F(gelu_tanh, 0.5f * x * (1 + TANH(SUFFIX(gelu_u)(x))), SUFFIX(gelu_slope)(x), SUFFIX(gelu_curvature)(x)) \
  F(mish, x * TANH(SOFTPLUS(x)), SUFFIX(mish_slope)(x), SUFFIX(mish_curvature)(x)) \
  F(huber, ABS(x) <= a ? 0.5f * x * x : a * (ABS(x) - 0.5f * a), x < -a ? -a : x > a ? a : x, \
    ABS(x) <= a ? 1.0f : 0.0f)

INLINE float SUFFIX(gelu_slope)(float x) {
  float t = TANH(SUFFIX(gelu_u)(x));
  return 0.5f * (1 + t) + 0.5f * x * (1 - t * t) * SUFFIX(gelu_du)(x);
}

INLINE float SUFFIX(gelu_curvature)(float x) {
  float t = TANH(SUFFIX(gelu_u)(x)), du = SUFFIX(gelu_du)(x);
  return (1 - t * t) * (du + 0.5f * x * (SUFFIX(gelu_ddu)(x) - 2 * t * du * du));
}

INLINE float SUFFIX(mish_slope)(float x) {
  float t = TANH(SOFTPLUS(x));
  return t + x * (1 - t * t) * SIGMOID(x);
}

INLINE float SUFFIX(mish_curvature)(float x) {
  float t = TANH(SOFTPLUS(x)), s = SIGMOID(x);
  return (1 - t * t) * s * (2 + x * (SIGMOID(-x) - 2 * t * s));
}

// The three loops of each function.
#define DEFINE_LOOPS(name, value, slope, curvature) \
  TARGET static void SUFFIX(name##_value)(float a, float b, const float *restrict xs, ptrdiff_t count, \
                                          float *restrict ys) { \
    (void)a, (void)b; \
    for (ptrdiff_t i = 0; i < count; i++) { \
      float x = xs[i]; \
      ys[i] = value; \
    } \
  } \
  TARGET static void SUFFIX(name##_gradient)(float a, float b, const float *restrict xs, \
                                             const float *restrict ys, const float *restrict dy, \
                                             ptrdiff_t count, bool adding, float *restrict dx) { \
    (void)a, (void)b; \
    for (ptrdiff_t i = 0; i < count; i++) { \
      float x = xs[i], y = ys[i]; \
      (void)x, (void)y; \
      dx[i] = dy[i] * (slope) + (adding ? dx[i] : 0); \
    } \
  } \
  TARGET static void SUFFIX(name##_second)(float a, float b, const float *restrict xs, \
                                           const float *restrict ys, const float *restrict dy, \
                                           ptrdiff_t count, bool adding, float *restrict dx) { \
    (void)a, (void)b; \
    for (ptrdiff_t i = 0; i < count; i++) { \
      float x = xs[i], y = ys[i]; \
      (void)x, (void)y; \
      dx[i] = dy[i] * (curvature) + (adding ? dx[i] : 0); \
    } \
  }
FUNCTIONS(DEFINE_LOOPS)

TARGET static void SUFFIX(apply)(kernel_function function, float a, float b, const float *x, ptrdiff_t count,
                                 float *y) {
  switch (function) {
#define CASE(name, value, slope, curvature) \
  case kernel_function_##name: return SUFFIX(name##_value)(a, b, x, count, y);
    FUNCTIONS(CASE)
#undef CASE
  }
}

TARGET static void SUFFIX(apply_gradient)(kernel_function function, int order, float a, float b,
                                          const float *x, const float *y, const float *dy, ptrdiff_t count,
                                          bool adding, float *dx) {
  switch (function) {
#define CASE(name, value, slope, curvature) \
  case kernel_function_##name: \
    return order == 1 ? SUFFIX(name##_gradient)(a, b, x, y, dy, count, adding, dx) \
                      : SUFFIX(name##_second)(a, b, x, y, dy, count, adding, dx);
    FUNCTIONS(CASE)
#undef CASE
  }
}
