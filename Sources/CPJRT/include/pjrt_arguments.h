// The arguments of the PJRT functions Espalier calls.
//
// Each function takes one pointer to a structure and returns an error or NULL. Many structures differ
// only in what their pointers mean, so they are declared once for each shape.
#ifndef ESPALIER_PJRT_ARGUMENTS_H
#define ESPALIER_PJRT_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// An error the plugin owns until the caller destroys it.
typedef struct pjrt_error pjrt_error;

// A link of a chain of additions to the interface; `kind` says which.
typedef struct pjrt_extension {
  size_t struct_size;
  int kind;
  struct pjrt_extension *next;
} pjrt_extension;

enum { pjrt_extension_kind_ffi = 5 };

// How every structure starts.
#define PJRT_HEAD \
  size_t struct_size; \
  pjrt_extension *extensions;

// The version of the interface that a table follows.
typedef struct {
  PJRT_HEAD
  int major;
  int minor;
} pjrt_version;

// Shapes shared by many functions. ----------------------------------------------------------------

// No argument at all.
typedef struct {
  PJRT_HEAD
} pjrt_empty_args;

// Acts on one object: destroy, await, delete.
typedef struct {
  PJRT_HEAD
  void *object;
} pjrt_object_args;

// Asks an object for a text it owns; not terminated by zero.
typedef struct {
  PJRT_HEAD
  void *object;
  const char *text;
  size_t text_size;
} pjrt_text_args;

// Asks an object for a truth value.
typedef struct {
  PJRT_HEAD
  void *object;
  bool flag;
} pjrt_flag_args;

// Asks an object for a C int; enumerations are passed so too.
typedef struct {
  PJRT_HEAD
  void *object;
  int value;
} pjrt_int_args;

// Asks an object for a size or for an address as a number.
typedef struct {
  PJRT_HEAD
  void *object;
  size_t value;
} pjrt_size_args;

// Asks an object for another one.
typedef struct {
  PJRT_HEAD
  void *object;
  void *related;
} pjrt_related_args;

// Asks an object for objects it owns.
typedef struct {
  PJRT_HEAD
  void *object;
  void *const *items;
  size_t count;
} pjrt_objects_args;

// Asks a buffer for its extents.
typedef struct {
  PJRT_HEAD
  void *object;
  const int64_t *dimensions;
  size_t rank;
} pjrt_dimensions_args;

// Options and attributes. -------------------------------------------------------------------------

enum {
  pjrt_value_kind_string = 0,
  pjrt_value_kind_int64 = 1,
  pjrt_value_kind_int64_list = 2,
  pjrt_value_kind_float = 3,
  pjrt_value_kind_bool = 4,
};

// A named option or attribute; `value_size` counts characters or list elements, and is 1 otherwise.
typedef struct {
  PJRT_HEAD
  const char *name;
  size_t name_size;
  int kind;
  union {
    const char *string_value;
    int64_t int64_value;
    const int64_t *int64_list_value;
    float float_value;
    bool bool_value;
  };
  size_t value_size;
} pjrt_named_value;

// The attributes of a plugin.
typedef struct {
  PJRT_HEAD
  const pjrt_named_value *values;
  size_t count;
} pjrt_attributes_args;

// What the compiler estimates about an executable; the count comes first here.
typedef struct {
  PJRT_HEAD
  void *object;
  size_t count;
  const pjrt_named_value *values;
} pjrt_cost_args;

// Clients. ----------------------------------------------------------------------------------------

// Makes the error that a callback returns.
typedef pjrt_error *(*pjrt_callback_error)(int code, const char *message, size_t message_size);

// Asks for a value that another process said or will say; the callee lends the value until the plugin calls the deleter.
typedef struct {
  PJRT_HEAD
  const char *key;
  size_t key_size;
  int timeout_in_milliseconds;
  pjrt_callback_error *make_error;
  void *argument;
  char *value;
  size_t value_size;
  void (*value_deleter)(char *value);
} pjrt_key_value_get_args;

// Asks for a value that is there.
typedef struct {
  PJRT_HEAD
  const char *key;
  size_t key_size;
  pjrt_callback_error *make_error;
  void *argument;
  char *value;
  size_t value_size;
  void (*value_deleter)(char *value);
} pjrt_key_value_try_get_args;

// Says a value to the other processes.
typedef struct {
  PJRT_HEAD
  const char *key;
  size_t key_size;
  const char *value;
  size_t value_size;
  pjrt_callback_error *make_error;
  void *argument;
} pjrt_key_value_put_args;

// Creates a client; the callbacks serve several processes and are NULL for one.
typedef struct {
  PJRT_HEAD
  const pjrt_named_value *options;
  size_t option_count;
  pjrt_error *(*key_value_get)(pjrt_key_value_get_args *);
  void *key_value_get_argument;
  pjrt_error *(*key_value_put)(pjrt_key_value_put_args *);
  void *key_value_put_argument;
  void *client;
  pjrt_error *(*key_value_try_get)(pjrt_key_value_try_get_args *);
  void *key_value_try_get_argument;
} pjrt_client_create_args;

