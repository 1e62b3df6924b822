import Arrays
import EspalierTestSupport
import PJRT
import Testing

@Suite struct ExecutionTests {
  @Test func addsTwoArrays() throws {
    let client = try TestPlugin.client()
    let program = try client.compile(stableHLO: Programs.add)
    let left = try client.buffer(from: HostArray([1, 2, 3, 4] as [Float]))
    let right = try client.buffer(from: HostArray([10, 20, 30, 40] as [Float]))
    let outputs = try program.execute([left, right])
    #expect(outputs.count == 1)
    #expect(outputs.map(\.type) == [TensorType(.float32, [4])])
    #expect(try outputs[0].copyToHost().values(as: Float.self) == [11, 22, 33, 44])
    #expect(try left.isDeleted == false)
  }
}
