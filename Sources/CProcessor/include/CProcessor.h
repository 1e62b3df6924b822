// What the processor this process runs on can do, as far as kernels ask.
#ifndef ESPALIER_PROCESSOR_H
#define ESPALIER_PROCESSOR_H

#include <stdbool.h>

// AVX2 and fused multiply-add, with the system saving their registers.
bool espalier_processor_has_avx2(void);
// The parts of AVX-512 that the level x86-64-v4 names.
bool espalier_processor_has_avx512(void);

#endif
