#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Every kernel works on 32-bit floats. All of them exist once per instruction set, compiled from the same
// source (kernels.h), and are reached through one table that is chosen when the program starts.
// Matrices are row-major; "strides" are in floats.

/// c[m, n] = activation(a[m, k] b[k, n] + bias[n] + residual[m, n]), with
/// a[r, i] at a[r * a_row + i * a_inner] and b[i, 16 p + j] at b[i * b_inner + p * b_panel + j].
///
/// So a may be stored either way round, and b in rows of whole panels of 16 columns (b_inner = n, b_panel = 16)
/// or packed, [ceil(n / 16)][k][16] (b_inner = 16, b_panel = 16 k); whole panels are read, with anything finite
/// beyond n. Bias and residual may be null; bias is padded to whole panels; residual may be c itself.
typedef struct {
  const float *a;
  const float *b;
  const float *bias;
  const float *residual;
  float *c;
  ptrdiff_t a_row, a_inner, b_inner, b_panel, residual_stride, c_stride;
  ptrdiff_t m, n, k;
  bool relu;
} kernel_gemm;

/// The geometry of a stride-one convolution over channels-last images [boards, rows, columns, channels].
typedef struct {
  ptrdiff_t boards, rows, columns, channels;
  ptrdiff_t kernel_rows, kernel_columns, padding;
} kernel_window;

/// The geometry of a convolution by Winograd's minimal filtering over channels-last images [boards, rows, columns,
/// channels]. Where windows are `stride` pixels apart, stride x stride pixels are taken for one block with the
/// channels of them all, [stride][stride][channels]; then they are one block apart. A window of points x points
/// blocks gives (points + 1 - kernel)^2 results, for kernels of 2 x 2 (4 or 5 points) or 3 x 3 blocks (5 or 6).
/// stride x channels and outputs are in whole vectors of 16.
typedef struct {
  ptrdiff_t boards, rows, columns, channels, stride;
  ptrdiff_t out_rows, out_columns, outputs;
  ptrdiff_t kernel, points, padding;    // in blocks
  ptrdiff_t input_plane, output_plane;  // floats from one point's transformed tiles to the next one's
} kernel_winograd;

/// Sparse convolutions compute tiles of so many results of a row, and want the rows of an image, with padding up to
/// whole tiles, and as many times the kernel's row as there are rows of tiles, to have at most so many floats.
enum { kernel_sparse_tile = 8, kernel_sparse_floats = 16384 };

/// The geometry of windows over channels-last images [boards, rows, columns, channels].
typedef struct {
  ptrdiff_t boards, rows, columns, channels;
  ptrdiff_t out_rows, out_columns, kernel_rows, kernel_columns;
  ptrdiff_t stride_rows, stride_columns, padding_rows, padding_columns, dilation_rows, dilation_columns;
} kernel_patches;

/// Some channels at all points of one image; strides are in elements.
typedef struct {
  ptrdiff_t rows, columns, row_stride, point_stride, channels;
} kernel_points;

/// A function of one element with parameters a and b; functions.h says what each is.
typedef enum {
  kernel_function_linear,
  kernel_function_relu,
  kernel_function_leaky_relu,
  kernel_function_relu6,
  kernel_function_clamp,
  kernel_function_elu,
  kernel_function_absolute,
  kernel_function_square,
  kernel_function_square_root,
  kernel_function_reciprocal,
  kernel_function_exp,
  kernel_function_log,
  kernel_function_tanh,
  kernel_function_sigmoid,
  kernel_function_log_sigmoid,
  kernel_function_softplus,
  kernel_function_softsign,
  kernel_function_hard_swish,
  kernel_function_silu,
  kernel_function_gelu,
  kernel_function_gelu_tanh,
  kernel_function_mish,
  kernel_function_huber,
} kernel_function;

/// A function of two elements.
typedef enum {
  kernel_combination_add,
  kernel_combination_subtract,
  kernel_combination_multiply,
  kernel_combination_larger,
  kernel_combination_smaller,
} kernel_combination;

