// What the C library offers about its memory and Swift does not see.
#ifndef ESPALIER_MEMORY_H
#define ESPALIER_MEMORY_H

// Gives memory that was freed back to the system, where the C library keeps it otherwise.
void espalier_return_unused_memory(void);

#endif
