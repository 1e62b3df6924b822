import Foundation
import Laboratory
import LinearAlgebra
import Tensors

/// Looks at a user's data as this laboratory does and says which of the perfect fits does best on other rows.
package struct BiasChecker: Sendable {
  /// What is learned.
  package enum Task: String, CaseIterable, Sendable {
    case regression, classification
  }

  let engine: Engine
  let table: DataTable
  let file: String
  package let task: Task
  /// How many rows are learned from.
  package let learnedCount: Int
  let seeds: [UInt64]
  let networks: [DiagonalNetwork]

  /// A check.
  ///
  /// - Parameters:
  ///   - engine: Computes flows of losses.
  ///   - table: The data.
  ///   - file: Its name, for messages.
  ///   - task: What to learn; nil to see by the number of values of the target.
  ///   - learnedCount: How many rows to learn from; nil for four fifths.
  ///   - seeds: One for each split.
  ///   - depths: Layers of networks.
  ///   - scales: α of networks.
  /// - Throws: ``DataError`` or ``BiasError``.
  package init(
    engine: Engine,
    _ table: DataTable,
    file: String,
    task: Task? = nil,
    learnedCount: Int? = nil,
    seeds: [UInt64],
    depths: [Int],
    scales: [Double]
  ) throws {
    try LinearAlgebraLibrary.open()
    let values = Set(table.targets)
    let task = task ?? (values.count == 2 ? .classification : .regression)
    if task == .classification, values.count != 2 {
      throw DataError.notLabels(file: file, column: table.target, valueCount: values.count)
    }
    let learned = learnedCount ?? table.rows.count * 4 / 5
    guard learned >= 2, learned < table.rows.count else {
      throw DataError.badLearned(file: file, found: learned, limit: table.rows.count - 1)
    }
    guard learned < table.columns.count else {
      throw DataError.tooManyRows(
        file: file,
        learned: learned,
        dimension: table.columns.count
      )
    }
    guard seeds.count > 1 else {
      throw BiasError.sizeOutOfRange(
        name: "seeds",
        found: "\(seeds.count)",
        rule: "two at least, or there are no intervals"
      )
    }
    try BiasError.requireCounts("depths", depths, from: 2)
    networks = try depths.flatMap { depth in
      try scales.sorted(by: >).map { try DiagonalNetwork(depth: depth, scale: $0) }
    }
    (self.engine, self.table, self.file, self.task) = (engine, table, file, task)
    (self.learnedCount, self.seeds) = (learned, seeds)
  }

  package var heldOutCount: Int { table.rows.count - learnedCount }

  /// The losses down to which classification is followed, as decimal exponents.
  static let exponents = [3.0, 12]

  /// Learns on every split.
  ///
  /// - Parameter sweep: Keeps what each split gave.
  /// - Returns: The findings.
  /// - Throws: ``DataError``, ``BiasError``, ``LinearProgrammingError`` or `PJRTError`.
  package func check(_ sweep: Sweep) throws -> BiasFindings {
    let settings = "\(table.fingerprint) \(task.rawValue) n=\(learnedCount) \(networks)"
    sweep.plan(seeds.count)
    let splits = try sweep.cells(
      seeds.map { "check v\(ImplicitBiasLaboratory.version) seed=\($0) \(settings)" }
    ) { place in
      let split = try DataSplit(
        table,
        learnedCount: learnedCount,
        seed: seeds[place],
        task: task,
        file: file
      )
      let points = task == .regression ? try regress(split) : try separate(split)
      return points.map { $0.at(seed: seeds[place]) }
    }
    return BiasFindings(checker: self, splits: splits, spectrum: try table.spectrum())
  }

  static func key(_ quantity: String, _ network: DiagonalNetwork) -> LabKey {
    SparseStudy.key(quantity, .network(network))
  }

  /// Squared errors over those of guessing the mean.
  private func regress(_ split: DataSplit) throws -> [LabPoint] {
    let regression = try Regression(split.inputs, split.targets)
    func points(_ key: LabKey, _ found: ProvenWeights) -> [LabPoint] {
      let misses = (split.heldOutInputs * found.weights).minus(split.heldOutTargets)
      let error = misses.dot(misses) / split.heldOutTargets.dot(split.heldOutTargets)
      return [key.point(error), key.of("l1-norm").point(found.weights.l1Norm)]
        + found.certificate.points(of: key)
    }
    return points(LabKey("error", labels: ["method": "least-l2"]), try regression.leastL2Norm())
      + points(LabKey("error", labels: ["method": "least-l1"]), try regression.leastL1Norm())
      + (try networks.flatMap { points(Self.key("error", $0), try regression.minimum($0)) })
  }

  /// Shares of held-out rows on the wrong side; 0 counts as wrong.
  private func separate(_ split: DataSplit) throws -> [LabPoint] {
    let data = Separation(split.inputs.scalingRows(by: split.targets))
    let heldOut = split.heldOutInputs.scalingRows(by: split.heldOutTargets)
    func error(_ weights: [Double]) -> Double {
      Double((heldOut * weights).count { $0 <= 0 }) / Double(heldOutCount)
    }
    let best = try MarginNorm.allCases.map { ($0, try data.largestMargin($0)) }
    var points = best.flatMap { norm, found -> [LabPoint] in
      let key = LabKey("error", labels: ["method": "least-\(norm.rawValue)"])
      return [key.point(error(found.weights))] + found.certificate.points(of: key)
    }
    for depth in Set(networks.map(\.depth)).sorted() {
      let own = networks.filter { $0.depth == depth }
      let flow = try MarginFlow(engine: engine, depth: depth, scales: own.map(\.positiveStart))
      let trials = try flow.points([data], levels: Self.exponents.map { -$0 * log(10) })[0]
      for (network, trial) in zip(own, trials) {
        for (exponent, point) in zip(Self.exponents, trial) {
          guard let weights = point?.weights else { continue }
          let key = Self.key("error", network).at(["exponent": exponent])
          points.append(key.point(error(weights)))
          points += best.map { norm, found in
            key.of("\(norm.rawValue)-ratio")
              .point(data.margin(weights, norm) / data.margin(found.weights, norm))
          }
        }
      }
    }
    return points
  }
}
