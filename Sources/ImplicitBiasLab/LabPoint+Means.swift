import Laboratory
import Reports

extension LabReader {
  /// What was measured along a coordinate that all of it depends on smoothly, as marks on a line.
  func curve(_ name: String, style: Int, _ key: LabKey, over coordinate: String) -> Figure.Curve {
    let marks = places(key, over: coordinate).filter { $0.y.isFinite }
    return Figure.Curve(
      name: name,
      style: style,
      line: marks.map { Figure.Place(x: $0.x, y: $0.y) },
      marks: marks
    )
  }
}

extension [LabPoint] {
  /// The means over a coordinate of points that are the same but for it, in the order of the first ones.
  func means(over coordinate: String) -> [LabPoint] {
    var keys: [LabKey] = []
    var values: [LabKey: [Double]] = [:]
    for point in self {
      var key = point.key
      key.coordinates[coordinate] = nil
      if values[key] == nil { keys.append(key) }
      values[key, default: []].append(point.value)
    }
    return keys.map { $0.point(meanOf: values[$0] ?? []) }
  }

  /// The largest value of the points that a key covers; NaN if there are none or one of them is.
  func largest(_ key: LabKey) -> Double { extreme(key) { Swift.max($0, $1) } }

  /// The least value of the points that a key covers; NaN if there are none or one of them is.
  func least(_ key: LabKey) -> Double { extreme(key) { Swift.min($0, $1) } }

  private func extreme(_ key: LabKey, _ choose: (Double, Double) -> Double) -> Double {
    let values = on(key).map(\.value)
    guard let first = values.first, !values.contains(where: \.isNaN) else { return .nan }
    return values.dropFirst().reduce(first, choose)
  }
}
