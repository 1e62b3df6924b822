import Arrays
import EspalierTestSupport
import KernelInterface
import PJRT
import Tensors
import Testing

@testable import Kernels

/// One use of a kernel, which its twin in plain StableHLO does as well.
struct KernelCase {
  /// What a failure calls it.
  let name: String
  /// `float32` and `int32` arrays; each set of kernels gets the former in its own type.
  var inputs: [HostArray]
  /// The results in groups that share a scale; plain StableHLO where there is no library.
  let body: (_ library: KernelLibrary?, _ inputs: [Tensor]) -> [[Tensor]]

  /// The first group only, which holds values and no gradients.
  var valuesOnly: KernelCase {
    KernelCase(name: name, inputs: inputs) { Array(body($0, $1).prefix(1)) }
  }

  /// The case with elements of an input replaced.
  func replacing(_ input: Int, _ elements: [Int: Float]) -> KernelCase {
    var copy = self
    var values = inputs[input].values(as: Float.self)
    for (index, value) in elements { values[index] = value }
    copy.inputs[input] = HostArray(values, shape: inputs[input].shape)
    return copy
  }
}

/// Runs cases by all sets of kernels and by their twins in `float64`, and compares the results.
///
/// All cases of a call are one program, since compiling takes longer than running.
///
/// - Returns: The largest deviation of each set, by its name.
@discardableResult
func check(
  _ name: String,
  _ cases: [KernelCase],
  sets: [KernelSet] = TestedKernels.all,
  within allowed: (KernelSet) -> Double = \.allowedDeviation,
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> [String: Double] {
  let client = try TestPlugin.client()
  func buffers(_ elementType: ElementType) throws -> [Buffer] {
    try cases.flatMap(\.inputs).map { try client.buffer(from: $0.real(elementType)) }
  }
  let doubles = try buffers(.float64)
  let singles = try buffers(.float32)
  let twin = try KernelProgram(name, cases, library: nil)
  let expected = try twin.results(doubles)
  var largest: [String: Double] = [:]
  for set in sets {
    let program = try KernelProgram(name, cases, library: TestedKernels.library(set))
    let found = try program.results(set.elementType == .float64 ? doubles : singles)
    for (label, range) in zip(twin.labels, twin.groups) {
      let deviation = deviation(found[range], from: expected[range])
      largest[set.name] = max(largest[set.name] ?? 0, deviation)
      #expect(
        deviation <= allowed(set),
        "\(set.name), \(label): off by \(deviation) of the largest element",
        sourceLocation: sourceLocation
      )
    }
  }
  return largest
}

/// Cases as one compiled program.
struct KernelProgram {
  /// Where the results of a group lie.
  let groups: [Range<Int>]
  /// What a group is.
  let labels: [String]
  /// The type of all real numbers.
  let elementType: ElementType
  private let program: Program

  init(_ name: String, _ cases: [KernelCase], library: KernelLibrary?) throws {
    let elementType = library?.kernels.elementType ?? .float64
    var groups: [Range<Int>] = []
    var labels: [String] = []
    program = try TestedKernels.engine().program(
      name,
      parameters: cases.flatMap(\.inputs).map { $0.type.real(elementType) }
    ) { parameters in
      var rest = parameters[...]
      var results: [Tensor] = []
      for one in cases {
        let inputs = Array(rest.prefix(one.inputs.count))
        rest.removeFirst(one.inputs.count)
        for (index, group) in one.body(library, inputs).enumerated() {
          groups.append(results.count..<results.count + group.count)
          labels.append("\(one.name), group \(index)")
          results += group
        }
      }
      return results
    }
    self.groups = groups
    self.labels = labels
    self.elementType = elementType
  }

  /// Runs the program on buffers with real numbers of its type.
  func results(_ inputs: [Buffer]) throws -> [HostArray] {
    try program(inputs).map { try $0.copyToHost() }
  }

  /// Runs the program on the inputs of cases.
  func results(_ inputs: [HostArray]) throws -> [HostArray] {
    let client = try TestPlugin.client()
    return try results(inputs.map { try client.buffer(from: $0.real(elementType)) })
  }
}

extension TensorType {
  /// The type with another for real numbers.
  func real(_ elementType: ElementType) -> TensorType {
    self.elementType == .float32 ? TensorType(elementType, shape) : self
  }
}

extension HostArray {
  /// The same real numbers, `float32` before, in another type.
  func real(_ elementType: ElementType) -> HostArray {
    guard self.elementType == .float32, elementType == .float64 else { return self }
    return HostArray(doubles, shape: shape)
  }
}

/// The largest difference of arrays as a share of the largest element expected in any of them.
///
/// What is expected to be infinite or not a number has to be just that; if it is not, or something else is,
/// the deviation is infinite.
///
/// - Parameters:
///   - found: Arrays of `float32` or `float64`.
///   - expected: Arrays of `float64`.
/// - Returns: The share, 0 where nothing differs.
func deviation(_ found: ArraySlice<HostArray>, from expected: ArraySlice<HostArray>) -> Double {
  var scale = 0.0
  var largest = 0.0
  for (found, expected) in zip(found, expected) {
    let (found, expected) = (found.doubles, expected.doubles)
    precondition(found.count == expected.count)
    for (value, wanted) in zip(found, expected) {
      if wanted.isFinite { scale = max(scale, wanted.magnitude) }
      if value == wanted || (value.isNaN && wanted.isNaN) { continue }
      let difference = (value - wanted).magnitude
      largest = max(largest, difference.isNaN ? .infinity : difference)
    }
  }
  return largest == 0 ? 0 : largest / scale
}

/// Tensors and, as a further group or groups, their gradients.
///
/// - Parameters:
///   - outputs: The tensors, each its own group.
///   - cotangents: What their gradients are weighted by, one an output.
///   - tensors: What is differentiated by; an inner list shares a scale.
/// - Returns: First the outputs, each its own group, then a group of gradients for each inner list.
func differentiated(
  _ outputs: [Tensor],
  _ cotangents: [Tensor],
  by tensors: [[Tensor]]
) -> [[Tensor]] {
  var gradients = vectorJacobianProduct(
    of: outputs,
    cotangents: cotangents,
    withRespectTo: tensors.flatMap { $0 }
  )[...]
  let groups = tensors.map { group in
    defer { gradients.removeFirst(group.count) }
    return Array(gradients.prefix(group.count))
  }
  return outputs.map { [$0] } + groups
}
