import Arrays
import PJRT

extension TrainingJob {
  /// The learning rates of a step as its program takes them.
  ///
  /// - Parameters:
  ///   - step: The step.
  ///   - layerFactors: What the layers' rates are multiplied by besides; nil where all have the same.
  ///   - client: Whose first device takes them.
  /// - Returns: The rate and, if layers differ, theirs.
  /// - Throws: `PJRTError`.
  func rateBuffers(
    ofStep step: Int,
    layerFactors: [Double]?,
    client: Client
  ) throws -> [Buffer] {
    let rate = schedule.rate(atStep: step)
    let shared = try client.buffer(from: HostArray(scalar: Float(rate)))
    guard let layerFactors else { return [shared] }
    let rates = layerFactors.map { Float(rate * $0) }
    return [shared, try client.buffer(from: HostArray(rates, shape: [rates.count]))]
  }
}
