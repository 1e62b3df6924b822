// The frame in which XLA calls a custom call, version 0.3 of its interface.
//
// A handler gets one frame: input and output buffers, attributes, and a table of XLA's functions, of
// which Espalier needs those that make an error and that hand work to XLA's threads.
#ifndef ESPALIER_XLA_FFI_H
#define ESPALIER_XLA_FFI_H

#include <stddef.h>
#include <stdint.h>

enum { xla_ffi_version_major = 0, xla_ffi_version_minor = 3 };

// A link of a chain of additions to a structure; `kind` says which.
typedef struct xla_ffi_extension {
  size_t struct_size;
  int kind;
  struct xla_ffi_extension *next;
} xla_ffi_extension;

enum { xla_ffi_extension_kind_metadata = 1 };

// How every structure starts.
#define XLA_FFI_HEAD \
  size_t struct_size; \
  xla_ffi_extension *extensions;

// A version of the interface.
typedef struct {
  XLA_FFI_HEAD
  int major;
  int minor;
} xla_ffi_version;

// What XLA asks a handler about itself before it runs it.
typedef struct {
  size_t struct_size;
  xla_ffi_version version;
  uint32_t traits;
} xla_ffi_metadata;

// The extension by which XLA asks for the metadata instead of a run.
typedef struct {
  xla_ffi_extension base;
  xla_ffi_metadata *metadata;
} xla_ffi_metadata_extension;

// An error XLA owns once a handler has returned it.
typedef struct xla_ffi_error xla_ffi_error;

// Makes an error; the message is terminated by zero and is copied.
typedef struct {
  XLA_FFI_HEAD
  const char *message;
  int code;
} xla_ffi_error_create_args;

// Gives an error back.
typedef struct {
  XLA_FFI_HEAD
  xla_ffi_error *error;
} xla_ffi_error_destroy_args;

// A piece of work for one of XLA's threads.
typedef void xla_ffi_task(void *data);

// Hands a task to XLA's threads; it may run at any time, on any of them or on the caller's.
typedef struct {
  XLA_FFI_HEAD
  void *context;
  xla_ffi_task *task;
  void *data;
} xla_ffi_schedule_args;

// Asks how many threads there are; `count` points to the answer.
typedef struct {
  XLA_FFI_HEAD
  void *context;
  int64_t *count;
} xla_ffi_thread_count_args;

// XLA's functions, up to those about threads. Functions that Espalier does not call are untyped.
typedef struct {
  XLA_FFI_HEAD
  xla_ffi_version version;
  const void *internal;
  xla_ffi_error *(*error_create)(xla_ffi_error_create_args *);
  const void *error_message;
  void (*error_destroy)(xla_ffi_error_destroy_args *);
  const void *handler_register;
  const void *stream_get;
  const void *type_register;
  const void *execution_context_get;
  const void *state_set;
  const void *state_get;
  const void *memory_allocate;
  const void *memory_free;
  xla_ffi_error *(*schedule)(xla_ffi_schedule_args *);
  xla_ffi_error *(*thread_count)(xla_ffi_thread_count_args *);
} xla_ffi_table;

// A piece of text, not terminated by zero.
typedef struct {
  const char *text;
  size_t size;
} xla_ffi_text;

// One value of an attribute.
typedef struct {
  int element_type;
  const void *value;
} xla_ffi_scalar;

// A list of values of an attribute.
typedef struct {
  int element_type;
  size_t count;
  const void *values;
} xla_ffi_array;

// A dense array on the device.
typedef struct {
  XLA_FFI_HEAD
  int element_type;
  void *data;
  int64_t rank;
  const int64_t *dimensions;
} xla_ffi_buffer;

enum { xla_ffi_operand_kind_buffer = 1 };

// The inputs, or the outputs, of a call.
typedef struct {
  XLA_FFI_HEAD
  int64_t count;
  const int *kinds;
  void *const *items;
} xla_ffi_operands;

enum {
  xla_ffi_attribute_kind_array = 1,
  xla_ffi_attribute_kind_dictionary = 2,
  xla_ffi_attribute_kind_scalar = 3,
  xla_ffi_attribute_kind_string = 4,
};

// The attributes of a call, sorted by name.
typedef struct {
  XLA_FFI_HEAD
  int64_t count;
  const int *kinds;
  const xla_ffi_text *const *names;
  void *const *items;
} xla_ffi_attributes;

enum { xla_ffi_stage_execute = 3 };

// One call of a custom call.
typedef struct {
  XLA_FFI_HEAD
  const xla_ffi_table *table;
  void *context;
  int stage;
  xla_ffi_operands inputs;
  xla_ffi_operands outputs;
  xla_ffi_attributes attributes;
  void *future;
} xla_ffi_frame;

#endif
