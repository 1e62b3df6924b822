import LinearAlgebra
import Randomness

/// Rows to learn from and rows that are held out.
///
/// Features and targets of regression are less their mean over their standard deviation, both of the rows learned from;
/// labels are -1 and 1.
struct DataSplit {
  let inputs: Matrix
  let targets: [Double]
  let heldOutInputs: Matrix
  let heldOutTargets: [Double]

  /// A random split.
  ///
  /// - Throws: ``DataError`` where rows of one class alone would be learned from.
  init(
    _ table: DataTable,
    learnedCount: Int,
    seed: UInt64,
    task: BiasChecker.Task,
    file: String
  ) throws(DataError) {
    let stream = RandomStream(seed: seed).named("split")
    let order = table.rows.indices.map { (stream.uniform(at: UInt64($0)), $0) }
      .sorted { $0 < $1 }.map(\.1)
    let (learned, heldOut) = (order.prefix(learnedCount), order.dropFirst(learnedCount))
    let scales = Scale.columns(learned.map { table.rows[$0] })
    var target = Scale(learned.map { table.targets[$0] })
    if task == .classification {
      guard Set(learned.map { table.targets[$0] }).count == 2 else {
        throw .oneClass(file: file, column: table.target)
      }
      // The smaller label is the negative class.
      let (low, high) = (table.targets.min() ?? -1, table.targets.max() ?? 1)
      target = Scale(mean: low + (high - low) / 2, deviation: (high - low) / 2)
    }
    inputs = Scale.scaled(learned.map { table.rows[$0] }, by: scales)
    heldOutInputs = Scale.scaled(heldOut.map { table.rows[$0] }, by: scales)
    targets = learned.map { target(table.targets[$0]) }
    heldOutTargets = heldOut.map { target(table.targets[$0]) }
  }
}

extension DataTable {
  /// The eigenvalues of the covariance of all rows' standardised features, as many as rows tell of.
  func spectrum() throws(LinearAlgebraError) -> Spectrum {
    let inputs = Scale.scaled(rows, by: Scale.columns(rows))
    let isWide = inputs.columnCount > inputs.rowCount
    let gram = isWide ? inputs.gram : inputs.transposed.gram
    let count = Double(inputs.rowCount)
    let values = try SymmetricEigensystem(gram).values.reversed().map { $0 / count }
    let least = 1e-10 * (values.first ?? 0)
    return Spectrum("of the features", values.filter { $0 > least })
  }

  /// A hash of all numbers, for the keys of cells.
  var fingerprint: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for number in rows.joined() + targets {
      hash = (hash ^ number.bitPattern) &* 0x100_0000_01b3
      hash ^= hash >> 29
    }
    return String(hash, radix: 16)
  }
}

/// A column less its mean, over its standard deviation.
private struct Scale {
  let mean: Double
  let deviation: Double

  init(mean: Double, deviation: Double) {
    (self.mean, self.deviation) = (mean, deviation)
  }

  init(_ numbers: [Double]) {
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    let square = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)
    self.init(mean: mean, deviation: square.squareRoot())
  }

  /// A column that does not change among the rows learned from is 0 everywhere.
  func callAsFunction(_ number: Double) -> Double {
    deviation > 0 ? (number - mean) / deviation : 0
  }

  static func columns(_ rows: [[Double]]) -> [Scale] {
    (rows.first ?? []).indices.map { column in Scale(rows.map { $0[column] }) }
  }

  static func scaled(_ rows: [[Double]], by scales: [Scale]) -> Matrix {
    Matrix(rows: rows.map { row in zip(scales, row).map { $0($1) } })
  }
}
