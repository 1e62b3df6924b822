import LinearProgramming
import Randomness
import Testing

@Suite struct LinearProgrammeTests {
  /// Least cost of meals: two foods, two nutrients, solved by hand.
  @Test func aProgrammeOfTwoColumnsIsSolved() throws {
    let programme = LinearProgramme(
      costs: [2, 3],
      columns: [[1, 2], [3, 1]],
      lower: [9, 8],
      upper: [.infinity, .infinity]
    )
    let solution = try #require(try programme.solution())
    #expect(abs(solution.numbers[0] - 3) < 1e-12 && abs(solution.numbers[1] - 2) < 1e-12)
    #expect(abs(solution.multipliers[0] - 0.8) < 1e-12)
    #expect(abs(solution.multipliers[1] - 0.6) < 1e-12)
  }

  /// Costs are bounded from below by any feasible multipliers; both meet at the solution.
  @Test(arguments: 0..<20) func costsAndMultipliersMeet(seed: UInt64) throws {
    let stream = RandomStream(seed: seed)
    let (rows, columns) = (2 + Int(seed) % 5, 8 + Int(seed) % 9)
    let matrix = (0..<columns).map { stream.indexed(UInt64($0)).normals(count: rows) }
    let costs = (0..<columns).map { 1 + stream.named("cost").uniform(at: UInt64($0)) }
    // Some numbers fit, so that there is a solution.
    let right = (0..<rows).map { row in matrix.prefix(rows).reduce(0) { $0 + $1[row] } }
    let programme = LinearProgramme(costs: costs, columns: matrix, lower: right, upper: right)
    let solution = try #require(try programme.solution())
    func product(_ left: [Double], _ right: [Double]) -> Double {
      zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
    }
    #expect(solution.numbers.allSatisfy { $0 >= -1e-9 })
    for row in 0..<rows {
      #expect(abs(product(solution.numbers, matrix.map { $0[row] }) - right[row]) < 1e-8)
    }
    for (column, cost) in zip(matrix, costs) {
      #expect(product(column, solution.multipliers) <= cost + 1e-8)
    }
    #expect(
      abs(product(costs, solution.numbers) - product(right, solution.multipliers)) < 1e-8
    )
  }

  @Test func whatCannotBeIsNil() throws {
    let programme = LinearProgramme(costs: [1], columns: [[1]], lower: [-2], upper: [-1])
    #expect(try programme.solution() == nil)
  }

  @Test func costsWithoutEndAreAnError() {
    let programme = LinearProgramme(costs: [-1], columns: [[1]], lower: [0], upper: [.infinity])
    #expect(throws: LinearProgrammingError.unbounded) { try programme.solution() }
  }
}
