import Arrays
import StableHLO
import Testing

/// One application of an operation and the type or the mistake that comes of it.
struct ShapeRule: CustomTestStringConvertible, Sendable {
  let operation: Operation
  let operands: [TensorType]
  let outcome: String

  init(_ operation: Operation, _ operands: [TensorType], _ outcome: String) {
    self.operation = operation
    self.operands = operands
    self.outcome = outcome
  }

  var testDescription: String { "\(operation.name) of \(operands): \(outcome)" }
}

@Suite struct ShapeRuleTests {
  private static func float(_ dimensions: Int...) -> TensorType {
    TensorType(.float32, Shape(dimensions))
  }
  private static func int(_ dimensions: Int...) -> TensorType {
    TensorType(.int32, Shape(dimensions))
  }
  private static func bool(_ dimensions: Int...) -> TensorType {
    TensorType(.bool, Shape(dimensions))
  }

  /// The results' types, or the mistake's rule.
  private func outcome(_ rule: ShapeRule) -> String {
    do {
      let types = try rule.operation.resultTypes(operands: rule.operands)
      return types.map(\.description).joined(separator: " ")
    } catch {
      return error.rule
    }
  }

  static let elementwise: [ShapeRule] = [
    ShapeRule(.constant(HostArray([1, 2] as [Int32])), [], "int32[2]"),
    ShapeRule(.constant(HostArray([1.0])), [float()], "takes 0 operands, not 1"),
    ShapeRule(.iota(int(2, 3), axis: 1), [], "int32[2, 3]"),
    ShapeRule(.iota(int(2, 3), axis: 2), [], "axes [2] are not all among the 2 axes"),
    ShapeRule(.iota(bool(2), axis: 0), [], "a bool holds no index"),
    ShapeRule(.unary(.sine), [float(2, 3)], "float32[2, 3]"),
    ShapeRule(.unary(.sine), [int(2)], "does not take int32"),
    ShapeRule(.unary(.negate), [int(2)], "int32[2]"),
    ShapeRule(.unary(.sign), [TensorType(.uint8, [2])], "does not take uint8"),
    ShapeRule(.unary(.not), [bool(2)], "bool[2]"),
    ShapeRule(.unary(.not), [float(2)], "does not take float32"),
    ShapeRule(.unary(.isFinite), [float(2)], "bool[2]"),
    ShapeRule(.binary(.add), [float(2), float(2)], "float32[2]"),
    ShapeRule(.binary(.add), [float(2)], "takes 2 operands, not 1"),
    ShapeRule(.binary(.add), [float(2), float(3)], "the shapes differ"),
    ShapeRule(.binary(.add), [float(2), int(2)], "the element types differ"),
    ShapeRule(.binary(.add), [bool(2), bool(2)], "does not take bool"),
    ShapeRule(.binary(.and), [float(2), float(2)], "does not take float32"),
    ShapeRule(.binary(.shiftLeft), [bool(2), bool(2)], "does not take bool"),
    ShapeRule(.compare(.less), [int(2), int(2)], "bool[2]"),
    ShapeRule(.compare(.less), [int(2), int()], "the shapes differ"),
    ShapeRule(.select, [bool(2), int(2), int(2)], "int32[2]"),
    ShapeRule(.select, [int(2), int(2), int(2)], "the condition is not bool"),
    ShapeRule(
      .select,
      [bool(), int(2), int(2)],
      "the condition and both choices need one shape, the choices one type"
    ),
    ShapeRule(.clamp, [float(2), float(2), float(2)], "float32[2]"),
    ShapeRule(.clamp, [float(), float(2), float()], "the shapes differ"),
    ShapeRule(.clamp, [bool(), bool(), bool()], "does not take bool"),
    ShapeRule(.convert(.bfloat16), [bool(2)], "bfloat16[2]"),
    ShapeRule(.bitcast(.uint32), [float(2)], "uint32[2]"),
    ShapeRule(.bitcast(.float64), [float(2)], "float64 and float32 differ in size"),
    ShapeRule(.optimizationBarrier, [float(2), int()], "float32[2] int32[]"),
    ShapeRule(.shardingConstraint(.replicated), [int()], "int32[]"),
    ShapeRule(.shardingConstraint(.split(axis: 1)), [float(2, 3)], "float32[2, 3]"),
    ShapeRule(
      .shardingConstraint(.split(axis: 1)),
      [float(2)],
      "axes [1] are not all among the 1 axes"
    ),
  ]

