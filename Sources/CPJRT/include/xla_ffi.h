// The frame in which XLA calls a custom call, version 0.3 of its interface.
//
// A handler gets one frame: input and output buffers, attributes, and a table of XLA's functions, of
// which Espalier needs the one that makes an error.
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

// XLA's functions, up to the one that makes an error.
typedef struct {
  XLA_FFI_HEAD
  xla_ffi_version version;
  const void *internal;
  xla_ffi_error *(*error_create)(xla_ffi_error_create_args *);
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
