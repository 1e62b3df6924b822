extension GrowthPlan {
  /// The plan drawn as a text table, for a terminal.
  ///
  ///     stage  steps    layers  cost so far  blocks
  ///     1      0-39          2        2.5 %  A0
  ///     2      40-119        4       12.5 %  A0 A1
  ///
  /// Steps are counted from 0. The cost is relative to all steps at full depth. A block's name is the
  /// one ``Lineage`` gives it; `+` marks the blocks the growth into the stage brought. Plans that grow in
  /// width have columns for its sizes.
  ///
  /// - Parameter stepCosts: As in ``cumulativeCosts(stepCosts:)``.
  /// - Returns: The lines, without line ends; the first is the heading.
  public func table(stepCosts: [Double]? = nil) -> [String] {
    var rows = [["stage", "steps", "layers"] + widthHeadings + ["cost so far", "blocks"]]
    for (stage, cost) in zip(stages, cumulativeCosts(stepCosts: stepCosts)) {
      let names = lineage(inStage: stage.index).units.map { unit in
        unit.stage == stage.index && stage.index > 0 ? "+\(unit.name)" : unit.name
      }
      rows.append(
        [
          "\(stage.number)",
          "\(stage.steps.lowerBound)-\(stage.steps.upperBound - 1)",
          "\(stage.depth)",
        ] + widthCells(inStage: stage.index) + [percent(cost), names.joined(separator: " ")]
      )
    }
    let last = rows[0].count - 1
    let widths = (0..<last).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = (0..<last).map { column in
        let blanks = String(repeating: " ", count: widths[column] - row[column].count)
        return column < 2 ? row[column] + blanks : blanks + row[column]
      }
      return (cells + [row[last]]).joined(separator: "  ")
    }
  }

  private var widthHeadings: [String] {
    firstSizes == nil ? [] : ["width", "heads", "feed-forward"]
  }

  private func widthCells(inStage stage: Int) -> [String] {
    guard let sizes = sizes(inStage: stage) else { return [] }
    return [sizes.width, sizes.headCount, sizes.feedForwardWidth].map { $0.map(String.init) ?? "" }
  }

  /// A share as a percentage with one decimal, such as `12.5 %`.
  private func percent(_ share: Double) -> String {
    let thousandths = Int((share * 1000).rounded())
    return "\(thousandths / 10).\(thousandths % 10) %"
  }
}
