// What Espalier uses of two C interfaces of XLA, declared in our own words.
//
// PJRT is the interface of a plugin (a shared library that exports GetPjrtApi); FFI is the interface of
// a custom call. Both are append-only: every structure starts with its own size, a caller with a shorter
// structure than the plugin's is served, and a slot of a table never moves. So only the order and the
// width of the fields are facts; the names here are ours.
#ifndef ESPALIER_CPJRT_H
#define ESPALIER_CPJRT_H

#include "pjrt_arguments.h"
#include "pjrt_table.h"
#include "xla_ffi.h"

#endif
