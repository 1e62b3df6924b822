import CPJRT

extension FakePlugin {
  /// The table of the functions; the tests spoil copies of it.
  static func table() -> pjrt_table {
    var table = pjrt_table()
    table.struct_size = MemoryLayout<pjrt_table>.size
    table.version.major = 0
    table.version.minor = 100
    fillErrorsAndEvents(&table)
    fillClient(&table)
    fillExecutable(&table)
    fillBuffer(&table)
    return table
  }

  private static let sayText:
    @convention(c) (UnsafeMutablePointer<pjrt_text_args>?) -> OpaquePointer? =
      { arguments in
        FakePlugin.answer { _ in
          arguments?.pointee.text = UnsafeRawPointer(FakePlugin.text.utf8Start)
            .assumingMemoryBound(to: CChar.self)
          arguments?.pointee.text_size = FakePlugin.text.utf8CodeUnitCount
        }
      }

  private static func fillErrorsAndEvents(_ table: inout pjrt_table) {
    table.error_destroy = { arguments in _ = FakePlugin.free(arguments?.pointee.object, "error") }
    table.error_message = { arguments in
      FakePlugin.account.withLock { $0.use(arguments?.pointee.object, "error") }
      arguments?.pointee.text = UnsafeRawPointer(FakePlugin.message.utf8Start)
        .assumingMemoryBound(to: CChar.self)
      arguments?.pointee.text_size = FakePlugin.message.utf8CodeUnitCount
    }
    table.error_code = { arguments in
      arguments?.pointee.value = FakePlugin.account.withLock { account in
        account.use(arguments?.pointee.object, "error")
        return account.errorCode
      }
      return nil
    }
    table.plugin_initialize = { _ in FakePlugin.answer { _ in } }
    table.plugin_attributes = { arguments in
      FakePlugin.answer { _ in
        arguments?.pointee.values = UnsafePointer(FakePlugin.attributes.start)
        arguments?.pointee.count = 5
      }
    }
    table.event_destroy = { arguments in FakePlugin.free(arguments?.pointee.object, "event") }
    table.event_await = { arguments in
      FakePlugin.answer { $0.use(arguments?.pointee.object, "event") }
    }
  }

  private static func fillClient(_ table: inout pjrt_table) {
    table.client_create = { arguments in
      if let arguments, arguments.pointee.key_value_get != nil {
        FakePlugin.meet(arguments.pointee)
      }
      return FakePlugin.answer { account in
        arguments?.pointee.client = account.make("client")
        account.clientOptions.append(
          (0..<(arguments?.pointee.option_count ?? 0)).map { index in
            let name = arguments?.pointee.options?[index].name
            let size = arguments?.pointee.options?[index].name_size ?? 0
            return String(
              decoding: UnsafeRawBufferPointer(start: UnsafeRawPointer(name), count: size),
              as: UTF8.self
            )
          }
        )
      }
    }
    table.client_destroy = { arguments in FakePlugin.free(arguments?.pointee.object, "client") }
    table.client_platform_name = { arguments in
      FakePlugin.answer { account in
        arguments?.pointee.text = UnsafeRawPointer(account.platform.utf8Start)
          .assumingMemoryBound(to: CChar.self)
        arguments?.pointee.text_size = account.platform.utf8CodeUnitCount
      }
    }
    table.client_platform_version = sayText
    table.client_addressable_devices = { arguments in
      FakePlugin.answer { account in
        account.use(arguments?.pointee.object, "client")
        arguments?.pointee.items = UnsafePointer(FakePlugin.devices.start)
        // The last client's option makes one device, as the processor's plugin does.
        let isOne = account.clientOptions.last?.contains("cpu_device_count") == true
        arguments?.pointee.count = isOne ? 1 : account.deviceCount
      }
    }
    table.client_devices = table.client_addressable_devices
    table.device_description_process = { arguments in
      FakePlugin.answer { _ in arguments?.pointee.value = 0 }
    }
    table.device_description = { arguments in
      FakePlugin.answer { _ in arguments?.pointee.related = arguments?.pointee.object }
    }
    table.device_description_id = { arguments in
      FakePlugin.answer { _ in arguments?.pointee.value = 3 }
    }
    table.device_description_kind = sayText
    table.device_description_text = sayText
    table.topology_create = { arguments in
      FakePlugin.answer { arguments?.pointee.topology = $0.make("topology") }
    }
    table.topology_destroy = { arguments in
      FakePlugin.free(arguments?.pointee.object, "topology")
    }
    table.topology_platform_name = sayText
    table.compile = { arguments in
      FakePlugin.answer { account in
        account.use(UnsafeMutableRawPointer(mutating: arguments?.pointee.topology), "topology")
        arguments?.pointee.executable = account.make("executable")
      }
    }
    table.client_compile = { arguments in
      FakePlugin.answer { account in
        account.use(arguments?.pointee.client, "client")
        arguments?.pointee.loaded_executable = account.make("loaded executable")
      }
    }
    table.executable_load = { arguments in
      FakePlugin.answer { account in
        account.use(arguments?.pointee.client, "client")
        arguments?.pointee.loaded_executable = account.make("loaded executable")
      }
    }
    table.client_buffer_from_host = { arguments in
      FakePlugin.answer { account in
        account.use(arguments?.pointee.client, "client")
        arguments?.pointee.buffer = account.make("buffer")
        arguments?.pointee.done_with_host_buffer = account.make("event")
      }
    }
  }

