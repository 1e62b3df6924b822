#include "CLAPACK.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

// Every function once: its result, its name here, its name there, its parameters and its arguments.
#define BLAS(DO)                                                                                               \
  DO(double, ddot, "cblas_ddot", (int n, const double *x, int i, const double *y, int j), (n, x, i, y, j))     \
  DO(double, dnrm2, "cblas_dnrm2", (int n, const double *x, int i), (n, x, i))                                 \
  DO(double, dasum, "cblas_dasum", (int n, const double *x, int i), (n, x, i))                                 \
  DO(void, daxpy, "cblas_daxpy", (int n, double a, const double *x, int i, double *y, int j),                  \
     (n, a, x, i, y, j))                                                                                       \
  DO(void, dscal, "cblas_dscal", (int n, double a, double *x, int i), (n, a, x, i))                            \
  DO(void, dgemm, "cblas_dgemm",                                                                               \
     (int o, int f, int g, int m, int n, int k, double a, const double *x, int i, const double *y, int j,      \
      double b, double *z, int l),                                                                             \
     (o, f, g, m, n, k, a, x, i, y, j, b, z, l))                                                               \
  DO(void, dgemv, "cblas_dgemv",                                                                               \
     (int o, int f, int m, int n, double a, const double *x, int i, const double *y, int j, double b,          \
      double *z, int l),                                                                                       \
     (o, f, m, n, a, x, i, y, j, b, z, l))

#define LAPACK(DO)                                                                                             \
  DO(int, dgelsd, "LAPACKE_dgelsd",                                                                            \
     (int o, int m, int n, int r, double *x, int i, double *y, int j, double *s, double c, int *k),            \
     (o, m, n, r, x, i, y, j, s, c, k))                                                                        \
  DO(int, dgesdd, "LAPACKE_dgesdd",                                                                            \
     (int o, char c, int m, int n, double *x, int i, double *s, double *u, int j, double *v, int k),           \
     (o, c, m, n, x, i, s, u, j, v, k))                                                                        \
  DO(int, dpotrf, "LAPACKE_dpotrf", (int o, char c, int n, double *x, int i), (o, c, n, x, i))                 \
  DO(int, dpotrs, "LAPACKE_dpotrs",                                                                            \
     (int o, char c, int n, int r, const double *x, int i, double *y, int j), (o, c, n, r, x, i, y, j))        \
  DO(int, dsyevd, "LAPACKE_dsyevd", (int o, char c, char d, int n, double *x, int i, double *s),               \
     (o, c, d, n, x, i, s))

#define DECLARE(result, name, symbol, parameters, arguments) static result(*name##_found) parameters;
BLAS(DECLARE)
LAPACK(DECLARE)

static char *(*configuration_found)(void);
static char problem[512];
static pthread_once_t opened = PTHREAD_ONCE_INIT;

static void *library(const char *const names[]) {
  void *found = NULL;
  for (; *names != NULL && found == NULL; names++) found = dlopen(*names, RTLD_NOW | RTLD_LOCAL);
  if (found == NULL) snprintf(problem, sizeof problem, "%s", dlerror());
  return found;
}

static void *function(void *library, const char *symbol) {
  void *found = dlsym(library, symbol);
  if (found == NULL) snprintf(problem, sizeof problem, "it has no function %s", symbol);
  return found;
}

static void open_libraries(void) {
#ifdef __APPLE__
  static const char *const blas_names[] = {
      "/opt/homebrew/opt/openblas/lib/libopenblas.dylib", "/usr/local/opt/openblas/lib/libopenblas.dylib", NULL};
  static const char *const *lapack_names = blas_names;
#else
  static const char *const blas_names[] = {"libopenblas.so.0", NULL};
  static const char *const lapack_names[] = {"liblapacke.so.3", NULL};
#endif
  // Callers run beside each other, each on one thread. OpenBLAS reads this as it is loaded.
  setenv("OPENBLAS_NUM_THREADS", "1", 1);
  void *blas = library(blas_names);
  void *lapack = blas == NULL ? NULL : library(lapack_names);
  if (lapack == NULL) return;
#define FIND_BLAS(result, name, symbol, parameters, arguments)                                                 \
  *(void **)&name##_found = function(blas, symbol);
  BLAS(FIND_BLAS)
#define FIND_LAPACK(result, name, symbol, parameters, arguments)                                               \
  *(void **)&name##_found = function(lapack, symbol);
  LAPACK(FIND_LAPACK)
  *(void **)&configuration_found = dlsym(blas, "openblas_get_config");
}

const char *espalier_lapack_problem(void) {
  pthread_once(&opened, open_libraries);
  return problem[0] == 0 ? NULL : problem;
}

const char *espalier_blas_configuration(void) {
  if (espalier_lapack_problem() != NULL || configuration_found == NULL) return NULL;
  return configuration_found();
}

static void expect_libraries(void) {
  const char *problem = espalier_lapack_problem();
  if (problem == NULL) return;
  fprintf(stderr, "error: OpenBLAS and LAPACK cannot be opened: %s\n", problem);
  abort();
}

// Whoever calls has seen that there is no problem; a library that is missing all the same ends the process.
#define CALL(result, name, symbol, parameters, arguments)                                                      \
  result espalier_##name parameters {                                                                          \
    expect_libraries();                                                                                        \
    return name##_found arguments;                                                                             \
  }
BLAS(CALL)
LAPACK(CALL)