/// A tap of a 3x3 kernel: its number among nine, and how far the rows it reads lie behind those of each of two runs;
/// `continues` if the first run reads what the second one read at the tap before, which a pair's first tap never does.
typedef struct {
  int32_t weight, offsets[2];
  bool continues;
} kernel_flat_tap;

/// Two runs of 16 rows of a flat image that are computed together; `first_tap` and `tap_count` say from which taps.
typedef struct {
  int32_t rows[2];
  int32_t first_tap, tap_count;
} kernel_flat_pair;

/// A 3x3 convolution of stride one, padded with zeros, with products in bf16 and all else in f32, on flat images: planes
/// of 32 channels, each of which is `plane_rows` rows of 32 numbers. A row is a point of a board; rows that are none hold
/// zeros. Any arrangement will do in which 16 neighbouring rows have 16 neighbouring rows at each tap. Results are
/// computed for two such runs at a time, and written also for rows that are no points unless there is one pair only, in
/// which then all `rows` lie. `inputs` and `outputs` are multiples of 32. Either `output` or `floats` is null; what is
/// written must not overlap what is read. What is added to a later result is kept in `stream` before it is rounded, so that
/// a tower of residual blocks does not gather roundings. A result depends on the points at its taps alone, not on the
/// arrangement. A 1x1 convolution has one tap, which is the first of the nine that its weights have room for.
typedef struct {
  const uint16_t *input;    // [inputs / 32][plane_rows][32]
  const uint16_t *weights;  // [outputs / 32][weight_sets][inputs / 32][9][2][16 pairs of inputs][16 outputs][2]
  const float *bias;        // [outputs]
  const float *residual;    // laid out like `stream`; may be null
  uint16_t *output;         // [outputs / 32][plane_rows][32]
  float *stream;            // the result laid out like `output`, not rounded; may be null
  float *floats;            // [points and one more][float_channels], the first channels of the result
  const kernel_flat_pair *pairs;
  const kernel_flat_tap *taps;
  const int32_t *points;   // [plane_rows]: which point a row is; a number that no point has if it is none
  const int32_t *rows;     // [point_count]: which row a point is
  const int32_t *outside;  // rows that are no points
  ptrdiff_t pair_count, point_count;
  ptrdiff_t block;  // so many pairs are computed for all outputs, 32 at a time, before the next begin
  ptrdiff_t outside_count, plane_rows, inputs, outputs, weight_sets, float_channels;
  bool relu;
} kernel_flat_convolution;

/// Floats as a flat image, with zeros in the rows `outside`.
typedef struct {
  const float *floats;  // [points][channels], a multiple of 32
  uint16_t *flat;       // [channels / 32][plane_rows][32]
  const int32_t *rows;  // [points]: which row a point is
  const int32_t *outside;
  ptrdiff_t points, channels, outside_count, plane_rows;
} kernel_flat_input;

/// c[m, n] = a[m, k] b[k, n], or with `adding` c + that, with a and b in bf16 and sums in f32; m and n are multiples of
/// 16 and k is one of 32.
typedef struct {
  const uint16_t *a;
  const uint16_t *b;  // [n / 16][k / 32][16 pairs of k][16 columns][2]
  float *c;
  ptrdiff_t a_row, m, n, k, c_stride;  // in elements
  bool adding;
} kernel_tile_product;

/// Boards sixteen abreast as a flat image: [channels / 32][points and one of zeros][16 boards][32] halves, of which
/// `boards` are there; `channels` is a multiple of 32.
typedef struct {
  ptrdiff_t points, boards, channels;
} kernel_abreast;

/// masked = gradient + residual where y is positive and else 0; sums += that, products += that * (x - mean), per
/// channel. The residual may be null, and be `masked`.
typedef struct {
  const uint16_t *gradient, *residual, *y, *x;
  uint16_t *masked;
  const float *mean;
  float *sums, *products;
  kernel_abreast boards;
} kernel_abreast_mask;

