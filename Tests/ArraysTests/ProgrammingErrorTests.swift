import Arrays
import Testing

/// What the documentation calls a programming error stops the program and never reads foreign memory.
@Suite struct ProgrammingErrorTests {
  @Test func bytesThatDoNotFitTheTypeStopTheProgram() async {
    await #expect(processExitsWith: .failure) {
      _ = HostArray(bytes: [1, 2, 3], type: TensorType(.float32, [1]))
    }
  }

  @Test func valuesOfAnotherTypeStopTheProgram() async {
    await #expect(processExitsWith: .failure) {
      _ = HostArray([1, 2] as [Float]).values(as: Int32.self)
    }
  }

  @Test func rowOutsideTheArrayStopsTheProgram() async {
    await #expect(processExitsWith: .failure) {
      _ = HostArray([1, 2] as [Float]).gatheringRows([2])
    }
    await #expect(processExitsWith: .failure) {
      var array = HostArray([1, 2] as [Float])
      array.replaceRow(2, with: HostArray(scalar: 3 as Float))
    }
  }

  @Test func negativeExtentStopsTheProgram() async {
    await #expect(processExitsWith: .failure) { _ = Shape([2, -1]) }
  }
}
