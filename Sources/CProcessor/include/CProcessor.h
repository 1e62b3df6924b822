// What the processor this process runs on can do and how large its caches are, as far as kernels ask, and what they ask it for
// that Swift has no word for.
#ifndef ESPALIER_PROCESSOR_H
#define ESPALIER_PROCESSOR_H

#include <stdbool.h>
#include <stddef.h>

// AVX2 and fused multiply-add, with the system saving their registers.
bool espalier_processor_has_avx2(void);
// The parts of AVX-512 that the level x86-64-v4 names.
bool espalier_processor_has_avx512(void);
// The bytes of a core's first-level data cache; 0 where the system does not say.
size_t espalier_processor_first_cache_size(void);

// Asks for the line of memory at an address, which need not be mapped, to come into the first-level cache.
static inline void espalier_fetch_first(const void *address) { __builtin_prefetch(address, 0, 3); }
// The same for the second-level cache.
static inline void espalier_fetch_second(const void *address) { __builtin_prefetch(address, 0, 2); }

#endif
