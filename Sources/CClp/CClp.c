#include "CClp.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

// Every function once: its result, its name here, its name there, its parameters and its arguments.
#define CLP(DO)                                                                                                \
  DO(const char *, version, "Clp_Version", (void), ())                                                         \
  DO(void *, new, "Clp_newModel", (void), ())                                                                  \
  DO(void, delete, "Clp_deleteModel", (void *m), (m))                                                          \
  DO(void, set_log_level, "Clp_setLogLevel", (void *m, int level), (m, level))                                 \
  DO(void, load, "Clp_loadProblem",                                                                            \
     (void *m, int c, int r, const int *s, const int *p, const double *v, const double *l, const double *u,    \
      const double *o, const double *rl, const double *ru),                                                    \
     (m, c, r, s, p, v, l, u, o, rl, ru))                                                                      \
  DO(void, set_primal_tolerance, "Clp_setPrimalTolerance", (void *m, double value), (m, value))                \
  DO(void, set_dual_tolerance, "Clp_setDualTolerance", (void *m, double value), (m, value))                    \
  DO(int, dual, "Clp_dual", (void *m, int pass), (m, pass))                                                    \
  DO(int, status, "Clp_status", (void *m), (m))                                                                \
  DO(double *, columns, "Clp_primalColumnSolution", (void *m), (m))                                            \
  DO(double *, multipliers, "Clp_dualRowSolution", (void *m), (m))

#define DECLARE(result, name, symbol, parameters, arguments) static result(*name##_found) parameters;
CLP(DECLARE)

static char problem[512];
static pthread_once_t opened = PTHREAD_ONCE_INIT;

static void open_library(void) {
#ifdef __APPLE__
  static const char *const names[] = {
      "/opt/homebrew/opt/clp/lib/libClp.dylib", "/usr/local/opt/clp/lib/libClp.dylib", NULL};
#else
  static const char *const names[] = {"libClp.so.1", NULL};
#endif
  // Clp brings the system's BLAS, which may be OpenBLAS and reads this as it is loaded.
  setenv("OPENBLAS_NUM_THREADS", "1", 1);
  void *library = NULL;
  for (int index = 0; names[index] != NULL && library == NULL; index++) {
    library = dlopen(names[index], RTLD_NOW | RTLD_LOCAL);
  }
  if (library == NULL) {
    snprintf(problem, sizeof problem, "%s", dlerror());
    return;
  }
#define FIND(result, name, symbol, parameters, arguments)                                                      \
  *(void **)&name##_found = dlsym(library, symbol);                                                            \
  if (name##_found == NULL) snprintf(problem, sizeof problem, "it has no function %s", symbol);
  CLP(FIND)
}

const char *espalier_clp_problem(void) {
  pthread_once(&opened, open_library);
  return problem[0] == 0 ? NULL : problem;
}

// Whoever calls has seen that there is no problem; a library that is missing all the same ends the process.
#define CALL(result, name, symbol, parameters, arguments)                                                      \
  result espalier_clp_##name parameters {                                                                      \
    if (espalier_clp_problem() != NULL) abort();                                                               \
    return name##_found arguments;                                                                             \
  }
CLP(CALL)
