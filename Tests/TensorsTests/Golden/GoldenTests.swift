import Arrays
import Tensors
import Testing

/// Values and gradients that NumPy, SciPy and PyTorch computed in float64.
@Suite struct GoldenTests {
  @Test(arguments: ["contraction", "convolution", "moving", "ordering", "compositions"])
  func agreesWithPyTorch(file: String) throws {
    let tolerance = Tolerance(.float64, operations: 256)
    try check(file, results: tolerance, gradients: tolerance)
  }

  /// Small values are held to a relative error too; derivatives of functions that level off are not,
  /// since 1 - y² loses what y has been rounded to.
  @Test func elementwiseAgreesWithSciPy() throws {
    try check(
      "elementwise",
      results: Tolerance(relative: 4e-15, smallest: 1e-307),
      gradients: Tolerance(relative: 4e-15)
    )
  }

  private func check(
    _ file: String,
    results resultTolerance: Tolerance,
    gradients gradientTolerance: Tolerance
  ) throws {
    let cases = try GoldenCase.load(file)
    var expected: [HostArray] = []
    var labels: [(text: String, tolerance: Tolerance)] = []
    let found = try run(cases.flatMap(\.arguments)) { parameters in
      var remaining = parameters[...]
      return cases.flatMap { golden -> [Tensor] in
        let inputs = Array(remaining.prefix(golden.arguments.count))
        remaining.removeFirst(inputs.count)
        guard let results = golden.apply(inputs) else {
          Issue.record("\(golden.operation) is an operation that no test knows")
          return []
        }
        expected += golden.results
        labels += results.indices.map {
          ("\(file), \(golden.operation): result \($0)", resultTolerance)
        }
        // A product has no gradient rule, and says so.
        guard let flow = golden.differentiation, golden.operation != "product" else {
          return results
        }
        let sources = inputs.filter(\.elementType.isFloatingPoint)
        expected += flow.gradients
        labels += sources.indices.map {
          ("\(file), \(golden.operation): gradient \($0)", gradientTolerance)
        }
        return results
          + vectorJacobianProduct(
            of: Array(results.prefix(flow.cotangents.count)),
            cotangents: flow.cotangents.map { Tensor($0) },
            withRespectTo: sources
          )
      }
    }
    #expect(found.count == expected.count)
    for (index, label) in labels.enumerated() {
      expectClose(found[index], expected[index], label.tolerance, label.text)
    }
  }
}
