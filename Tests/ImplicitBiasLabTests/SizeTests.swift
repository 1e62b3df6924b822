import Testing

@testable import ImplicitBiasLab

@Suite struct SizeTests {
  private static let changes: [String: @Sendable (inout ImplicitBiasLaboratory.Size) -> Void] = [
    "seeds: needs two at least, or there are no intervals; got 1": { $0.seeds = [1] },
    "samples: needs whole numbers from 4 up; got 0": { $0.benign.sampleCount = 0 },
    "parameters: needs whole numbers from 1 up; got none": { $0.benign.parameterCounts = [] },
    "parameters: needs whole numbers from 1 up; got -5": { $0.benign.parameterCounts = [20, -5] },
    "parameters: needs numbers two or more away from the 100 samples, or the mean risk is infinite; got 101":
      { $0.benign.parameterCounts = [20, 101] },
    "noise: needs a variance of 0 or more; got -1.0": { $0.benign.noise = -1 },
    "noise: needs a variance of 0 or more; got nan": { $0.benign.noise = .nan },
    "samples: needs fewer than the 8 dimensions, so that many weights fit the data; got 8": {
      $0.mirror.dimension = 8
    },
    "exponents: needs numbers above 1, where the potential is strictly convex; got 1.0": {
      $0.mirror.exponents = [1]
    },
    "exponents: needs numbers above 1 and at most 2, since beyond 2 mirror descent creeps; got 3.0":
      { $0.mirror.exponents = [3] },
    "scale: needs a number above 0; got 0.0": { $0.mirror.scales = [0] },
  ]

  /// Sizes are checked before anything is computed, each in one sentence.
  @Test(arguments: changes.keys.sorted()) func badSizesAreRefused(message: String) throws {
    var size = ImplicitBiasLaboratory.Size.full
    let change = try #require(Self.changes[message])
    change(&size)
    let error = #expect(throws: BiasError.self) { try size.validate() }
    #expect(error?.description == message)
  }

  @Test func theStudysSizesAreGood() throws {
    try ImplicitBiasLaboratory.Size.full.validate()
  }
}
