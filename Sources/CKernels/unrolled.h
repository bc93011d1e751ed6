#pragma once

// Before a loop: one whose length the compiler knows, to be written out.
#define UNROLLED _Pragma("clang loop unroll(full)")
