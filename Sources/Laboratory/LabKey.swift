import Statistics

/// Which numbers are meant: a quantity, and what texts and numbers say about it.
///
/// With all of its coordinates a key names one point, with fewer a curve: the points that share them.
package struct LabKey: Codable, Hashable, Sendable {
  /// What the value is, such as `risk`.
  package var quantity: String
  /// Texts, such as `method: logistic`.
  package var labels: [String: String]
  /// Numbers, such as `optimum: 0.01`.
  package var coordinates: [String: Double]

  package init(
    _ quantity: String,
    labels: [String: String] = [:],
    coordinates: [String: Double] = [:]
  ) {
    self.quantity = quantity
    self.labels = labels
    self.coordinates = coordinates
  }

  /// Another quantity at the same place.
  package func of(_ quantity: String) -> LabKey {
    LabKey(quantity, labels: labels, coordinates: coordinates)
  }

  /// The key at further coordinates.
  package func at(_ further: [String: Double]) -> LabKey {
    LabKey(quantity, labels: labels, coordinates: coordinates.merging(further) { $1 })
  }

  /// Whether a key has this quantity and, among others, these labels and coordinates.
  package func covers(_ key: LabKey) -> Bool {
    quantity == key.quantity
      && labels.allSatisfy { key.labels[$0.key] == $0.value }
      && coordinates.allSatisfy { key.coordinates[$0.key] == $0.value }
  }

  /// A number that is known exactly, or has no interval.
  package func point(_ value: Double) -> LabPoint { LabPoint(key: self, value: value) }

  /// A number with the interval that covers it.
  package func point(_ estimate: Estimate) -> LabPoint {
    LabPoint(
      key: self,
      value: estimate.value,
      low: estimate.low.isFinite ? estimate.low : nil,
      high: estimate.high.isFinite ? estimate.high : nil
    )
  }

  /// The mean over repetitions, with its 95 % interval.
  package func point(meanOf values: [Double]) -> LabPoint { point(.mean(of: values)) }
}

/// A number of an experiment.
package struct LabPoint: Codable, Hashable, Sendable {
  /// What the number is and where it stands.
  package var key: LabKey
  package var value: Double
  /// The ends of the value's 95 % interval.
  package var low: Double?
  package var high: Double?

  package init(key: LabKey, value: Double, low: Double? = nil, high: Double? = nil) {
    self.key = key
    self.value = value
    self.low = low
    self.high = high
  }

  /// A coordinate of the point; NaN if it has none of that name.
  package subscript(coordinate: String) -> Double { key.coordinates[coordinate] ?? .nan }

  /// The value with its interval, if it has one.
  package var estimate: Estimate {
    Estimate(value: value, low: low ?? value, high: high ?? value)
  }
}

extension [LabPoint] {
  /// The points that a key covers, in their order.
  package func on(_ key: LabKey) -> [LabPoint] { filter { key.covers($0.key) } }

  /// The value of the first point that a key covers; NaN if there is none.
  package func value(_ key: LabKey) -> Double { first { key.covers($0.key) }?.value ?? .nan }
}
