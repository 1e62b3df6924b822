internal import CPJRT

extension Executable {
  /// The memory one execution takes, as the compiler planned it.
  public func memoryStatistics() throws(PJRTError) -> CompiledMemoryStatistics {
    var arguments = pjrt_memory_statistics_args()
    arguments.struct_size = MemoryLayout<pjrt_memory_statistics_args>.size
    arguments.object = handle.pointer
    try interface.call(
      "PJRT_Executable_GetCompiledMemoryStats",
      interface.table.pointee.executable_memory_statistics,
      &arguments
    )
    return CompiledMemoryStatistics(
      generatedCodeByteCount: Int(arguments.generated_code),
      argumentByteCount: Int(arguments.arguments),
      outputByteCount: Int(arguments.outputs),
      aliasedByteCount: Int(arguments.aliased),
      temporaryByteCount: Int(arguments.temporary),
      peakByteCount: Int(arguments.peak)
    )
  }

  /// What the compiler estimates an execution costs, by the plugin's names, such as `flops`.
  ///
  /// - Returns: The numbers; empty when the plugin makes no estimate. XLA counts the body of a loop once,
  ///   however often it runs, and does not look into custom calls.
  public func costAnalysis() throws(PJRTError) -> [String: Double] {
    var arguments = pjrt_cost_args()
    arguments.struct_size = MemoryLayout<pjrt_cost_args>.size
    arguments.object = handle.pointer
    do throws(PJRTError) {
      try interface.call(
        "PJRT_Executable_GetCostAnalysis",
        interface.table.pointee.executable_cost_analysis,
        &arguments
      )
    } catch .call(_, .unimplemented, _) {
      return [:]
    }
    let values = PluginValue.values(arguments.values, count: arguments.count)
    return values.compactMapValues { value in
      switch value {
      case .float(let number): Double(number)
      case .integer(let number): Double(number)
      case .string, .integers, .boolean: nil
      }
    }
  }

  /// How many floating-point operations the compiler counts in one execution.
  ///
  /// - Returns: The count, in single precision because that is how plugins report it; nil when the plugin
  ///   makes no estimate. The limits are those of ``costAnalysis()``.
  public func floatingPointOperationCount() throws(PJRTError) -> Double? {
    try costAnalysis()["flops"]
  }
}
