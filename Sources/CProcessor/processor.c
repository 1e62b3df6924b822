#include "CProcessor.h"

#if defined(__APPLE__)
#include <stdint.h>
#include <sys/sysctl.h>
#else
#include <unistd.h>
#endif

#if defined(__x86_64__)

bool espalier_processor_has_avx2(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("bmi2");
}

bool espalier_processor_has_avx512(void) {
  __builtin_cpu_init();
  return espalier_processor_has_avx2() && __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

#else

bool espalier_processor_has_avx2(void) { return false; }
bool espalier_processor_has_avx512(void) { return false; }

#endif

size_t espalier_processor_first_cache_size(void) {
#if defined(__APPLE__)
  int64_t size = 0;
  size_t length = sizeof size;
  if (sysctlbyname("hw.perflevel0.l1dcachesize", &size, &length, NULL, 0) != 0) {
    length = sizeof size;
    if (sysctlbyname("hw.l1dcachesize", &size, &length, NULL, 0) != 0) return 0;
  }
  return size > 0 ? (size_t)size : 0;
#elif defined(_SC_LEVEL1_DCACHE_SIZE)
  long size = sysconf(_SC_LEVEL1_DCACHE_SIZE);
  return size > 0 ? (size_t)size : 0;
#else
  return 0;
#endif
}
