import Arrays
import PJRT
import Tensors

// A line through four points. A step goes from its slope and its offset to better ones.
let points = HostArray([0, 1, 1, 1, 2, 1, 3, 1] as [Float], shape: [4, 2])
let heights = HostArray([1, 3, 5, 7] as [Float])
var line = HostArray([0, 0] as [Float])

let engine = Engine(client: try .onOneDevice(of: Plugin(path: CommandLine.arguments[1])))
let step = try engine.program("step", parameters: [line.type, points.type, heights.type]) {
  let error = $0[1].dot($0[0]) - $0[2]
  let slope = gradient(of: (error * error).mean(), withRespectTo: [$0[0]])[0]
  return [$0[0] - slope * 0.1]
}
for _ in 0..<300 { line = try step([line, points, heights])[0] }
print(line.values(as: Float.self).map { ($0 * 1000).rounded() / 1000 })
