import Arrays
import Checkpoints
import Foundation

/// A small checkpoint whose every part depends on the step and a mark.
///
/// Tensors are in the order a file returns them in.
func sample(step: Int, mark: Float = 0) -> Checkpoint {
  Checkpoint(
    step: step,
    model: [
      NamedArray("embedding", HostArray([mark, Float(step)])),
      NamedArray("layers.query", HostArray([1, 2, 3, mark] as [Float], shape: [2, 2])),
    ],
    optimizer: [
      NamedArray("layers.query.first", HostArray([mark, 0, 0, 1] as [Float], shape: [2, 2])),
      NamedArray("layers.steps", HostArray([Int32(step), Int32(step)])),
    ],
    state: Data(#"{"mark":\#(mark),"step":\#(step)}"#.utf8)
  )
}
