#include "CProcessor.h"

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
