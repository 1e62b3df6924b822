import Arrays
import EspalierTestSupport
import PJRT
import Testing

@Suite struct PartitioningTests {
  private func twoDevices() throws -> Client {
    try Client(plugin: Plugin(path: TestPlugin.path), options: [.cpuDeviceCount(2)])
  }

  /// Each device has half of the rows; the product of the halves is summed over both.
  @Test func twoDevicesShareOneProgram() throws {
    let client = try twoDevices()
    #expect(client.devices.count == 2)
    #expect(Set(client.devices.map(\.id)).count == 2)
    let program = try client.compile(
      stableHLO: Programs.partitionedProduct,
      options: CompileOptions(partitionCount: 2)
    )
    #expect(program.deviceCount == 2)
    let weights = HostArray([Float](repeating: 1, count: 16), shape: [8, 2])
    let arguments = try [1, 2].enumerated().map { index, value in
      let rows = HostArray([Float](repeating: Float(value), count: 16), shape: [2, 8])
      let device = client.devices[index]
      return [
        try client.buffer(from: rows, on: device), try client.buffer(from: weights, on: device),
      ]
    }
    let outputs = try program.execute(perDevice: arguments)

    // Row sums are 8 and 16; the gradient sums value times row sum over all four rows.
    for device in 0..<2 {
      #expect(outputs[device][0].type == TensorType(.float32, [8, 2]))
      let gradient = try outputs[device][0].copyToHost().values(as: Float.self)
      #expect(gradient == [Float](repeating: 2 * 8 + 2 * 2 * 16, count: 16))
      #expect(try outputs[device][0].device() == client.devices[device])
      #expect(outputs[device][1].type == TensorType(.float32, [2, 2]))
      let part = try outputs[device][1].copyToHost().values(as: Float.self)
      #expect(part == [Float](repeating: Float(8 * (device + 1)), count: 4))
    }

    let again = try client.load(serialized: program.serialize())
    let reloaded = try again.execute(perDevice: arguments)
    #expect(try reloaded[1][0].copyToHost() == outputs[1][0].copyToHost())
  }

  @Test func theListsMustMatchTheDevices() throws {
    let client = try twoDevices()
    let program = try client.compile(
      stableHLO: Programs.partitionedProduct,
      options: CompileOptions(partitionCount: 2)
    )
    let rows = try client.buffer(from: HostArray(zeros: TensorType(.float32, [2, 8])))
    #expect(
      throws: PJRTError.argumentListMismatch(
        program: program.name,
        needed: "one list of arguments for each of 2 devices",
        given: "one list"
      )
    ) { try program.execute([rows]) }
    let error = #expect(throws: PJRTError.self) {
      try program.execute(perDevice: [[rows, rows], [rows]])
    }
    #expect(
      error?.description
        == "\(program.name): needs 2 lists of arguments of one length; got lists of [2, 1] arguments"
    )
    #expect(throws: PJRTError.self) { try program.execute(perDevice: [[rows, rows]]) }
  }

  @Test func moreDevicesThanThereAreAreRefused() throws {
    let client = try TestPlugin.client()
    let error = #expect(throws: PJRTError.self) {
      try client.compile(
        stableHLO: Programs.partitionedProduct,
        options: CompileOptions(partitionCount: 2)
      )
    }
    guard case .call("PJRT_Client_Compile", .invalidArgument, let message) = error else {
      Issue.record("got \(String(describing: error))")
      return
    }
    #expect(message.contains("device"))
  }

  @Test func optionsAreEncodedAsXLAReadsThem() {
    #expect(CompileOptions().serialized == [0x1a, 4, 0x20, 1, 0x28, 1])
    #expect(CompileOptions(partitionCount: 2).serialized == [0x1a, 6, 0x20, 1, 0x28, 2, 0x30, 1])
    #expect(
      CompileOptions(replicaCount: 300).serialized == [0x1a, 5, 0x20, 0xac, 0x02, 0x28, 1]
    )
    #expect(CompileOptions(replicaCount: 3, partitionCount: 2).deviceCount == 6)
    var placed = CompileOptions(partitionCount: 2)
    placed.deviceIDs = [3, 300]
    // Field 9: one replica, two partitions, and of each partition the devices of its replicas.
    let assignment: [UInt8] = [8, 1, 16, 2, 0x1a, 2, 8, 3, 0x1a, 3, 8, 0xac, 0x02]
    #expect(
      placed.serialized == [0x1a, 21, 0x20, 1, 0x28, 2, 0x30, 1, 0x4a, 13] + assignment
    )
  }
}