  static let movement: [ShapeRule] = [
    ShapeRule(.broadcast([2, 3], axes: [1]), [float(3)], "float32[2, 3]"),
    ShapeRule(.broadcast([2, 3], axes: [1, 0]), [float(3, 1)], "float32[2, 3]"),
    ShapeRule(.broadcast([2, 3], axes: []), [float(3)], "needs one axis an operand axis, not []"),
    ShapeRule(.broadcast([2, 3], axes: [2]), [float(3)], "axes [2] are not all among the 2 axes"),
    ShapeRule(.broadcast([2, 3], axes: [1, 1]), [float(3, 3)], "axes [1, 1] name an axis twice"),
    ShapeRule(
      .broadcast([2, 3], axes: [0]),
      [float(3)],
      "axis 0 of extent 3 does not stretch to 2 in [2, 3]"
    ),
    ShapeRule(.reshape([6]), [float(2, 3)], "float32[6]"),
    ShapeRule(.reshape([0, 5]), [float(2, 0)], "float32[0, 5]"),
    ShapeRule(.reshape([5]), [float(2, 3)], "[5] has 5 elements, not 6"),
    ShapeRule(.transpose(permutation: [2, 0, 1]), [float(2, 3, 4)], "float32[4, 2, 3]"),
    ShapeRule(.transpose(permutation: [0]), [float(2, 3)], "[0] does not order 2 axes"),
    ShapeRule(.transpose(permutation: [0, 0]), [float(2, 3)], "axes [0, 0] name an axis twice"),
    ShapeRule(.slice(starts: [1], limits: [6], strides: [2]), [float(6)], "float32[3]"),
    ShapeRule(.slice(starts: [6], limits: [6], strides: [1]), [float(6)], "float32[0]"),
    ShapeRule(
      .slice(starts: [1], limits: [7], strides: [1]),
      [float(6)],
      "1..<7 is not inside axis 0 of extent 6"
    ),
    ShapeRule(
      .slice(starts: [2], limits: [1], strides: [1]),
      [float(6)],
      "2..<1 is not inside axis 0 of extent 6"
    ),
    ShapeRule(
      .slice(starts: [0], limits: [6], strides: [0]),
      [float(6)],
      "the stride 0 of axis 0 is not positive"
    ),
    ShapeRule(
      .slice(starts: [], limits: [], strides: []),
      [float(6)],
      "needs a start, a limit and a stride for each of 1 axes"
    ),
    ShapeRule(.dynamicSlice(sizes: [2, 0]), [float(3, 4), int(), int()], "float32[2, 0]"),
    ShapeRule(
      .dynamicSlice(sizes: [4]),
      [float(3), int()],
      "size 4 does not fit axis 0 of extent 3"
    ),
    ShapeRule(
      .dynamicSlice(sizes: [1]),
      [float(3), float()],
      "needs 1 integer scalars for the start"
    ),
    ShapeRule(.dynamicSlice(sizes: []), [float(3)], "needs 1 sizes, not []"),
    ShapeRule(.dynamicUpdateSlice, [float(3), float(2), int()], "float32[3]"),
    ShapeRule(
      .dynamicUpdateSlice,
      [float(3), float(4), int()],
      "the update is larger on axis 0"
    ),
    ShapeRule(.dynamicUpdateSlice, [float(3), float(2, 1), int()], "the ranks differ"),
    ShapeRule(.dynamicUpdateSlice, [float(3), int(2), int()], "the element types differ"),
    ShapeRule(.dynamicUpdateSlice, [float(3)], "needs an operand and an update"),
    ShapeRule(.concatenate(axis: 1), [float(2, 3), float(2, 0), float(2, 1)], "float32[2, 4]"),
    ShapeRule(.concatenate(axis: 0), [float(2, 3), float(2, 1)], "the extents of axis 1 differ"),
    ShapeRule(.concatenate(axis: 0), [], "needs an operand"),
    ShapeRule(.concatenate(axis: 0), [float()], "axes [0] are not all among the 0 axes"),
    ShapeRule(.pad(low: [1], high: [-2], interior: [2]), [float(3), float()], "float32[6]"),
    ShapeRule(.pad(low: [1], high: [1], interior: [4]), [float(0), float()], "float32[2]"),
    ShapeRule(
      .pad(low: [-4], high: [0], interior: [0]),
      [float(3), float()],
      "axis 0 would have the extent -1"
    ),
    ShapeRule(
      .pad(low: [0], high: [0], interior: [-1]),
      [float(3), float()],
      "the interior padding of axis 0 is negative"
    ),
    ShapeRule(
      .pad(low: [0], high: [0], interior: [0]),
      [float(3), int()],
      "the value to fill with is not a scalar of the operand's type"
    ),
    ShapeRule(
      .pad(low: [], high: [], interior: []),
      [float(3), float()],
      "needs padding for each of 1 axes"
    ),
    ShapeRule(.reverse(axes: [1, 0]), [float(2, 3)], "float32[2, 3]"),
    ShapeRule(.reverse(axes: [0, 0]), [float(2, 3)], "axes [0, 0] name an axis twice"),
  ]