// The text of a program and the name of its language.
typedef struct {
  PJRT_HEAD
  char *code;
  size_t code_size;
  const char *format;
  size_t format_size;
} pjrt_program;

// Compiles a program; the options are a serialised protocol buffer message.
typedef struct {
  PJRT_HEAD
  void *client;
  const pjrt_program *program;
  const char *options;
  size_t options_size;
  void *loaded_executable;
} pjrt_compile_args;

// Describes devices that need not be there.
typedef struct {
  PJRT_HEAD
  const char *name;
  size_t name_size;
  const pjrt_named_value *options;
  size_t option_count;
  void *topology;
} pjrt_topology_create_args;

// Compiles a program for such devices; the client may be NULL.
typedef struct {
  PJRT_HEAD
  const void *topology;
  const pjrt_program *program;
  const char *options;
  size_t options_size;
  void *client;
  void *executable;
} pjrt_compile_for_topology_args;

enum { pjrt_host_buffer_immutable_only_during_call = 0 };

// Copies an array of the host to a device.
typedef struct {
  PJRT_HEAD
  void *client;
  const void *data;
  int element_type;
  const int64_t *dimensions;
  size_t rank;
  const int64_t *byte_strides;
  size_t byte_stride_count;
  int host_buffer_semantics;
  void *device;
  void *memory;
  void *device_layout;
  void *done_with_host_buffer;
  void *buffer;
} pjrt_buffer_from_host_args;

// Executables. ------------------------------------------------------------------------------------

// How to run an executable; all zero runs it plainly.
typedef struct {
  PJRT_HEAD
  void *send_callbacks;
  void *receive_callbacks;
  size_t send_count;
  size_t receive_count;
  int launch_id;
  const int64_t *kept_inputs;
  size_t kept_input_count;
  void *context;
  const char *call_location;
  size_t task_count;
  int *task_ids;
  int64_t *incarnation_ids;
} pjrt_execute_options;

// Runs an executable: for each device a list of inputs and room for a list of outputs.
typedef struct {
  PJRT_HEAD
  void *executable;
  pjrt_execute_options *options;
  void *const *const *argument_lists;
  size_t device_count;
  size_t argument_count;
  void **const *output_lists;
  void **device_complete_events;
  void *execute_device;
} pjrt_execute_args;

// The element types of an executable's outputs.
typedef struct {
  PJRT_HEAD
  void *object;
  int *element_types;
  size_t count;
} pjrt_output_types_args;

// The extents of an executable's outputs, one after the other, and how many each output has.
typedef struct {
  PJRT_HEAD
  void *object;
  size_t count;
  const int64_t *dimensions;
  const size_t *ranks;
} pjrt_output_dimensions_args;

// The memory a compiled program needs, in bytes.
typedef struct {
  PJRT_HEAD
  void *object;
  int64_t generated_code;
  int64_t arguments;
  int64_t outputs;
  int64_t aliased;
  int64_t temporary;
  int64_t host_generated_code;
  int64_t host_arguments;
  int64_t host_outputs;
  int64_t host_aliased;
  int64_t host_temporary;
  int64_t peak;
} pjrt_memory_statistics_args;

// Asks for the program as the compiler left it. With no room for the code, its size is filled in; with
// room, the code itself.
typedef struct {
  PJRT_HEAD
  void *object;
  pjrt_program *program;
} pjrt_optimized_program_args;

// Serialises an executable; `backing` owns the bytes until `release` is called with it.
typedef struct {
  PJRT_HEAD
  void *object;
  const char *bytes;
  size_t byte_count;
  void *backing;
  void (*release)(void *backing);
} pjrt_serialize_args;

// Loads a serialised executable.
typedef struct {
  PJRT_HEAD
  void *client;
  const char *bytes;
  size_t byte_count;
  void *loaded_executable;
  const char *overriding_options;
  size_t overriding_options_size;
} pjrt_load_args;

// Buffers. ----------------------------------------------------------------------------------------

// Copies a buffer to the host.
typedef struct {
  PJRT_HEAD
  void *buffer;
  void *host_layout;
  void *destination;
  size_t destination_size;
  void *event;
} pjrt_to_host_args;

// Custom calls. -----------------------------------------------------------------------------------

// Registers a custom call; this one structure has no chain of extensions.
typedef struct {
  size_t struct_size;
  const char *target;
  size_t target_size;
  void *handler;
  const char *platform;
  size_t platform_size;
  int traits;
} pjrt_register_handler_args;

// The extension of kind pjrt_extension_kind_ffi.
typedef struct {
  pjrt_extension base;
  void *unused_0;
  void *unused_1;
  pjrt_error *(*register_handler)(pjrt_register_handler_args *);
} pjrt_ffi_extension;

#endif