/// The gradient of a 3x3 kernel that 32 boards give: c[9][inputs][outputs] += the sum over boards and points of
/// a at the tap times b; inputs and outputs are multiples of 32.
typedef struct {
  const uint16_t *a;  // [inputs / 32][points][32 inputs][32 boards]
  const uint16_t *b;  // [outputs / 32][points][16 pairs of boards][32 outputs][2]
  float *c;
  ptrdiff_t rows, columns, inputs, outputs;
} kernel_abreast_product;

/// One optimiser step over a run of parameters; the gradient is multiplied by `gradient_scale` first.
typedef struct {
  float *parameter;
  const float *gradient;
  float *first;   // momentum, or the running mean of gradients
  float *second;  // the running mean (or sum, or maximum) of squared gradients
  float *third;   // what a variant keeps besides
  ptrdiff_t count;
  float gradient_scale, learning_rate, weight_decay, epsilon;
  float first_rate, second_rate;              // momentum or beta1; alpha, rho or beta2
  float first_correction, second_correction;  // Adam: 1 / (1 - beta1^t), 1 / sqrt(1 - beta2^t)
  float gradient_share;                       // how much of the gradient itself a step takes
} kernel_step;

typedef struct {
  const char *name;
  void (*gemm)(const kernel_gemm *);
  /// The same for an a that is mostly zeros and a b that is finite: zeros are skipped. With a residual k is at most
  /// 4096. The bits are those of `gemm`, but for the sign of zeros.
  void (*sparse_gemm)(const kernel_gemm *);
  /// Convolution on the processor's matrix tiles (AMX); null without them. Between `tiles_begin` and `tiles_end`
  /// on the same thread.
  void (*flat_convolution)(const kernel_flat_convolution *);
  void (*flat_input)(const kernel_flat_input *);
  /// Between `tiles_begin` and `tiles_end` like `flat_convolution`, and as null without tiles as all that follows up to `tiles_end`.
  void (*tile_product)(const kernel_tile_product *);
  /// Rows in bf16, with zeros behind their columns up to y_stride, a multiple of 16.
  void (*round_rows)(const float *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t x_stride, uint16_t *y,
                     ptrdiff_t y_stride);
  /// The same two by two: at y + i * y_row + j / 16 * y_panel + j % 16 * 2 are x[2 i][j] and x[2 i + 1][j], with zeros
  /// behind the rows, and behind the columns in whole vectors of 16.
  void (*round_pairs)(const float *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t x_stride, ptrdiff_t pairs,
                      uint16_t *y, ptrdiff_t y_row, ptrdiff_t y_panel);
  /// Floats [boards][points][float_channels] to boards abreast, with zeros where there are none, and back.
  void (*abreast_from_floats)(const float *floats, ptrdiff_t float_channels, kernel_abreast, uint16_t *x);
  void (*abreast_to_floats)(const uint16_t *x, kernel_abreast, bool adding, float *floats, ptrdiff_t float_channels);
  /// Weights [outputs][inputs][9] in the order of `kernel_flat_convolution`, with outputs and inputs in whole planes;
  /// `turned` those of the convolution that leads gradients back, from outputs to inputs.
  void (*abreast_weights)(const float *weights, ptrdiff_t outputs, ptrdiff_t inputs, bool turned, uint16_t *packed);
  /// Per channel the mean, and the sum of squared distances from it.
  void (*abreast_moments)(const uint16_t *x, kernel_abreast, float *mean, float *squares);
  /// y = x * scale + shift + residual where that is positive, and else 0, also where no boards are; residual may be null.
  void (*abreast_normalise)(const uint16_t *x, const float *scale, const float *shift, const uint16_t *residual,
                            kernel_abreast, uint16_t *y);
  void (*abreast_masked)(const kernel_abreast_mask *);
  /// dx = dy * scale + x * curve + shift, and zeros where no boards are.
  void (*abreast_slopes)(const uint16_t *x, const uint16_t *dy, const float *scale, const float *curve,
                         const float *shift, kernel_abreast, uint16_t *dx);
  /// [channels / 32][points][16 pairs of boards][32][2] of two times sixteen boards, the second of which may be null.
  void (*abreast_pairs)(const uint16_t *first, const uint16_t *second, kernel_abreast, uint16_t *pairs);
  void (*abreast_product)(const kernel_abreast_product *);
  void (*tiles_begin)(void);
  void (*tiles_end)(void);
  /// Writes [boards, out rows, out columns][kernel rows, kernel columns, channels]; outside the image is 0.
  void (*im2col)(const float *image, kernel_window, float *columns);
  ptrdiff_t (*count_nonzero)(const float *x, ptrdiff_t count);
  /// The convolution of a small image that is mostly zeros (see `kernel_sparse_floats`); kernels are in panels of 16
  /// outputs, [outputs / 16][kernel rows, kernel columns, channels][16], and the bias may be null. And kernels += its
  /// gradient by the kernels.
  void (*sparse_convolution)(const float *image, kernel_window, const float *kernels, const float *bias, bool relu,
                             ptrdiff_t outputs, float *result);
  void (*sparse_kernel_gradient)(const float *image, kernel_window, const float *gradient, ptrdiff_t outputs,
                                 float *kernels);
  /// Input transform of Winograd's filtering: [points x points][tiles][block channels].
  void (*winograd_input)(const float *image, const kernel_winograd *, float *tiles);
  /// Output transform: image = activation(transformed tiles + bias + residual); bias and residual may be null.
  void (*winograd_output)(const float *tiles, const kernel_winograd *, const float *bias,
                          const float *residual, bool relu, float *image);
  /// Kernel transform: panels [points x points][outputs / 16][block channels][16] of kernels [channels][taps][outputs].
  void (*winograd_kernel)(const float *kernels, const kernel_winograd *, float *transformed);
  /// The adjoints (transposes) of the three transforms, for gradients: of the input transform, which adds to
  /// the image; of the output transform; and of the kernel transform, from [points x points][block channels][outputs].
  void (*winograd_input_adjoint)(const float *tiles, const kernel_winograd *, float *image);
  void (*winograd_output_adjoint)(const float *image, const kernel_winograd *, float *tiles);
  void (*winograd_kernel_adjoint)(const float *transformed, const kernel_winograd *, float *kernels);
  /// y[columns, rows] = the transpose of x[rows, columns], or with `adding` += it; strides between rows.
  void (*transpose)(const float *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t x_stride, float *y,
                    ptrdiff_t y_stride, bool adding);

  /// Every row of y[rows, columns] becomes bias.
  void (*fill_rows)(float *y, const float *bias, ptrdiff_t rows, ptrdiff_t columns);
  /// sums[columns] += the column sums of x[rows, columns].
  void (*add_column_sums)(const float *x, ptrdiff_t rows, ptrdiff_t columns, float *sums);
  /// Mean and biased variance of every column of x[rows, columns].
  void (*column_moments)(const float *x, ptrdiff_t rows, ptrdiff_t columns, float *mean, float *variance);
  /// y = x * scale + shift + residual, per column, or that where it is positive and else 0; residual may be null.
  void (*affine_columns)(const float *x, const float *scale, const float *shift, const float *residual, bool relu,
                         ptrdiff_t rows, ptrdiff_t columns, float *y);
  /// shift_gradient += sum dy; scale_gradient += sum dy * (x - mean) * inverse_deviation; per column. Before that dy
  /// becomes 0 where y is not positive; y may be null.
  void (*normalise_gradients)(const float *x, const float *y, float *dy, const float *mean,
                              const float *inverse_deviation, ptrdiff_t rows, ptrdiff_t columns,
                              float *scale_gradient, float *shift_gradient);
  /// dx = dy * a + x * b + c, per column, or with `adding` += that.
  void (*affine_pair)(const float *x, const float *dy, const float *a, const float *b, const float *c,
                      ptrdiff_t rows, ptrdiff_t columns, bool adding, float *dx);

  /// y = f(x).
  void (*apply)(kernel_function, float a, float b, const float *x, ptrdiff_t count, float *y);
  /// dx = dy * f'(x) for order 1, dx = dy * f''(x) for order 2, where y = f(x); or with `adding` dx + that.
  void (*apply_gradient)(kernel_function, int order, float a, float b, const float *x, const float *y,
                         const float *dy, ptrdiff_t count, bool adding, float *dx);
  /// y[i] = f(x[i * x_stride], z[i * z_stride]) with strides of 0 or 1.
  void (*combine)(kernel_combination, const float *x, ptrdiff_t x_stride, const float *z, ptrdiff_t z_stride,
                  ptrdiff_t count, float *y);
  /// dx and dz += dy * df, with the strides of x and z; either may be null.
  void (*combine_gradient)(kernel_combination, const float *x, ptrdiff_t x_stride, const float *z,
                           ptrdiff_t z_stride, const float *dy, ptrdiff_t count, float *dx, float *dz);
  /// y[i * y_stride] += scale * x[i * x_stride] with strides of 0 or 1.
  void (*accumulate)(const float *x, ptrdiff_t x_stride, float scale, ptrdiff_t count, float *y,
                     ptrdiff_t y_stride);

  /// Softmax of every row; a row of minus infinities becomes zeros.
  void (*softmax_rows)(const float *x, ptrdiff_t rows, ptrdiff_t columns, float *y);
  /// dx += y * (dy - sum of y * dy).
  void (*softmax_rows_gradient)(const float *y, const float *dy, ptrdiff_t rows, ptrdiff_t columns, float *dx);
  /// Every row less its mean (if centred), over sqrt(mean square + epsilon); also gives 1 / that root.
  void (*normalise_rows)(const float *x, ptrdiff_t rows, ptrdiff_t columns, bool centred, float epsilon,
                         float *y, float *inverse_deviation);
  void (*normalise_rows_gradient)(const float *y, const float *inverse_deviation, const float *dy,
                                  ptrdiff_t rows, ptrdiff_t columns, bool centred, float *dx);
  /// Writes [boards, out rows, out columns][taps][channels]; outside the image is `fill`.
  void (*gather_patches)(const float *image, const kernel_patches *, float fill, float *patches);
  /// Adds every patch to the image where it was taken from.
  void (*scatter_patches)(const float *patches, const kernel_patches *, float *image);

  /// Per channel the mean of max(x, 0) over all points, that times a factor, and the largest; `y_stride` floats apart.
  void (*pool_points)(const float *x, kernel_points, float factor, float *y, ptrdiff_t y_stride);
  void (*pool_halves)(const uint16_t *x, kernel_points, float factor, float *y, ptrdiff_t y_stride);
  /// y = max(x + shift[channels], 0) at all points; y has strides of its own.
  void (*shift_points)(const float *x, kernel_points, const float *shift, ptrdiff_t y_row_stride,
                       ptrdiff_t y_point_stride, float *y);
  void (*shift_halves)(const uint16_t *x, kernel_points, const float *shift, ptrdiff_t y_row_stride,
                       ptrdiff_t y_point_stride, uint16_t *y);

  /// y += scale * x.
  void (*add_scaled)(const float *x, float scale, ptrdiff_t count, float *y);
  double (*sum_of_squares)(const float *x, ptrdiff_t count);

  void (*sgd)(const kernel_step *, bool nesterov);        // first may be null: no momentum
  void (*adam)(const kernel_step *, bool decoupled_decay);  // third may be null: not AMSGrad
  /// first may be null: not centred; third may be null: no momentum.
  void (*rmsprop)(const kernel_step *, bool epsilon_inside);
  void (*adagrad)(const kernel_step *);
  void (*adadelta)(const kernel_step *);
  void (*adamax)(const kernel_step *);
} kernel_table;

/// The tables. Null where the compiler, the processor or the operating system lacks the instruction set.
const kernel_table *kernel_table_scalar(void);
const kernel_table *kernel_table_avx2(void);
const kernel_table *kernel_table_avx512(void);
/// AVX-512 with AMX's bf16 tiles; asks the operating system for permission to use them.
const kernel_table *kernel_table_amx(void);
/// The scalar kernels with AMX's tiles carried out in plain C, to test the code that uses them anywhere.
const kernel_table *kernel_table_emulated_amx(void);