  private static func rows(
    offsets: [Int] = [1],
    collapsed: [Int] = [0],
    map: [Int] = [0],
    vector: Int = 1
  ) -> GatherDimensions {
    GatherDimensions(
      offsetAxes: offsets,
      collapsedSliceAxes: collapsed,
      startIndexMap: map,
      indexVectorAxis: vector
    )
  }

  static let indexing: [ShapeRule] = [
    ShapeRule(.gather(rows(), sliceSizes: [1, 3]), [float(5, 3), int(4)], "float32[4, 3]"),
    ShapeRule(
      .gather(rows(offsets: [0], vector: 0), sliceSizes: [1, 2]),
      [float(5, 3), int(1, 4)],
      "float32[2, 4]"
    ),
    ShapeRule(
      .gather(rows(), sliceSizes: [1, 3]),
      [float(5, 3), float(4)],
      "the indices are not integers"
    ),
    ShapeRule(
      .gather(rows(), sliceSizes: [1]),
      [float(5, 3), int(4)],
      "needs 2 slice sizes, not [1]"
    ),
    ShapeRule(
      .gather(rows(), sliceSizes: [1, 4]),
      [float(5, 3), int(4)],
      "slice size 4 does not fit axis 1 of extent 3"
    ),
    ShapeRule(
      .gather(rows(), sliceSizes: [2, 3]),
      [float(5, 3), int(4)],
      "axis 0 is dropped but its slice size is 2"
    ),
    ShapeRule(
      .gather(rows(offsets: []), sliceSizes: [1, 3]),
      [float(5, 3), int(4)],
      "0 offset axes cannot hold 1 slice axes"
    ),
    ShapeRule(
      .gather(rows(offsets: [2]), sliceSizes: [1, 3]),
      [float(5, 3), int(4)],
      "the offset axes [2] are not all among the 2 axes"
    ),
    ShapeRule(
      .gather(rows(vector: 2), sliceSizes: [1, 3]),
      [float(5, 3), int(4)],
      "the indices have no axis 2"
    ),
    ShapeRule(
      .gather(rows(vector: 0), sliceSizes: [1, 3]),
      [float(5, 3), int(4)],
      "index vectors of 4 entries do not match [0]"
    ),
    ShapeRule(
      .gather(rows(map: [], vector: 0), sliceSizes: [1, 3]),
      [float(5, 3), int(0, 4)],
      "needs an indexed axis"
    ),
    ShapeRule(
      .gather(rows(map: [2]), sliceSizes: [1, 3]),
      [float(5, 3), int(4)],
      "the indexed axes [2] are not all among the 2 axes"
    ),
    ShapeRule(
      .gather(rows(offsets: [], collapsed: [1, 0]), sliceSizes: [1, 1]),
      [float(5, 3), int(4)],
      "offset and dropped axes need to be in order"
    ),
    ShapeRule(.scatterAdd(rows()), [float(5, 3), int(4), float(4, 2)], "float32[5, 3]"),
    ShapeRule(
      .scatterAdd(rows()),
      [float(5, 3), int(4), float(4, 4)],
      "the updates are larger on axis 1"
    ),
    ShapeRule(
      .scatterAdd(rows()),
      [float(5, 3), int(4), float(3, 3)],
      "the updates' batch axes are not the indices' [4]"
    ),
    ShapeRule(
      .scatterAdd(rows()),
      [float(5, 3), int(4), float(4)],
      "updates of rank 1 do not match the indices and the slice"
    ),
    ShapeRule(.scatterAdd(rows()), [float(5, 3), int(4), int(4, 3)], "the element types differ"),
    ShapeRule(.scatterAdd(rows()), [bool(5, 3), int(4), bool(4, 3)], "does not take bool"),
  ]

  private static func window(_ change: (inout ConvolutionWindow) -> Void) -> Operation {
    var window = ConvolutionWindow(rank: 1)
    change(&window)
    return .convolution(window)
  }

  private static let batched = DotDimensions(
    leftBatch: [0],
    rightBatch: [1],
    leftContracting: [2],
    rightContracting: [0]
  )

