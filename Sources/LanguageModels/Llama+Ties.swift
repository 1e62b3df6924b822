import Arrays
import Growing
import Tensors

extension Llama {
  /// What the outputs of each layer that runs are multiplied by, `[appliedLayerCount]`; nil for one.
  func residualScales(_ elementType: ElementType) -> Tensor? {
    configuration.residualScales.map { scales in
      let order = configuration.layerOrder ?? Array(scales.indices)
      return Tensor.stack(order.map { Tensor(scales[$0], elementType) })
    }
  }

  /// A stacked parameter with a row for each layer that runs, tied ones repeated.
  ///
  /// A loop takes one row a turn. Rows are put together from neighbours, not gathered, so that the
  /// gradient is a sum of slices and needs no scatter; its value is then the sum over the runs of a layer.
  ///
  /// - Parameter stored: `[layerCount, ...]`.
  /// - Returns: `[appliedLayerCount, ...]`; the tensor itself where nothing is tied.
  func inOrderOfRunning(_ stored: Tensor) -> Tensor {
    guard let order = configuration.layerOrder else { return stored }
    var runs: [Range<Int>] = []
    for layer in order {
      if let last = runs.last, last.upperBound == layer {
        runs[runs.count - 1] = last.lowerBound..<layer + 1
      } else {
        runs.append(layer..<layer + 1)
      }
    }
    return Tensor.concatenate(runs.map { stored.sliced($0, alongAxis: 0) }, alongAxis: 0)
  }
}
