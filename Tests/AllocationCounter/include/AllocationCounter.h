#pragma once
#include <stdint.h>
/// Heap allocations made by the calling thread so far: malloc, calloc, realloc, aligned_alloc, posix_memalign.
uint64_t allocation_count(void);
