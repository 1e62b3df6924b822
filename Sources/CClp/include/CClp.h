#pragma once

// The linear-programming library Clp, opened when it is first needed. Names and arguments are those of its own C
// interface.

/// Opens the library, once; NULL, or what is missing in the words of the system.
const char *espalier_clp_problem(void);

const char *espalier_clp_version(void);
void *espalier_clp_new(void);
void espalier_clp_delete(void *model);
void espalier_clp_set_log_level(void *model, int level);
void espalier_clp_load(void *model, int columns, int rows, const int *starts, const int *places, const double *values,
                       const double *column_lower, const double *column_upper, const double *costs,
                       const double *row_lower, const double *row_upper);
void espalier_clp_set_primal_tolerance(void *model, double value);
void espalier_clp_set_dual_tolerance(void *model, double value);
int espalier_clp_dual(void *model, int values_pass);
int espalier_clp_status(void *model);
double *espalier_clp_columns(void *model);
double *espalier_clp_multipliers(void *model);
