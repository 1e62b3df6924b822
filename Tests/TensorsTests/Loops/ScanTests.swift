import Arrays
import StableHLO
import Tensors
import Testing

@Suite struct ScanTests {
  private static let settings: [(reversed: Bool, rematerializing: Bool)] = [
    (false, false), (true, false), (false, true), (true, true),
  ]

  /// Rounding errors grow along an iteration.
  private static let tolerance = Tolerance(.float64, operations: 2048)

  /// Carry, slices, two outputs, and captures used in several places.
  @Test func gradientsFlowToCarrySlicesAndCaptures() throws {
    var cases: [OperationCase] = []
    for (index, setting) in Self.settings.enumerated() {
      var draw = Draw("scan", index)
      let length = [3, 4, 1, 2][index]
      let inputs = [
        draw.reals([length, 2, 2]), draw.reals([2]), draw.reals([2]), draw.reals([length]),
      ]
      cases.append(
        OperationCase("scan \(setting)", inputs) { inputs in
          let results = scan(
            over: [inputs[0], inputs[3]],
            initial: [inputs[1]],
            reversed: setting.reversed,
            rematerializing: setting.rematerializing
          ) { carry, slices in
            let next = (carry[0].dot(slices[0]) + inputs[2]).hyperbolicTangent()
            return ([next * inputs[2]], [next * slices[1], carry[0].sum()])
          }
          return results.carry + results.outputs
        }
      )
    }
    try check("scan", cases, tolerance: Self.tolerance)
  }

  /// An inner loop uses the outer one's carry and slice and a tensor of outside.
  @Test func nestedScans() throws {
    let cases = [(false, false), (true, false), (false, true)].enumerated().map { index, setting in
      var draw = Draw("nested", index)
      let inputs = [draw.reals([2, 3, 2]), draw.reals([2]), draw.reals([2])]
      return OperationCase("nested \(setting)", inputs) { inputs in
        let outer = scan(
          over: [inputs[0]],
          initial: [inputs[1]],
          rematerializing: setting.0
        ) { carry, slices in
          let inner = scan(
            over: [slices[0]],
            initial: [carry[0] * 0.5],
            reversed: true,
            rematerializing: setting.1
          ) { state, row in
            let next = (state[0] * row[0] + carry[0] * inputs[2]).sine()
            return ([next], [next.sum() * inputs[2]])
          }
          return ([inner.carry[0] + carry[0]], [inner.outputs[0].sum(axes: [0])])
        }
        return outer.carry + outer.outputs
      }
    }
    try check("nested_scans", cases, tolerance: Self.tolerance)
  }

  /// No gradient flows through an integer, but the gradient needs its value in each iteration.
  @Test func integerCarryPicksRows() throws {
    var draw = Draw("integer carry", 0)
    let inputs = [
      draw.reals([3, 2]), draw.reals([2]), HostArray([2] as [Int32], shape: .scalar),
      HostArray([1, 2, 0, 1] as [Int32]),
    ]
    let cases = [false, true].map { rematerializing in
      OperationCase("integer carry, rematerializing \(rematerializing)", inputs) { inputs in
        let results = scan(
          over: [inputs[3]],
          initial: [inputs[2], inputs[1]],
          rematerializing: rematerializing
        ) { carry, slices in
          let row = inputs[0].gatheringRows(at: carry[0])
          let next = (carry[1] * row).exponential() * 0.3
          return ([slices[0], next], [carry[0], next])
        }
        return results.carry + results.outputs
      }
    }
    try check("integer_carry", cases)
  }

