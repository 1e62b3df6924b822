// The facts about layout that everything rests on, checked when this file is compiled.
#include "CPJRT.h"

#define SLOT(name, number) \
  _Static_assert( \
      offsetof(pjrt_table, name) == 40 + 8 * (number), "PJRT: slot of " #name)

SLOT(error_destroy, 0);
SLOT(plugin_initialize, 3);
SLOT(event_await, 8);
SLOT(client_create, 10);
SLOT(client_devices, 15);
SLOT(client_compile, 20);
SLOT(client_buffer_from_host, 22);
SLOT(device_description_process, 24);
SLOT(device_description, 29);
SLOT(executable_destroy, 40);
SLOT(executable_optimized_program, 48);
SLOT(executable_serialize, 49);
SLOT(loaded_executable_addressable_devices, 52);
SLOT(loaded_executable_execute, 55);
SLOT(executable_load, 56);
SLOT(buffer_destroy, 58);
SLOT(buffer_to_host, 70);
SLOT(buffer_unsafe_pointer, 73);
SLOT(topology_create, 82);
SLOT(compile, 89);
SLOT(executable_output_types, 90);
SLOT(executable_memory_statistics, 96);

_Static_assert(sizeof(pjrt_named_value) == 56, "PJRT: a named value");
_Static_assert(offsetof(pjrt_named_value, value_size) == 48, "PJRT: the size of a named value");
_Static_assert(offsetof(pjrt_client_create_args, client) == 64, "PJRT: the created client");
_Static_assert(offsetof(pjrt_topology_create_args, topology) == 48, "PJRT: the created topology");
_Static_assert(
    offsetof(pjrt_compile_for_topology_args, executable) == 56, "PJRT: the compiled program");
_Static_assert(offsetof(pjrt_buffer_from_host_args, buffer) == 112, "PJRT: the created buffer");
_Static_assert(offsetof(pjrt_execute_args, execute_device) == 72, "PJRT: the arguments of execute");
_Static_assert(offsetof(pjrt_memory_statistics_args, peak) == 104, "PJRT: memory statistics");
_Static_assert(offsetof(xla_ffi_table, error_create) == 48, "FFI: the table");
_Static_assert(offsetof(xla_ffi_frame, inputs) == 40, "FFI: the inputs of a frame");
_Static_assert(offsetof(xla_ffi_frame, attributes) == 120, "FFI: the attributes of a frame");
