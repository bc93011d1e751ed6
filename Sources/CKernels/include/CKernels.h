#pragma once
#include <stdbool.h>
#include <stddef.h>

// Every kernel works on 32-bit floats. All of them exist once per instruction set, compiled from the same
// source (kernels.h), and are reached through one table that is chosen when the program starts.
// Matrices are row-major; "strides" are in floats.

/// c[m, n] = activation(a[m, k] b[k, n] + bias[n] + residual[m, n]); b is packed into panels of 16 columns,
/// [ceil(n / 16)][k][16] with zeros beyond n, and bias (may be null) is padded to whole panels.
typedef struct {
  const float *a;
  const float *b;
  const float *bias;
  const float *residual;  // may be null
  float *c;
  ptrdiff_t a_stride, residual_stride, c_stride;
  ptrdiff_t m, n, k;
  bool relu;
} kernel_gemm;

/// The geometry of a stride-one convolution over channels-last images [boards, rows, columns, channels].
typedef struct {
  ptrdiff_t boards, rows, columns, channels;
  ptrdiff_t kernel_rows, kernel_columns, padding;
} kernel_window;

/// One optimiser step over a run of parameters; the gradient is multiplied by `gradient_scale` first.
typedef struct {
  float *parameter;
  const float *gradient;
  float *first;   // momentum, or the running mean of gradients
  float *second;  // the running mean of squared gradients
  ptrdiff_t count;
  float gradient_scale, learning_rate, weight_decay, epsilon;
  float first_rate, second_rate;              // momentum or beta1; alpha or beta2
  float first_correction, second_correction;  // Adam: 1 / (1 - beta1^t), 1 / sqrt(1 - beta2^t)
} kernel_step;

typedef struct {
  const char *name;
  void (*gemm)(const kernel_gemm *);
  /// Writes [boards, out rows, out columns][kernel rows, kernel columns, channels]; outside the image is 0.
  void (*im2col)(const float *image, kernel_window, float *columns);
  /// Input transform of Winograd's F(3x3, 3x3) with padding 1: [25][tiles][channels].
  void (*winograd_input)(const float *image, kernel_window, float *tiles);
  /// Output transform: image = activation(transformed tiles + bias + residual).
  void (*winograd_output)(const float *tiles, kernel_window, const float *bias, const float *residual,
                          bool relu, float *image);

  /// Every row of y[rows, columns] becomes bias.
  void (*fill_rows)(float *y, const float *bias, ptrdiff_t rows, ptrdiff_t columns);
  /// sums[columns] += the column sums of x[rows, columns].
  void (*add_column_sums)(const float *x, ptrdiff_t rows, ptrdiff_t columns, float *sums);
  /// Mean and biased variance of every column of x[rows, columns].
  void (*column_moments)(const float *x, ptrdiff_t rows, ptrdiff_t columns, float *mean, float *variance);
  /// y = x * scale + shift, per column.
  void (*affine_columns)(const float *x, const float *scale, const float *shift, ptrdiff_t rows,
                         ptrdiff_t columns, float *y);
  /// shift_gradient += sum dy; scale_gradient += sum dy * (x - mean) * inverse_deviation; per column.
  void (*normalise_gradients)(const float *x, const float *dy, const float *mean,
                              const float *inverse_deviation, ptrdiff_t rows, ptrdiff_t columns,
                              float *scale_gradient, float *shift_gradient);
  /// dx += dy * a + x * b + c, per column.
  void (*add_affine_pair)(const float *x, const float *dy, const float *a, const float *b, const float *c,
                          ptrdiff_t rows, ptrdiff_t columns, float *dx);

  void (*relu)(const float *x, ptrdiff_t count, float *y);
  /// dx += dy where y > 0.
  void (*relu_gradient)(const float *y, const float *dy, ptrdiff_t count, float *dx);
  /// dx += dy * (1 - y * y).
  void (*tanh_gradient)(const float *y, const float *dy, ptrdiff_t count, float *dx);
  void (*add)(const float *a, const float *b, ptrdiff_t count, float *y);
  /// y += scale * x.
  void (*add_scaled)(const float *x, float scale, ptrdiff_t count, float *y);
  double (*sum_of_squares)(const float *x, ptrdiff_t count);

  void (*sgd)(const kernel_step *, bool nesterov);  // first may be null: no momentum
  void (*adam)(const kernel_step *, bool decoupled_decay);
  void (*rmsprop)(const kernel_step *);  // first may be null: not centred
} kernel_table;

/// The tables. Null where the compiler or the processor lacks the instruction set.
const kernel_table *kernel_table_scalar(void);
const kernel_table *kernel_table_avx2(void);
const kernel_table *kernel_table_avx512(void);
