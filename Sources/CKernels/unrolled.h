#pragma once

// Before a loop: one whose length the compiler knows, to be written out.
#define UNROLLED _Pragma("clang loop unroll(full)")

// Hides from the compiler how an address came about, lest it compute it from another again and again.
#define OPAQUE(address) __asm__("" : "+r"(address))
