#include "CMemory.h"

#if defined(__linux__)
#include <malloc.h>
#endif

void espalier_return_unused_memory(void) {
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}
