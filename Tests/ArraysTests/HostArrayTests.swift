import Arrays
import Testing

@Suite struct HostArrayTests {
  @Test func valuesComeBackAndBytesAreLittleEndian() {
    let array = HostArray([1, -2] as [Int32])
    #expect(array.bytes == [1, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF])
    #expect(array.type == TensorType(.int32, [2]))
    #expect(array.values(as: Int32.self) == [1, -2])
    #expect(HostArray(bytes: array.bytes, type: array.type) == array)
  }

  @Test func everyScalarTypeSurvivesTheRoundTrip() {
    func check<Scalar: HostScalar & Equatable>(_ values: [Scalar]) {
      #expect(HostArray(values).values() == values)
      #expect(HostArray(values, shape: [values.count, 1]).shape == [values.count, 1])
    }
    check([0, -0.0, .infinity, .leastNonzeroMagnitude] as [Float])
    check([0.1, -.greatestFiniteMagnitude])
    check([BFloat16(1.5), BFloat16(-2)])
    check([Int32.min, .max])
    check([Int64.min, .max])
    check([0, 255] as [UInt8])
    check([0, .max] as [UInt32])
    check([0, .max] as [UInt64])
    check([true, false])
    check([] as [Float])
  }

  @Test func bitsOfNaNAndNegativeZeroAreKept() {
    let values = [Float(bitPattern: 0x7FC0_1234), -0.0]
    let back = HostArray(values).values(as: Float.self)
    #expect(back.map(\.bitPattern) == values.map(\.bitPattern))
    #expect(HostArray([0.0] as [Float]) != HostArray([-0.0] as [Float]))
  }

  @Test func scalarHasNoAxis() {
    let array = HostArray(scalar: 2.5)
    #expect(array.shape == .scalar)
    #expect(array.values() == [2.5])
  }

  @Test func zerosAreZeroOfEachType() {
    for type in ElementType.allCases {
      let array = HostArray(zeros: TensorType(type, [2, 3]))
      #expect(array.bytes == [UInt8](repeating: 0, count: 6 * type.byteCount))
      #expect(array == HostArray(repeating: 0, type: TensorType(type, [2, 3])))
    }
  }

  @Test func repeatedNumberIsRoundedToTheType() {
    func repeated(_ value: Double, _ type: ElementType) -> HostArray {
      HostArray(repeating: value, type: TensorType(type, [2]))
    }
    #expect(repeated(0.1, .float32) == HostArray([0.1, 0.1] as [Float]))
    #expect(repeated(0.1, .float64) == HostArray([0.1, 0.1]))
    #expect(repeated(1.00390625, .bfloat16) == HostArray([BFloat16(1), BFloat16(1)]))
    #expect(repeated(-7.9, .int32) == HostArray([-7, -7] as [Int32]))
    #expect(repeated(-7.9, .int64) == HostArray([-7, -7] as [Int64]))
    #expect(repeated(7, .uint8) == HostArray([7, 7] as [UInt8]))
    #expect(repeated(7, .uint32) == HostArray([7, 7] as [UInt32]))
    #expect(repeated(7, .uint64) == HostArray([7, 7] as [UInt64]))
    #expect(repeated(-0.5, .bool) == HostArray([true, true]))
    #expect(HostArray(repeating: 3, type: TensorType(.float32, [])).values() == [3 as Float])
  }

  @Test func rowsAreGatheredInAnyOrderAndMoreThanOnce() {
    let array = HostArray([1, 2, 3, 4, 5, 6] as [Float], shape: [3, 2])
    #expect(
      array.gatheringRows([2, 0, 2])
        == HostArray([5, 6, 1, 2, 5, 6] as [Float], shape: [3, 2])
    )
    #expect(array.gatheringRows([]) == HostArray([] as [Float], shape: [0, 2]))
    #expect(array.gatheringRows(Array(0..<3)) == array)
    let vector = HostArray([true, false])
    #expect(vector.gatheringRows([1, 0, 1]) == HostArray([false, true, false]))
  }

  @Test func rowsWithoutElementsAreGatheredToo() {
    let array = HostArray(zeros: TensorType(.float32, [2, 0]))
    #expect(array.gatheringRows([1, 1, 0]).shape == [3, 0])
    let none = HostArray(zeros: TensorType(.float32, [0, 4]))
    #expect(none.gatheringRows([]) == none)
  }

  @Test func oneRowIsReplacedAndNoOther() {
    var array = HostArray([1, 2, 3, 4, 5, 6] as [Int32], shape: [3, 2])
    let before = array
    array.replaceRow(1, with: HostArray([7, 8] as [Int32]))
    #expect(array == HostArray([1, 2, 7, 8, 5, 6] as [Int32], shape: [3, 2]))
    #expect(before.values() == [1, 2, 3, 4, 5, 6] as [Int32])
    var vector = HostArray([1, 2] as [UInt64])
    vector.replaceRow(0, with: HostArray(scalar: 9 as UInt64))
    #expect(vector.values() == [9, 2] as [UInt64])
  }

  @Test func namesAndElementsMakeTwoNamedArraysEqual() {
    let array = HostArray([1] as [Float])
    #expect(NamedArray("a", array) == NamedArray("a", array))
    #expect(NamedArray("a", array) != NamedArray("b", array))
    #expect(NamedArray("a", array) != NamedArray("a", HostArray([2] as [Float])))
  }

  @Test func partsAlongAnyAxisComeTogetherAgain() throws {
    let array = HostArray((0..<24).map { Int32($0) }, shape: [2, 4, 3])
    let halves = try #require(array.cut(alongAxis: 1, into: 2))
    #expect(halves.map(\.shape) == [[2, 2, 3], [2, 2, 3]])
    #expect(halves[0].values(as: Int32.self) == [0, 1, 2, 3, 4, 5, 12, 13, 14, 15, 16, 17])
    for (axis, count) in [(0, 2), (1, 1), (1, 4), (2, 3)] {
      let parts = try #require(array.cut(alongAxis: axis, into: count))
      #expect(parts.count == count)
      #expect(HostArray(joining: parts, alongAxis: axis) == array)
    }
    let empty = HostArray(zeros: TensorType(.float32, [0, 4]))
    let emptyParts = try #require(empty.cut(alongAxis: 1, into: 2))
    #expect(HostArray(joining: emptyParts, alongAxis: 1) == empty)
    for (axis, count) in [(1, 3), (3, 1), (-1, 1), (0, 0)] {
      #expect(array.cut(alongAxis: axis, into: count) == nil)
    }
  }
}