  private static func fillExecutable(_ table: inout pjrt_table) {
    table.executable_destroy = { arguments in
      FakePlugin.free(arguments?.pointee.object, "executable")
    }
    table.executable_name = sayText
    table.executable_replica_count = { arguments in
      FakePlugin.answer { _ in arguments?.pointee.value = 1 }
    }
    table.executable_partition_count = { arguments in
      FakePlugin.answer { _ in arguments?.pointee.value = 1 }
    }
    table.executable_output_types = { arguments in
      FakePlugin.answer { _ in
        arguments?.pointee.element_types = FakePlugin.elementTypes.start
        arguments?.pointee.count = 1
      }
    }
    table.executable_output_dimensions = { arguments in
      FakePlugin.answer { _ in
        arguments?.pointee.dimensions = UnsafePointer(FakePlugin.extents.start)
        arguments?.pointee.ranks = UnsafeRawPointer(FakePlugin.ranks.start).assumingMemoryBound(
          to: Int.self
        )
        arguments?.pointee.count = 1
      }
    }
    table.executable_serialize = { arguments in
      FakePlugin.answer { account in
        account.use(arguments?.pointee.object, "executable")
        arguments?.pointee.bytes = UnsafeRawPointer(FakePlugin.text.utf8Start)
          .assumingMemoryBound(to: CChar.self)
        arguments?.pointee.byte_count = FakePlugin.text.utf8CodeUnitCount
        arguments?.pointee.backing = account.make("serialised bytes")
        arguments?.pointee.release = { backing in _ = FakePlugin.free(backing, "serialised bytes") }
      }
    }
    table.executable_cost_analysis = { arguments in
      FakePlugin.answer { _ in
        arguments?.pointee.values = UnsafePointer(FakePlugin.attributes.start)
        arguments?.pointee.count = 5
      }
    }
    table.executable_memory_statistics = { _ in FakePlugin.answer { _ in } }
    table.loaded_executable_destroy = { arguments in
      FakePlugin.free(arguments?.pointee.object, "loaded executable")
    }
    table.loaded_executable_executable = { arguments in
      FakePlugin.answer { arguments?.pointee.related = $0.make("executable") }
    }
    table.loaded_executable_addressable_devices = { arguments in
      FakePlugin.answer { account in
        account.use(arguments?.pointee.object, "loaded executable")
        arguments?.pointee.items = UnsafePointer(FakePlugin.devices.start)
        arguments?.pointee.count = 1
      }
    }
    table.loaded_executable_execute = { arguments in
      FakePlugin.answer { account in
        account.use(arguments?.pointee.executable, "loaded executable")
        for index in 0..<(arguments?.pointee.argument_count ?? 0) {
          account.use(arguments?.pointee.argument_lists?[0]?[index], "buffer")
        }
        arguments?.pointee.output_lists?[0]?[0] = account.make("buffer")
      }
    }
  }

  private static func fillBuffer(_ table: inout pjrt_table) {
    table.buffer_destroy = { arguments in FakePlugin.free(arguments?.pointee.object, "buffer") }
    table.buffer_is_deleted = { arguments in
      FakePlugin.answer { account in
        account.use(arguments?.pointee.object, "buffer")
        arguments?.pointee.flag = true
      }
    }
    table.buffer_ready_event = { arguments in
      FakePlugin.answer { account in
        account.use(arguments?.pointee.object, "buffer")
        arguments?.pointee.related = account.make("event")
      }
    }
    table.buffer_to_host = { arguments in
      FakePlugin.answer { account in
        account.use(arguments?.pointee.buffer, "buffer")
        arguments?.pointee.destination?.initializeMemory(
          as: UInt8.self,
          repeating: 0,
          count: arguments?.pointee.destination_size ?? 0
        )
        arguments?.pointee.event = account.make("event")
      }
    }
  }
}
