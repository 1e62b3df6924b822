import Arrays
import Testing

@testable import Tensors

/// A rule of differentiation that gives back too little, or something else, stops the program instead of losing
/// a gradient.
@Suite struct CotangentTests {
  @Test func tooFewCotangentsStopTheProgram() async {
    await #expect(processExitsWith: .failure) {
      var sweep = ReverseSweep(withRespectTo: [])
      sweep.accumulate([nil], into: [Tensor(1, .float32), Tensor(1, .float32)])
    }
  }

  @Test func cotangentsOfAnotherTypeStopTheProgram() async {
    await #expect(processExitsWith: .failure) {
      var sweep = ReverseSweep(withRespectTo: [])
      sweep.accumulate([Tensor(1, .float64)], into: [Tensor(1, .float32)])
    }
  }

  @Test func oneCotangentAnOperandIsAddedUp() {
    let operand = Tensor(1, .float32)
    var sweep = ReverseSweep(withRespectTo: [])
    sweep.accumulate([operand, nil], into: [operand, operand])
    #expect(sweep.cotangents.count == 1)
  }
}
