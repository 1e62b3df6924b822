#define _GNU_SOURCE

#include "CLargeBlocks.h"

#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif

#if defined(__linux__) && defined(__GLIBC__) && !defined(SANITIZED)

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

// The C library's own functions.
extern void *__libc_memalign(size_t alignment, size_t size);
extern void *__libc_malloc(size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void __libc_free(void *block);

enum {
  huge_page = 2 << 20,
  least_size = 4 << 20,
  capacity = 256,
  // For a block as large as this one waits, so long, for another of its size to come free.
  awaited_size = 32 << 20,
  patience_nanoseconds = 20000000,
};

typedef struct {
  char *start;
  size_t size;
  bool is_free;
} block;

static atomic_bool is_enabled;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t came_free = PTHREAD_COND_INITIALIZER;
static block blocks[capacity];
static int block_count;

bool espalier_keep_large_blocks(void) {
  atomic_store(&is_enabled, true);
  return true;
}

// All blocks begin on a huge page, which tells them from nearly every other pointer without a search.
static bool may_be_block(const void *pointer) {
  return pointer != NULL && ((uintptr_t)pointer & (huge_page - 1)) == 0 &&
         atomic_load_explicit(&is_enabled, memory_order_relaxed);
}

static int find(const void *start) {
  for (int index = 0; index < block_count; index++) {
    if (blocks[index].start == start) return index;
  }
  return -1;
}

// The smallest free block that fits and is not much too large.
static int find_free(size_t size) {
  int best = -1;
  for (int index = 0; index < block_count; index++) {
    block candidate = blocks[index];
    if (!candidate.is_free || candidate.size < size || candidate.size > size + size / 4) continue;
    if (best < 0 || candidate.size < blocks[best].size) best = index;
  }
  return best;
}

static bool is_in_use(size_t size) {
  for (int index = 0; index < block_count; index++) {
    if (!blocks[index].is_free && blocks[index].size == size) return true;
  }
  return false;
}

// XLA gives a step's memory back a moment after the step's results are there, by when the next step may
// have asked for its own. Without waiting, a run would hold twice what it needs.
static int wait_for_free(size_t size) {
  if (size < awaited_size || !is_in_use(size)) return -1;
  struct timespec end;
  clock_gettime(CLOCK_REALTIME, &end);
  end.tv_nsec += patience_nanoseconds;
  if (end.tv_nsec >= 1000000000) {
    end.tv_sec += 1;
    end.tv_nsec -= 1000000000;
  }
  int index = -1;
  while (index < 0 && pthread_cond_timedwait(&came_free, &lock, &end) == 0) index = find_free(size);
  return index;
}

static void release_free_blocks(void) {
  for (int index = block_count - 1; index >= 0; index--) {
    if (!blocks[index].is_free) continue;
    munmap(blocks[index].start, blocks[index].size);
    blocks[index] = blocks[--block_count];
  }
}

// New memory that begins on a huge page.
static char *map(size_t size) {
  size_t mapped = size + huge_page;
  char *memory =
      mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return NULL;
  char *start = (char *)(((uintptr_t)memory + huge_page - 1) & ~(uintptr_t)(huge_page - 1));
  if (start > memory) munmap(memory, start - memory);
  size_t rest = memory + mapped - (start + size);
  if (rest > 0) munmap(start + size, rest);
  // A system without huge pages goes on with small ones.
  madvise(start, size, MADV_HUGEPAGE);
  return start;
}

// A block, or NULL where the C library has to help.
static void *take(size_t size) {
  size = (size + huge_page - 1) & ~(size_t)(huge_page - 1);
  pthread_mutex_lock(&lock);
  char *start = NULL;
  int index = find_free(size);
  if (index < 0) index = wait_for_free(size);
  if (index >= 0) {
    blocks[index].is_free = false;
    start = blocks[index].start;
  } else {
    // What did not fit now belongs to a program that has ended; two programs in turn would keep theirs
    // and each other's.
    release_free_blocks();
    if (block_count < capacity && (start = map(size)) != NULL) {
      blocks[block_count++] = (block){start, size, false};
    }
  }
  pthread_mutex_unlock(&lock);
  return start;
}

// Whether the pointer was a block.
static bool give_back(void *pointer) {
  if (!may_be_block(pointer)) return false;
  pthread_mutex_lock(&lock);
  int index = find(pointer);
  if (index >= 0) {
    blocks[index].is_free = true;
    pthread_cond_broadcast(&came_free);
  }
  pthread_mutex_unlock(&lock);
  return index >= 0;
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0) {
    return EINVAL;
  }
  if (size >= least_size && alignment <= huge_page && size <= SIZE_MAX / 2 &&
      atomic_load_explicit(&is_enabled, memory_order_relaxed)) {
    void *block = take(size);
    if (block != NULL) {
      *result = block;
      return 0;
    }
  }
  void *memory = __libc_memalign(alignment, size);
  if (memory == NULL) return ENOMEM;
  *result = memory;
  return 0;
}

void free(void *pointer) {
  if (!give_back(pointer)) __libc_free(pointer);
}

void *realloc(void *pointer, size_t size) {
  if (!may_be_block(pointer)) return __libc_realloc(pointer, size);
  pthread_mutex_lock(&lock);
  int index = find(pointer);
  size_t old_size = index >= 0 ? blocks[index].size : 0;
  pthread_mutex_unlock(&lock);
  if (index < 0) return __libc_realloc(pointer, size);
  if (size == 0) {
    free(pointer);
    return NULL;
  }
  void *copy = __libc_malloc(size);
  if (copy == NULL) return NULL;
  memcpy(copy, pointer, size < old_size ? size : old_size);
  free(pointer);
  return copy;
}

// Swift asks how large the memory of an array is, and uses all of it.
size_t malloc_usable_size(void *pointer) {
  if (may_be_block(pointer)) {
    pthread_mutex_lock(&lock);
    int index = find(pointer);
    size_t size = index >= 0 ? blocks[index].size : 0;
    pthread_mutex_unlock(&lock);
    if (index >= 0) return size;
  }
  // The C library's own has no second name. Two threads may look it up at once, to the same end.
  static _Atomic(size_t (*)(void *)) original;
  size_t (*function)(void *) = atomic_load_explicit(&original, memory_order_relaxed);
  if (function == NULL) {
    function = (size_t (*)(void *))dlsym(RTLD_NEXT, "malloc_usable_size");
    if (function == NULL) return 0;
    atomic_store_explicit(&original, function, memory_order_relaxed);
  }
  return function(pointer);
}

#else

bool espalier_keep_large_blocks(void) { return false; }

#endif
