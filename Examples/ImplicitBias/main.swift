import ImplicitBiasLab
import PJRT
import Tensors

// Three weights, each a product of two parameters that begin apart.
let engine = Engine(client: try .onOneDevice(of: Plugin(path: CommandLine.arguments[1])))
let products = Parametrization("u v", parameterCount: 6) { parameters in
  let parts = parameters.split(into: 2, alongAxis: 0)
  return parts[0] * parts[1]
}
let start = [0.8, 0.8, 0.8, 0.2, 0.2, 0.2]

let metric = try products.geometry(at: [start], engine: engine)[0]
print("a Hessian metric: \(metric.isHessian), functions kept: \(metric.keptCount)")
for potential in try products.followedPotentials(from: start, engine: engine) {
  print("follows", potential?.description ?? "no potential with a name")
}

// Two samples leave one direction free; the metric says where descent ends in it.
let (inputs, targets) = ([[1.0, 2, -1], [0, 1, 1]], [1.0, 2])
let said = try products.predictedFit(
  inputs: inputs,
  targets: targets,
  from: start,
  engine: engine
)
let done = try products.descend(
  inputs: inputs,
  targets: targets,
  from: start,
  step: 1e-4,
  engine: engine
)
for (weight, other) in zip(said.weights, done.weights) {
  print((weight * 1000).rounded() / 1000, (other * 1000).rounded() / 1000)
}
