import Arrays
import PJRT

/// The custom call `rms_norm`: input, gain and maybe an update, to the result, the scales and, if there is an
/// update, its sum with the input.
///
/// Attributes: `epsilon` (float32) and `workers` (int32).
let rootMeanSquareNormCall = CustomCall(name: "espalier.\(kernelSetName).rms_norm") { frame in
  CustomCallFrame.handle(frame) { call in
    guard let (norm, input, gain, workers) = call.norm, call.inputCount <= 3,
      let result = call.reals(ofOutput: 0, count: norm.rows * norm.width),
      let scales = call.reals(ofOutput: 1, count: norm.rows)
    else { return .failure("rms_norm: operands or attributes are missing or do not fit") }
    var update: ConstRealPointer?
    var sum: RealPointer?
    if call.inputCount == 3 {
      guard let addend = call.reals(ofInput: 2, count: norm.rows * norm.width),
        let total = call.reals(ofOutput: 2, count: norm.rows * norm.width)
      else { return .failure("rms_norm: the update does not fit") }
      (update, sum) = (addend, total)
    }
    norm.apply(
      input,
      adding: update,
      gain: gain,
      sum: sum,
      result: result,
      scales: scales,
      workers: workers
    )
    return .success
  }
}

/// The custom call `rms_norm_gradient`: what was scaled, gain, scales, the gradient by the result and maybe
/// another by what was scaled, to the gradients by what was scaled and by the gain, and scratch memory.
let rootMeanSquareNormGradientCall = CustomCall(
  name: "espalier.\(kernelSetName).rms_norm_gradient"
) { frame in
  CustomCallFrame.handle(frame) { call in
    guard let (norm, input, gain, workers) = call.norm,
      let scales = call.reals(ofInput: 2, count: norm.rows),
      let gradient = call.reals(ofInput: 3, count: norm.rows * norm.width),
      let inputGradient = call.reals(ofOutput: 0, count: norm.rows * norm.width),
      let gainGradient = call.reals(ofOutput: 1, count: norm.width),
      let scratch = call.reals(ofOutput: 2, count: norm.pieceCount * norm.width)
    else { return .failure("rms_norm_gradient: operands are missing or do not fit") }
    var passing: ConstRealPointer?
    if call.inputCount == 5 {
      guard let other = call.reals(ofInput: 4, count: norm.rows * norm.width) else {
        return .failure("rms_norm_gradient: the passing gradient does not fit")
      }
      passing = other
    }
    norm.differentiate(
      input,
      gain: gain,
      scales: scales,
      gradient: gradient,
      passing: passing,
      inputGradient: inputGradient,
      gainGradient: gainGradient,
      scratch: scratch,
      workers: workers
    )
    return .success
  }
}

extension CustomCallFrame {
  /// The first two operands, from which the sizes follow, and who works; nil if they do not fit.
  fileprivate var norm: (RootMeanSquareNorm, ConstRealPointer, ConstRealPointer, Workers)? {
    guard let workers, let epsilon = attribute("epsilon", as: Float.self),
      let input = input(0)?.values(as: Real.self), let start = input.baseAddress,
      let gain = self.input(1)?.values(as: Real.self), let gainStart = gain.baseAddress,
      gain.count > 0, input.count % gain.count == 0
    else { return nil }
    let norm = RootMeanSquareNorm(
      rows: input.count / gain.count,
      width: gain.count,
      epsilon: Real(epsilon)
    )
    return (norm, start, gainStart, workers)
  }
}
