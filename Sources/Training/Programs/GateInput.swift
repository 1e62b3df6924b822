import Arrays
import Growing
import LanguageModels
import Tensors

/// The output gates that a schedule sets for a step, as the step's program takes them: `[3, layers, 2]`.
///
/// The first part says whether a layer's gates are set, 1 or 0; where they are not, the state's stay. The
/// second part is what the step runs with, the third what the state holds afterwards.
struct GateInput {
  private let isSet: Tensor
  private let applied: Tensor
  private let stored: Tensor

  /// The type of the parameter.
  static func type(layers: Int) -> TensorType {
    TensorType(.float32, [3, layers, Sublayer.allCases.count])
  }

  /// Takes the parameter apart.
  init(_ parameter: Tensor) {
    let parts = parameter.unstacked()
    isSet = parts[0] .> Tensor(0, .float32)
    (applied, stored) = (parts[1], parts[2])
  }

  /// The gates that the step runs with.
  func applied(inPlaceOf parameters: LlamaParameters) -> Tensor? {
    parameters.outputGates.map { Tensor.select(isSet, applied, otherwise: $0) }
  }

  /// The gates that the state holds after the step.
  func stored(inPlaceOf parameters: LlamaParameters) -> Tensor? {
    parameters.outputGates.map { Tensor.select(isSet, stored, otherwise: $0) }
  }

  /// The parameter's value.
  static func array(_ gates: ScheduledGates) -> HostArray {
    let isSet = gates.isSet.flatMap { [Double](repeating: $0 ? 1 : 0, count: 2) }
    let values = isSet + (gates.applied + gates.stored).flatMap(\.values)
    return HostArray(values.map(Float.init), shape: type(layers: gates.isSet.count).shape)
  }
}
