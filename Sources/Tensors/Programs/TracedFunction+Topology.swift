import PJRT

extension Topology {
  /// Compiles a traced function for the devices, which need not be there.
  ///
  /// - Parameter function: The function.
  /// - Returns: The program, which is on no device.
  /// - Throws: `PJRTError` with the compiler's message.
  public func compile(_ function: TracedFunction) throws(PJRTError) -> Executable {
    try compile(
      stableHLO: function.module.text,
      options: CompileOptions(settings: Engine.settings(forPlatform: platformName)).for(function)
    )
  }
}
