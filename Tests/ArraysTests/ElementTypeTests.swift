import Arrays
import Testing

@Suite struct ElementTypeTests {
  @Test(
    arguments: [
      (.float32, "f32", "float32", 4), (.float64, "f64", "float64", 8),
      (.bfloat16, "bf16", "bfloat16", 2), (.int32, "i32", "int32", 4),
      (.int64, "i64", "int64", 8), (.uint8, "ui8", "uint8", 1), (.uint32, "ui32", "uint32", 4),
      (.uint64, "ui64", "uint64", 8), (.bool, "i1", "bool", 1),
    ] as [(ElementType, String, String, Int)]
  )
  func namesAndSizesAreStableHLOs(
    type: ElementType,
    text: String,
    description: String,
    byteCount: Int
  ) {
    #expect(type.rawValue == text)
    #expect(ElementType(rawValue: text) == type)
    #expect(type.description == description)
    #expect(type.byteCount == byteCount)
  }

  @Test func everyTypeIsOfOneKind() {
    let floating = ElementType.allCases.filter(\.isFloatingPoint)
    let integer = ElementType.allCases.filter(\.isInteger)
    #expect(floating == [.float32, .float64, .bfloat16])
    #expect(integer == [.int32, .int64, .uint8, .uint32, .uint64])
    #expect(ElementType.allCases.filter(\.isUnsigned) == [.uint8, .uint32, .uint64])
    #expect(ElementType.allCases.count == floating.count + integer.count + 1)
  }

  @Test func scalarsHaveTheLayoutOfTheirType() {
    func check<Scalar: HostScalar>(_ scalar: Scalar.Type, _ type: ElementType) {
      #expect(Scalar.elementType == type)
      #expect(MemoryLayout<Scalar>.stride == type.byteCount)
    }
    check(Float.self, .float32)
    check(Double.self, .float64)
    check(BFloat16.self, .bfloat16)
    check(Int32.self, .int32)
    check(Int64.self, .int64)
    check(UInt8.self, .uint8)
    check(UInt32.self, .uint32)
    check(UInt64.self, .uint64)
    check(Bool.self, .bool)
  }
}
