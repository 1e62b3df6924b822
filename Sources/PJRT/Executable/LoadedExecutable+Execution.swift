internal import Arrays
internal import CPJRT

extension LoadedExecutable {
  /// Runs the program on its one device.
  ///
  /// Returns as soon as the plugin has taken the work, which may be before it is done: reading an output
  /// waits for it, and an error in the computation appears there.
  ///
  /// - Parameter arguments: The inputs in the order of `main`'s arguments. Those the program's text
  ///   donates are deleted afterwards.
  /// - Returns: The outputs in the order of `main`'s results.
  /// - Throws: ``PJRTError/call(name:code:message:)`` with XLA's message if an input is deleted, or if
  ///   number or types of the inputs do not fit.
  public func execute(_ arguments: [Buffer]) throws(PJRTError) -> [Buffer] {
    guard deviceCount == 1 else {
      throw .argumentListMismatch(
        program: name,
        needed: "one list of arguments for each of \(deviceCount) devices",
        given: "one list"
      )
    }
    let outputCount = resultTypes.count
    return try withUnsafeTemporaryAllocation(
      of: UnsafeMutableRawPointer?.self,
      capacity: arguments.count + outputCount + 1
    ) { (slots) throws(PJRTError) -> [Buffer] in
      slots.initialize(repeating: nil)
      for index in arguments.indices {
        slots[index] = arguments[index].handle.pointer
      }
      // SAFETY: the allocation has one slot at least, so it has an address.
      let inputs = slots.baseAddress.unsafelyUnwrapped
      let outputs = inputs + arguments.count
      try withUnsafePointer(to: UnsafePointer(inputs) as UnsafePointer<UnsafeMutableRawPointer?>?) {
        (inputList) throws(PJRTError) in
        try withUnsafePointer(to: outputs as UnsafeMutablePointer<UnsafeMutableRawPointer?>?) {
          (outputList) throws(PJRTError) in
          try run(
            argumentLists: inputList,
            argumentCount: arguments.count,
            outputLists: outputList
          )
        }
      }
      // The plugin holds what it needs of the inputs; until here it relied on these references.
      withExtendedLifetime(arguments) {}
      return try buffers(takingOver: UnsafeMutableBufferPointer(start: outputs, count: outputCount))
    }
  }

  /// Runs the program on all of its devices that are this process's; the other processes run it on theirs.
  ///
  /// - Parameter arguments: For each device, in the order of the client's devices, the inputs in the
  ///   order of `main`'s arguments; of a partitioned input, that device's part.
  /// - Returns: For each device the outputs.
  /// - Throws: ``PJRTError/argumentListMismatch(program:needed:given:)`` if the lists do not match the
  ///   devices or each other, or what XLA reports.
  public func execute(perDevice arguments: [[Buffer]]) throws(PJRTError) -> [[Buffer]] {
    let argumentCount = arguments.first?.count ?? 0
    guard arguments.count == localDeviceCount, arguments.allSatisfy({ $0.count == argumentCount })
    else {
      throw .argumentListMismatch(
        program: name,
        needed: "\(localDeviceCount) lists of arguments of one length",
        given: "lists of \(arguments.map(\.count)) arguments"
      )
    }
    let outputCount = resultTypes.count
    // One address more, so that an address exists when there is neither input nor output.
    var inputs = arguments.flatMap { $0.map { Optional($0.handle.pointer) } } + [nil]
    var outputs = [UnsafeMutableRawPointer?](
      repeating: nil,
      count: localDeviceCount * outputCount + 1
    )
    return try inputs.withUnsafeMutableBufferPointer { (inputs) throws(PJRTError) -> [[Buffer]] in
      try outputs.withUnsafeMutableBufferPointer { (outputs) throws(PJRTError) -> [[Buffer]] in
        let inputLists = (0..<localDeviceCount).map { device in
          inputs.baseAddress.map { UnsafePointer($0 + device * argumentCount) }
        }
        let outputLists = (0..<localDeviceCount).map { device in
          outputs.baseAddress.map { $0 + device * outputCount }
        }
        try inputLists.withUnsafeBufferPointer { (inputLists) throws(PJRTError) in
          try outputLists.withUnsafeBufferPointer { (outputLists) throws(PJRTError) in
            try run(
              argumentLists: inputLists.baseAddress,
              argumentCount: argumentCount,
              outputLists: outputLists.baseAddress
            )
          }
        }
        withExtendedLifetime(arguments) {}
        let all = try buffers(
          takingOver: UnsafeMutableBufferPointer(
            start: outputs.baseAddress,
            count: localDeviceCount * outputCount
          )
        )
        return (0..<localDeviceCount).map { device in
          Array(all[device * outputCount..<(device + 1) * outputCount])
        }
      }
    }
  }

  private func run(
    argumentLists: UnsafePointer<UnsafePointer<UnsafeMutableRawPointer?>?>?,
    argumentCount: Int,
    outputLists: UnsafePointer<UnsafeMutablePointer<UnsafeMutableRawPointer?>?>?
  ) throws(PJRTError) {
    var options = pjrt_execute_options()
    options.struct_size = MemoryLayout<pjrt_execute_options>.size
    try withUnsafeMutablePointer(to: &options) { (options) throws(PJRTError) in
      var arguments = pjrt_execute_args()
      arguments.struct_size = MemoryLayout<pjrt_execute_args>.size
      arguments.executable = handle.pointer
      arguments.options = options
      arguments.argument_lists = argumentLists
      arguments.device_count = localDeviceCount
      arguments.argument_count = argumentCount
      arguments.output_lists = outputLists
      try interface.call(
        "PJRT_LoadedExecutable_Execute",
        interface.table.pointee.loaded_executable_execute,
        &arguments
      )
    }
  }

  /// Wraps what an execution put into the output slots, freeing all of it if one cannot be wrapped.
  private func buffers(
    takingOver slots: UnsafeMutableBufferPointer<UnsafeMutableRawPointer?>
  ) throws(PJRTError) -> [Buffer] {
    var buffers: [Buffer] = []
    buffers.reserveCapacity(slots.count)
    var failure: PJRTError?
    for (index, slot) in slots.enumerated() {
      do throws(PJRTError) {
        let output = try interface.promised(slot, by: "PJRT_LoadedExecutable_Execute")
        let type = try type(ofOutput: output, declared: resultTypes[index % resultTypes.count])
        buffers.append(Buffer(owning: output, type: type, client: client))
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
    return buffers
  }

  /// The type of an output buffer, which is freed if it cannot be told.
  private func type(
    ofOutput output: Handle,
    declared: TensorType
  ) throws(PJRTError) -> TensorType {
    guard executable.isPartitioned else { return declared }
    do {
      return try interface.type(ofBuffer: output)
    } catch {
      interface.release("PJRT_Buffer_Destroy", interface.table.pointee.buffer_destroy, output)
      throw error
    }
  }
}
