#pragma once

// BLAS and LAPACK, opened when they are first needed.
//
// OpenBLAS starts threads and takes memory for each as soon as it is loaded, which commands without matrices
// should not pay for, and which never ends where the system gives the memory not. Names and arguments are
// those of CBLAS and LAPACKE, with 32-bit integers and matrices row by row.

enum { espalier_row_major = 101, espalier_plain = 111, espalier_transposed = 112 };

/// Opens the libraries, once; NULL, or what is missing in the words of the system.
const char *espalier_lapack_problem(void);
/// What OpenBLAS says of itself; NULL where it is not there.
const char *espalier_blas_configuration(void);

double espalier_ddot(int count, const double *x, int x_step, const double *y, int y_step);
double espalier_dnrm2(int count, const double *x, int step);
double espalier_dasum(int count, const double *x, int step);
void espalier_daxpy(int count, double factor, const double *x, int x_step, double *y, int y_step);
void espalier_dscal(int count, double factor, double *x, int step);
void espalier_dgemm(int order, int left_form, int right_form, int rows, int columns, int depth, double factor,
                    const double *left, int left_step, const double *right, int right_step, double old_factor,
                    double *product, int product_step);
void espalier_dgemv(int order, int form, int rows, int columns, double factor, const double *matrix,
                    int matrix_step, const double *vector, int vector_step, double old_factor, double *product,
                    int product_step);

int espalier_dgelsd(int order, int rows, int columns, int sides, double *matrix, int matrix_step, double *right,
                    int right_step, double *values, double least, int *rank);
int espalier_dgesdd(int order, char job, int rows, int columns, double *matrix, int matrix_step, double *values,
                    double *left, int left_step, double *right, int right_step);
int espalier_dpotrf(int order, char half, int size, double *matrix, int step);
int espalier_dpotrs(int order, char half, int size, int sides, const double *factor, int factor_step,
                    double *right, int right_step);
int espalier_dsyevd(int order, char job, char half, int size, double *matrix, int step, double *values);
