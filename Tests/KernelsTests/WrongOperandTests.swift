import Arrays
import EspalierTestSupport
import KernelInterface
import PJRT
import StableHLO
import Tensors
import Testing

@testable import Kernels

/// Calls that nobody should make are refused by name; memory beyond the operands is never touched.
@Suite(.needsKernels) struct WrongOperandTests {
  /// A custom call as a correct program makes it, for a test to spoil.
  struct Call {
    var target: CustomCallTarget
    var operands: [TensorType]
    var note = "unchanged"

    /// The last part of the name.
    var kernel: String { String(target.name.split(separator: ".").last ?? "") }

    /// Runs the call on zeros.
    func run() throws {
      let program = try TestedKernels.engine().program("call", parameters: operands) {
        Tensor.customCall(target, $0)
      }
      _ = try program(operands.map { HostArray(zeros: $0) })
    }
  }

  private static let ascentShape = ThresholdedAscentShape(
    seedCount: 2,
    patchCount: 3,
    sizeCount: 2,
    imageCount: 9,
    dimension: 4,
    stepCount: 3,
    halvingCount: 20
  )

  /// One call of each kernel.
  static func calls(_ library: KernelLibrary) throws -> [Call] {
    var draw = Draw("wrong operands")
    let cases = [
      MatrixProductTests.product(MatrixProductTests.layouts(20, 30, 40)[0], &draw),
      AttentionTests.attention(
        AttentionTests.shape(2, 9, heads: 4, keyHeads: 2, size: 6),
        .packed,
        &draw
      ),
      AttentionTests.attention(
        AttentionTests.shape(2, 9, heads: 4, keyHeads: 2, size: 6),
        .none,
        prefixLengths: [3, 9],
        &draw
      ),
      CrossEntropyTests.entropy(
        CrossEntropyShape(tokens: 9, width: 5, classes: 7, projectionIsTransposed: true),
        &draw
      ),
      CrossEntropyTests.entropy(
        CrossEntropyShape(tokens: 9, width: 5, classes: 7, projectionIsTransposed: false),
        withGradients: false,
        &draw
      ),
      ElementwiseTests.addingNorm([3, 5], usingSum: true, &draw),
      ElementwiseTests.gatedUnit([3, 5], &draw),
      QuantizedMatrixTests.product([3], depth: 40, columns: 6, &draw),
      CachedAttentionTests.attention(
        CachedAttentionShape(
          batch: 2,
          length: 2,
          headCount: 4,
          keyHeadCount: 2,
          headSize: 6,
          capacity: 9
        ),
        starts: [0, 6],
        &draw
      ),
      ThresholdedAscentTests.ascent(ascentShape, sizes: [3, 9], isShared: false, &draw),
    ]
    let types = cases.flatMap(\.inputs).map { array in
      let isReal = array.elementType == .float32
      return TensorType(isReal ? library.kernels.elementType : array.elementType, array.shape)
    }
    let module = try TracedFunction("calls", parameters: types) {
      var rest = $0[...]
      return cases.flatMap { one in
        defer { rest.removeFirst(one.inputs.count) }
        return one.body(library, Array(rest.prefix(one.inputs.count))).flatMap { $0 }
      }
    }.module
    return module.body.instructions.compactMap { instruction in
      guard case .operation(.customCall(let target), let operands, _) = instruction else {
        return nil
      }
      return Call(target: target, operands: operands.map(\.type))
    }
  }

  /// The call with each of its parts spoilt in turn.
  static func spoilt(_ call: Call) -> [Call] {
    func changed(_ note: String, _ change: (inout Call) -> Void) -> Call {
      var copy = call
      copy.note = note
      change(&copy)
      // What is updated in its place has to fit for the plugin already.
      if copy.operands != call.operands || copy.target.resultTypes != call.target.resultTypes {
        copy.target.updatedOperands = [:]
      }
      return copy
    }
    var calls = [
      changed("without its first operand") { $0.operands.removeFirst() },
      changed("without operands") { $0.operands = [] },
      changed("without attributes") { $0.target.attributes = [:] },
    ]
    if !call.target.updatedOperands.isEmpty {
      calls.append(changed("without updating operands") { $0.target.updatedOperands = [:] })
    }
    // Without any results there is no call.
    if call.target.resultTypes.count > 1 {
      calls.append(changed("without its last result") { $0.target.resultTypes.removeLast() })
    }
    for (name, text) in call.target.attributes.sorted(by: { $0.key < $1.key }) {
      calls += [
        changed("without \(name)") { $0.target.attributes[name] = nil },
        changed("with \(name) of another type") { $0.target.attributes[name] = "1 : i64" },
      ]
      guard let value = Int(text.prefix { $0 != " " }), value > 1, name != "workers" else {
        continue
      }
      // One more step is as good a number; of all else there would be more than the operands hold.
      let more = ["steps", "halvings"].contains(name) ? [] : [value + 1]
      calls += (more + [0, -value, Int(Int32.max)]).map { wrong in
        changed("with \(name) of \(wrong)") {
          $0.target.attributes[name] = KernelLibrary.attribute(wrong)
        }
      }
    }
    for (index, type) in call.operands.enumerated() {
      calls += variants(type).map { wrong in
        changed("with operand \(index) of \(wrong)") { $0.operands[index] = wrong }
      }
    }
    for (index, type) in call.target.resultTypes.enumerated() {
      calls += variants(type, larger: type.shape == .scalar)
        .filter { $0.shape.elementCount > 0 || call.target.resultTypes.count > 1 }
        .map { wrong in
          changed("with result \(index) of \(wrong)") { $0.target.resultTypes[index] = wrong }
        }
    }
    return calls
  }

  /// Types of other sizes and of another element type.
  private static func variants(_ type: TensorType, larger: Bool = true) -> [TensorType] {
    let other: ElementType = type.elementType == .int32 ? .float32 : .int32
    guard let first = type.shape.dimensions.first else {
      return [TensorType(type.elementType, [2]), TensorType(other, type.shape)]
    }
    let rest = type.shape.dimensions.dropFirst()
    let sizes = (larger ? [first + 1] : []) + [first - 1, 0]
    return sizes.map { TensorType(type.elementType, Shape([$0] + rest)) }
      + [TensorType(other, type.shape)]
  }

  @Test("A call whose operands, results or attributes do not fit is refused in the kernel's name")
  func wrongCallsAreRefused() throws {
    for set in TestedKernels.all {
      let calls = try Self.calls(TestedKernels.library(set))
      let kernels = set.customCalls.compactMap {
        $0.name.split(separator: ".").last.map(String.init)
      }
      #expect(Set(calls.map(\.kernel)) == Set(kernels))
      for call in calls {
        try call.run()
        for wrong in Self.spoilt(call) {
          let error = #expect(throws: PJRTError.self, "\(set.name): \(call.kernel) \(wrong.note)") {
            try wrong.run()
          }
          guard case .call(_, .invalidArgument, let message) = error else { continue }
          #expect(message.contains("\(call.kernel): "), "\(wrong.note): \(message)")
        }
      }
    }
  }
}
