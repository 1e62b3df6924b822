import EspalierTestSupport
import Randomness
import Testing

@testable import LinearAlgebra

@Suite struct MatrixTests {
  /// Rows and columns, wide, tall, square and single.
  private static let shapes = [(3, 7), (7, 3), (5, 5), (1, 4), (4, 1)]
  private static let rounding = Tolerance(.float64, roundings: 200)

  private static func random(_ rows: Int, _ columns: Int, _ name: String) -> Matrix {
    let stream = RandomStream(seed: 5).named("\(name) \(rows) \(columns)")
    return Matrix(
      rowCount: rows,
      columnCount: columns,
      elements: stream.normals(count: rows * columns)
    )
  }

  @Test(arguments: shapes) func productsAreSumsOfProducts(rows: Int, columns: Int) {
    let (a, b) = (Self.random(rows, columns, "a"), Self.random(columns, 4, "b"))
    var product = Matrix(zeros: rows, 4)
    for i in 0..<rows {
      for j in 0..<4 { product[i, j] = (0..<columns).reduce(0) { $0 + a[i, $1] * b[$1, j] } }
    }
    #expect(Self.rounding.mismatch("A B", (a * b).elements, product.elements) == nil)
    let transposed = a.timesTransposed(b.transposed)
    #expect(Self.rounding.mismatch("A Bᵀᵀ", transposed.elements, product.elements) == nil)
    let crossed = a.transposed.transposedTimes(b)
    #expect(Self.rounding.mismatch("Aᵀᵀ B", crossed.elements, product.elements) == nil)
    #expect(Self.rounding.mismatch("A b", a * b.column(2), product.column(2)) == nil)
    let left = a.transposed.transposedTimes(b.column(1))
    #expect(Self.rounding.mismatch("Aᵀᵀ b", left, product.column(1)) == nil)
    let weights = Self.random(1, columns, "weights").elements
    let weighted = a * Matrix(diagonal: weights) * a.transposed
    let gram = a.gram(weights: weights)
    #expect(Self.rounding.mismatch("A W Aᵀ", gram.elements, weighted.elements) == nil)
  }

  @Test(arguments: shapes) func leastSquaresIsOrthogonalAndShortest(rows: Int, columns: Int) throws
  {
    let a = Self.random(rows, columns, "a")
    let b = Self.random(rows, 1, "b").elements
    let x = try a.leastSquares(b)
    let residual = (a * x).minus(b)
    #expect(a.transposedTimes(residual).norm < 1e-12 * b.norm)
    // The shortest one lies in the row space.
    let multipliers = try a.transposed.leastSquares(x)
    #expect(a.transposedTimes(multipliers).relativeDistance(to: x) < 1e-12)
  }

  @Test func choleskySolvesWhatIsPositiveAndRefusesTheRest() throws {
    let a = Self.random(6, 9, "a").gram
    let b = Self.random(6, 2, "b")
    let solution = try #require(Cholesky(a)).solve(b)
    #expect(Self.rounding.mismatch("A X", (a * solution).elements, b.elements) == nil)
    #expect(Cholesky(Matrix(diagonal: [1, -1e-9, 2])) == nil)
    #expect(Cholesky(Matrix(diagonal: [.nan, 1])) == nil)
  }

  @Test func eigenvaluesAndSingularValuesAgree() throws {
    let a = Self.random(5, 8, "a")
    let system = try SymmetricEigensystem(a.gram)
    let roots = system.values.reversed().map { $0.squareRoot() }
    #expect(Self.rounding.mismatch("roots", try a.singularValues(), roots) == nil)
    let again = system.matrix()
    #expect(Self.rounding.mismatch("V L Vᵀ", again.elements, a.gram.elements) == nil)
    #expect(system.values == system.values.sorted())
  }

  @Test func numbersThatAreNoneAreAnError() {
    #expect(throws: LinearAlgebraError.self) {
      try Matrix(rows: [[.nan, 1], [1, 2]]).leastSquares([1, 2])
    }
    #expect(throws: LinearAlgebraError.self) {
      _ = try SymmetricEigensystem(Matrix(rows: [[.nan, 1], [1, 2]]))
    }
  }
}
