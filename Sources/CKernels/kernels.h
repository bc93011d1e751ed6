// All kernels of one instruction set. The including file defines TARGET (a function attribute), SUFFIX,
// TABLE_NAME, ROW_BLOCK and PANEL_BLOCK (the register block of the matrix product), SPARSE_PANELS (for two rows of
// the one that skips zeros), MULTIPLY_ADD and, where there are instructions for them, COMPRESS_NONZERO and
// COMPRESS_NUMBERS.
#include "CKernels.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define INLINE TARGET static inline __attribute__((always_inline))

typedef float SUFFIX(vector) __attribute__((vector_size(64), aligned(4)));
#define VECTOR SUFFIX(vector)

// An invalid number stays one, as everywhere, so that a network that has diverged shows it.
#define RELU(y)                                                          \
  ({                                                                     \
    VECTOR relu = (y);                                                   \
    for (int j = 0; j < 16; j++) relu[j] = relu[j] < 0 ? 0 : relu[j];    \
    relu;                                                                \
  })

#include "unrolled.h"
#include "elementwise.h"
#include "functions.h"
#include "combinations.h"
#include "rows.h"
#include "patches.h"
#include "pooling.h"
#include "gemm.h"
#include "optimisers.h"
#include "sparse.h"
#include "sparse_product.h"
#include "transpose.h"
#include "winograd.h"
#include "winograd_gradient.h"

static const kernel_table SUFFIX(table) = {
    .name = TABLE_NAME,
    .gemm = SUFFIX(gemm),
    .im2col = SUFFIX(im2col),
    .count_nonzero = SUFFIX(count_nonzero),
    .sparse_gemm = SUFFIX(sparse_gemm),
    .sparse_convolution = SUFFIX(sparse_convolution),
    .sparse_kernel_gradient = SUFFIX(sparse_kernel_gradient),
    .winograd_input = SUFFIX(winograd_input),
    .winograd_output = SUFFIX(winograd_output),
    .winograd_kernel = SUFFIX(winograd_kernel),
    .winograd_input_adjoint = SUFFIX(winograd_input_adjoint),
    .winograd_output_adjoint = SUFFIX(winograd_output_adjoint),
    .winograd_kernel_adjoint = SUFFIX(winograd_kernel_adjoint),
    .transpose = SUFFIX(transpose),
    .fill_rows = SUFFIX(fill_rows),
    .add_column_sums = SUFFIX(add_column_sums),
    .column_moments = SUFFIX(column_moments),
    .affine_columns = SUFFIX(affine_columns),
    .normalise_gradients = SUFFIX(normalise_gradients),
    .affine_pair = SUFFIX(affine_pair),
    .apply = SUFFIX(apply),
    .apply_gradient = SUFFIX(apply_gradient),
    .combine = SUFFIX(combine),
    .combine_gradient = SUFFIX(combine_gradient),
    .accumulate = SUFFIX(accumulate),
    .softmax_rows = SUFFIX(softmax_rows),
    .softmax_rows_gradient = SUFFIX(softmax_rows_gradient),
    .normalise_rows = SUFFIX(normalise_rows),
    .normalise_rows_gradient = SUFFIX(normalise_rows_gradient),
    .gather_patches = SUFFIX(gather_patches),
    .scatter_patches = SUFFIX(scatter_patches),
    .pool_points = SUFFIX(pool_points),
    .pool_halves = SUFFIX(pool_halves),
    .shift_points = SUFFIX(shift_points),
    .shift_halves = SUFFIX(shift_halves),
    .add_scaled = SUFFIX(add_scaled),
    .sum_of_squares = SUFFIX(sum_of_squares),
    .sgd = SUFFIX(sgd),
    .adam = SUFFIX(adam),
    .rmsprop = SUFFIX(rmsprop),
    .adagrad = SUFFIX(adagrad),
    .adadelta = SUFFIX(adadelta),
    .adamax = SUFFIX(adamax),
};