  @Test func unusualBodies() throws {
    var draw = Draw("unusual", 0)
    let inputs = [draw.reals([3, 2]), draw.reals([2])]
    try check(
      "unusual_scans",
      [
        OperationCase("no input", inputs) { inputs in
          scan(over: [], initial: [inputs[1]], length: 3) { carry, _ in
            ([carry[0] * inputs[1]], [])
          }.carry
        },
        OperationCase("no carry", inputs) { inputs in
          scan(over: [inputs[0]], initial: []) { _, slices in
            ([], [slices[0].squared() * inputs[1]])
          }.outputs
        },
        OperationCase("carry handed on unchanged", inputs) { inputs in
          let results = scan(over: [inputs[0]], initial: [inputs[1]]) { carry, _ in
            (carry, carry)
          }
          return results.carry + results.outputs
        },
        OperationCase("outputs of outside and of the slice itself", inputs) { inputs in
          scan(over: [inputs[0]], initial: []) { _, slices in
            ([], [inputs[1], slices[0], Tensor(2, .float64)])
          }.outputs
        },
        OperationCase("the output of one is the input of the next", inputs) { inputs in
          let first = scan(over: [inputs[0]], initial: [inputs[1]]) { carry, slices in
            ([carry[0] * slices[0]], [carry[0].sine()])
          }
          return scan(over: first.outputs, initial: first.carry, reversed: true) { carry, slices in
            ([carry[0] * slices[0] + inputs[1]], [])
          }.carry
        },
        OperationCase("an output that the gradient needs as well", inputs) { inputs in
          scan(over: [inputs[0]], initial: [inputs[1]]) { carry, slices in
            let wave = (carry[0] * slices[0]).sine()
            return ([wave * wave], [wave])
          }.outputs
        },
        OperationCase("no iteration", [draw.reals([0, 2]), draw.reals([2])]) { inputs in
          let results = scan(over: [inputs[0]], initial: [inputs[1]]) { carry, slices in
            ([carry[0] * slices[0]], [carry[0].sum()])
          }
          return results.carry + results.outputs
        },
        OperationCase("a gradient inside the body", inputs) { inputs in
          scan(over: [inputs[0]], initial: [inputs[1]]) { carry, slices in
            let energy = (carry[0] * slices[0]).sine().sum() + (carry[0] * inputs[1]).sum()
            let flow = gradient(of: energy, withRespectTo: [carry[0], inputs[1]])
            return ([carry[0] - flow[0] * 0.1], [flow[1]])
          }.carry
        },
        OperationCase(
          "a loop without gradient inside the body",
          inputs + [HostArray([2, 0, 3] as [Int32])]
        ) { inputs in
          scan(over: [inputs[0], inputs[2]], initial: [inputs[1]]) { carry, slices in
            let powers = whileLoop(initial: [slices[1], Tensor(1, .float64)]) {
              $0[0] .> Tensor(0, .int32)
            } body: {
              [$0[0] - 1, $0[1] * 3]
            }
            return ([carry[0] * slices[0] * powers[1].withoutGradient()], [])
          }.carry
        },
      ]
    )
  }

  /// Derivatives of the third order agree with those of the loop written out.
  @Test(arguments: [false, true])
  func thirdDerivativesEqualTheUnrolledLoops(rematerializing: Bool) throws {
    let weights = HostArray((0..<12).map { Double($0) * 0.1 - 0.5 }, shape: [3, 2, 2])
    func step(_ carry: Tensor, _ weight: Tensor, _ capture: Tensor) -> Tensor {
      (carry.dot(weight) + capture).hyperbolicTangent() * carry.exponential()
    }
    func unrolled(_ inputs: [Tensor]) -> Tensor {
      var carry = inputs[1]
      var sum = Tensor(0, .float64)
      for layer in 0..<3 {
        let weight = inputs[0].sliced(layer..<layer + 1, alongAxis: 0).reshaped(to: [2, 2])
        carry = step(carry, weight, inputs[1] * 0.5)
        sum = sum + carry.sum()
      }
      return sum
    }
    func rolled(_ inputs: [Tensor]) -> Tensor {
      let capture = inputs[1] * 0.5
      return scan(
        over: [inputs[0]],
        initial: [inputs[1]],
        rematerializing: rematerializing
      ) { carry, slices in
        let next = step(carry[0], slices[0], capture)
        return ([next], [next.sum()])
      }.outputs[0].sum()
    }
    func derivatives(_ inputs: [Tensor], _ loss: ([Tensor]) -> Tensor) -> [Tensor] {
      var results: [Tensor] = []
      var value = loss(inputs)
      for _ in 0..<3 {
        let flow = gradient(of: value, withRespectTo: inputs)
        results += flow
        value = (flow[0] * flow[0]).sum() + flow[1].sum()
      }
      return results
    }
    let results = try run([weights, HostArray([0.3, -0.7])]) {
      derivatives($0, unrolled) + derivatives($0, rolled)
    }
    for (expected, found) in zip(results.prefix(6), results.suffix(6)) {
      expectClose(found, expected, Tolerance(relative: 1e-10), "derivatives")
    }
  }
}
