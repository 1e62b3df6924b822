import Arrays
import PJRT
import Tensors

extension Engine {
  /// What a program makes of samples on the device and of arrays on the host.
  ///
  /// - Parameters:
  ///   - name: The program's name.
  ///   - samples: Its first parameter.
  ///   - arrays: Its other parameters.
  ///   - body: The program.
  /// - Returns: Its results.
  /// - Throws: ``TraceError`` or `PJRTError`.
  package func results(
    _ name: String,
    of samples: Buffer,
    _ arrays: [HostArray] = [],
    body: ([Tensor]) -> [Tensor]
  ) throws -> [HostArray] {
    let program = try program(name, parameters: [samples.type] + arrays.map(\.type), body: body)
    let buffers = try arrays.map { try client.buffer(from: $0) }
    return try program([samples] + buffers).map { try $0.copyToHost() }
  }
}
