// The table of functions a PJRT plugin hands out, up to the last one Espalier calls.
//
// A slot's place in the table is its meaning. A slot that is not called is an unnamed pointer with the
// slot's number.
#ifndef ESPALIER_PJRT_TABLE_H
#define ESPALIER_PJRT_TABLE_H

#include "pjrt_arguments.h"

typedef struct pjrt_table {
  PJRT_HEAD
  pjrt_version version;
  void (*error_destroy)(pjrt_object_args *);
  void (*error_message)(pjrt_text_args *);
  pjrt_error *(*error_code)(pjrt_int_args *);
  pjrt_error *(*plugin_initialize)(pjrt_empty_args *);
  pjrt_error *(*plugin_attributes)(pjrt_attributes_args *);
  pjrt_error *(*event_destroy)(pjrt_object_args *);
  void *unused_6;
  void *unused_7;
  pjrt_error *(*event_await)(pjrt_object_args *);
  void *unused_9;
  pjrt_error *(*client_create)(pjrt_client_create_args *);
  pjrt_error *(*client_destroy)(pjrt_object_args *);
  pjrt_error *(*client_platform_name)(pjrt_text_args *);
  void *unused_13;
  pjrt_error *(*client_platform_version)(pjrt_text_args *);
  pjrt_error *(*client_devices)(pjrt_objects_args *);
  pjrt_error *(*client_addressable_devices)(pjrt_objects_args *);
  void *unused_17;
  void *unused_18;
  void *unused_19;
  pjrt_error *(*client_compile)(pjrt_compile_args *);
  void *unused_21;
  pjrt_error *(*client_buffer_from_host)(pjrt_buffer_from_host_args *);
  pjrt_error *(*device_description_id)(pjrt_int_args *);
  pjrt_error *(*device_description_process)(pjrt_int_args *);
  void *unused_25;
  pjrt_error *(*device_description_kind)(pjrt_text_args *);
  void *unused_27;
  pjrt_error *(*device_description_text)(pjrt_text_args *);
  pjrt_error *(*device_description)(pjrt_related_args *);
  void *unused_30;
  void *unused_31;
  void *unused_32;
  void *unused_33;
  void *unused_34;
  void *unused_35;
  void *unused_36;
  void *unused_37;
  void *unused_38;
  void *unused_39;
  pjrt_error *(*executable_destroy)(pjrt_object_args *);
  pjrt_error *(*executable_name)(pjrt_text_args *);
  pjrt_error *(*executable_replica_count)(pjrt_size_args *);
  pjrt_error *(*executable_partition_count)(pjrt_size_args *);
  pjrt_error *(*executable_output_count)(pjrt_size_args *);
  void *unused_45;
  pjrt_error *(*executable_cost_analysis)(pjrt_cost_args *);
  void *unused_47;
  pjrt_error *(*executable_optimized_program)(pjrt_optimized_program_args *);
  pjrt_error *(*executable_serialize)(pjrt_serialize_args *);
  pjrt_error *(*loaded_executable_destroy)(pjrt_object_args *);
  pjrt_error *(*loaded_executable_executable)(pjrt_related_args *);
  pjrt_error *(*loaded_executable_addressable_devices)(pjrt_objects_args *);
  void *unused_53;
  void *unused_54;
  pjrt_error *(*loaded_executable_execute)(pjrt_execute_args *);
  pjrt_error *(*executable_load)(pjrt_load_args *);
  void *unused_57;
  pjrt_error *(*buffer_destroy)(pjrt_object_args *);
  pjrt_error *(*buffer_element_type)(pjrt_int_args *);
  pjrt_error *(*buffer_dimensions)(pjrt_dimensions_args *);
  void *unused_61;
  void *unused_62;
  void *unused_63;
  void *unused_64;
  pjrt_error *(*buffer_device)(pjrt_related_args *);
  void *unused_66;
  void *unused_67;
  pjrt_error *(*buffer_is_deleted)(pjrt_flag_args *);
  void *unused_69;
  pjrt_error *(*buffer_to_host)(pjrt_to_host_args *);
  void *unused_71;
  pjrt_error *(*buffer_ready_event)(pjrt_related_args *);
  pjrt_error *(*buffer_unsafe_pointer)(pjrt_size_args *);
  void *unused_74;
  void *unused_75;
  void *unused_76;
  void *unused_77;
  void *unused_78;
  void *unused_79;
  void *unused_80;
  void *unused_81;
  pjrt_error *(*topology_create)(pjrt_topology_create_args *);
  pjrt_error *(*topology_destroy)(pjrt_object_args *);
  pjrt_error *(*topology_platform_name)(pjrt_text_args *);
  void *unused_85;
  void *unused_86;
  void *unused_87;
  void *unused_88;
  pjrt_error *(*compile)(pjrt_compile_for_topology_args *);
  pjrt_error *(*executable_output_types)(pjrt_output_types_args *);
  pjrt_error *(*executable_output_dimensions)(pjrt_output_dimensions_args *);
  void *unused_92;
  void *unused_93;
  void *unused_94;
  void *unused_95;
  pjrt_error *(*executable_memory_statistics)(pjrt_memory_statistics_args *);
} pjrt_table;

// The type of the symbol GetPjrtApi.
typedef const pjrt_table *(*pjrt_entry_point)(void);

#endif
