import Laboratory
import Reports

/// How an answer proves itself: how far it is from meeting each condition of what it claims to be.
///
/// All numbers are relative and at least 0; an exact answer has none above rounding.
package struct Certificate: Hashable, Sendable {
  /// How far the constraints are from being met, such as `|Xw - y| / |y|`; nil where there are none.
  package var primal: Double?
  /// How far the conditions of optimality are from being met.
  package var dual: Double?
  /// How much better than this answer any other can be.
  package var gap: Double?

  package init(primal: Double? = nil, dual: Double? = nil, gap: Double? = nil) {
    (self.primal, self.dual, self.gap) = (primal, dual, gap)
  }

  /// The largest of its numbers.
  package var worst: Double { [primal, dual, gap].compactMap(\.self).reduce(0, Self.larger) }

  /// The certificate of several answers: the worst of each number.
  package init(worstOf certificates: [Certificate]) {
    func worst(_ number: KeyPath<Certificate, Double?>) -> Double? {
      let numbers = certificates.compactMap { $0[keyPath: number] }
      return numbers.isEmpty ? nil : numbers.reduce(0, Self.larger)
    }
    self.init(primal: worst(\.primal), dual: worst(\.dual), gap: worst(\.gap))
  }

  /// What is no number is worse than any.
  private static func larger(_ left: Double, _ right: Double) -> Double {
    left.isNaN || right.isNaN ? .nan : max(left, right)
  }

  /// The quantities that carry its numbers in a record, with their names on a page.
  private static let quantities = [
    ("primal-residual", "primal residual"), ("dual-residual", "dual residual"),
    ("duality-gap", "duality gap"),
  ]

  /// Its numbers as points of a record, at the answer's labels and coordinates.
  package func points(of answer: LabKey) -> [LabPoint] {
    zip(Self.quantities, [primal, dual, gap]).compactMap { quantity, number in
      number.map { answer.of(quantity.0).point($0) }
    }
  }

  /// The worst number of all certificates in a record that belong to an answer; NaN if there are none.
  package static func worst(of answer: LabKey, in points: [LabPoint]) -> Double {
    let numbers = quantities.flatMap { points.on(answer.of($0.0)) }.map(\.value)
    return numbers.isEmpty ? .nan : numbers.reduce(0, larger)
  }

  /// The heads of ``cells(of:in:)``.
  package static let heads = quantities.map(\.1)

  /// Its numbers in a record, as cells of a table; a dash for each that is not there.
  package static func cells(of answer: LabKey, in reader: LabReader) -> [String] {
    quantities.map { quantity, _ in
      reader.record.points.on(answer.of(quantity)).first
        .map { NumberText.brief($0.value) } ?? NumberText.unknown
    }
  }
}