  static let contractions: [ShapeRule] = [
    ShapeRule(.reduce(.sum, axes: [0, 2]), [float(2, 3, 4)], "float32[3]"),
    ShapeRule(.reduce(.sum, axes: []), [float(2)], "float32[2]"),
    ShapeRule(.reduce(.sum, axes: [1]), [float(2)], "axes [1] are not all among the 1 axes"),
    ShapeRule(.reduce(.all, axes: [0]), [bool(2)], "bool[]"),
    ShapeRule(.reduce(.all, axes: [0]), [int(2)], "does not take int32"),
    ShapeRule(.dot(batched), [float(7, 5, 3), float(3, 7, 2)], "float32[7, 5, 2]"),
    ShapeRule(
      .dot(batched),
      [float(7, 5, 3), float(3, 6, 2)],
      "7 (axis 0 of the left) is not 6 (axis 1 of the right)"
    ),
    ShapeRule(
      .dot(batched),
      [float(7, 5, 3), float(4, 7, 2)],
      "3 (axis 2 of the left) is not 4 (axis 0 of the right)"
    ),
    ShapeRule(.dot(batched), [float(7, 5, 3), int(3, 7, 2)], "the element types differ"),
    ShapeRule(.dot(batched), [bool(7, 5, 3), bool(3, 7, 2)], "does not take bool"),
    ShapeRule(
      .dot(DotDimensions(leftContracting: [0], rightContracting: [0], resultType: .float64)),
      [float(3), float(3)],
      "float64[]"
    ),
    ShapeRule(
      .dot(DotDimensions(leftContracting: [0], rightContracting: [0], resultType: .float32)),
      [int(3), int(3)],
      "sums of int32 cannot be kept in float32"
    ),
    ShapeRule(
      .dot(DotDimensions(leftContracting: [0, 1], rightContracting: [0])),
      [float(3, 3), float(3)],
      "the two sides name different numbers of axes"
    ),
    ShapeRule(
      .dot(
        DotDimensions(leftBatch: [0], rightBatch: [0], leftContracting: [0], rightContracting: [0])
      ),
      [float(3), float(3)],
      "the left axes [0, 0] name an axis twice"
    ),
    ShapeRule(window { _ in }, [float(2, 7, 3), float(3, 3, 4)], "float32[2, 5, 4]"),
    ShapeRule(window { $0.strides = [2] }, [float(2, 7, 3), float(3, 3, 4)], "float32[2, 3, 4]"),
    ShapeRule(
      window {
        $0.lowPadding = [2]
        $0.highPadding = [-1]
        $0.inputDilation = [2]
        $0.kernelDilation = [3]
      },
      [float(2, 7, 3), float(3, 3, 4)],
      "float32[2, 8, 4]"
    ),
    ShapeRule(window { _ in }, [float(2, 2, 3), float(3, 3, 4)], "float32[2, 0, 4]"),
    ShapeRule(
      window { _ in },
      [float(2, 7, 3), float(3, 2, 4)],
      "3 input features are not the kernel's 2"
    ),
    ShapeRule(window { _ in }, [float(2, 7, 3), float(0, 3, 4)], "the kernel's window is empty"),
    ShapeRule(
      window { _ in },
      [float(2, 7), float(3, 3, 4)],
      "a window of 1 axes needs input and kernel of rank 3"
    ),
    ShapeRule(
      window { $0.strides = [0] },
      [float(2, 7, 3), float(3, 3, 4)],
      "strides and dilations need to be positive"
    ),
    ShapeRule(
      window { $0.lowPadding = [] },
      [float(2, 7, 3), float(3, 3, 4)],
      "the window's settings name different numbers of axes"
    ),
    ShapeRule(
      .sort(axis: 1, descending: false),
      [float(2, 3), int(2, 3)],
      "float32[2, 3] int32[2, 3]"
    ),
    ShapeRule(.sort(axis: 0, descending: false), [float(2), int(3)], "the shapes differ"),
    ShapeRule(
      .sort(axis: 1, descending: false),
      [float(2)],
      "axes [1] are not all among the 1 axes"
    ),
    ShapeRule(.sort(axis: 0, descending: false), [], "needs an operand"),
  ]

  @Test(arguments: elementwise + movement)
  func elementwiseAndMovement(rule: ShapeRule) {
    #expect(outcome(rule) == rule.outcome)
  }

  @Test(arguments: indexing + contractions)
  func indexingAndContractions(rule: ShapeRule) {
    #expect(outcome(rule) == rule.outcome)
  }

  @Test func aMistakeShowsAllOperands() {
    let error = ShapeError(
      operation: "dot",
      rule: "256 is not 128",
      operands: [Self.float(8, 256), Self.float(128, 704)]
    )
    #expect(
      "\(error)" == "dot: 256 is not 128; got float32[8, 256] and float32[128, 704]"
    )
  }
}
