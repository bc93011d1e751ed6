// The portable twin of every kernel: plain C, whatever the processor.
#define TARGET
#define SUFFIX(name) name##_scalar
#define TABLE_NAME "scalar"
#define ROW_BLOCK 2
#define PANEL_BLOCK 1
#define SPARSE_PANELS 1
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#include "kernels.h"

const kernel_table *kernel_table_scalar(void) { return &SUFFIX(table); }
