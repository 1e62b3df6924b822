// Keeps large blocks of memory that a program gives back, for its next request of the size.
//
// XLA takes the temporary memory of every execution from the C library and gives it back afterwards. The C
// library returns blocks of this size to the system, which hands them out again page by page, cleared: of
// a training step's time, up to a third. Programs that link this target get `posix_memalign`, `free`,
// `realloc` and `malloc_usable_size` of their own, in front of the C library's, also for the plugin. Until
// `espalier_keep_large_blocks` is called they only pass requests on. Linux with glibc; elsewhere, and
// under sanitizers, which bring their own, the function does nothing.
#ifndef ESPALIER_LARGE_BLOCKS_H
#define ESPALIER_LARGE_BLOCKS_H

#include <stdbool.h>

// Keeps blocks of 4 MB and more from here on, and backs them by huge pages where the system has them.
// Returns false where it does nothing.
bool espalier_keep_large_blocks(void);

#endif
