import Runs

/// How the layers of a growing run descend from each other: a column a stage, a box a layer.
struct LineageDrawing: Hashable, Sendable {
  /// A layer in a stage.
  struct Box: Hashable, Sendable {
    /// The layer's name; empty for a layer that did not survive.
    var name: String
    /// The stage in which the layer was new.
    var birth: Int
    /// The layer of the stage before that this one was or was copied from.
    var origin: Int?
    /// Whether the layer was there in the stage before.
    var isKept: Bool
  }

  /// The stages' layers, from input to output.
  let columns: [[Box]]
  /// The stages as the plan has them.
  let stages: [PlanRecord.Stage]

  /// Reads the drawing off a record; nothing if the run does not grow or its plan contradicts itself.
  init?(_ record: RunRecord) {
    self.init(plan: record.plan, lineage: record.lineage)
  }

  /// Draws a plan and the layers of its last stage; nothing if it does not grow or contradicts itself.
  init?(plan: PlanRecord, lineage: [LineageRecord]) {
    guard plan.stages.count > 1, plan.growths.count == plan.stages.count - 1,
      let last = plan.stages.last, lineage.count == last.layers
    else { return nil }
    // From the last stage backwards: a layer that is not new in a stage stood at its origin before.
    var column = lineage.map { layer in
      Box(name: layer.id, birth: layer.stage, origin: nil, isKept: false)
    }
    var columns: [[Box]] = []
    for index in plan.growths.indices.reversed() {
      let layerCount = plan.stages[index].layers
      guard layerCount >= 0,
        let origins = plan.originsAsRun(index), origins.count == column.count
      else { return nil }
      var before = Array(
        repeating: Box(name: "", birth: 0, origin: nil, isKept: false),
        count: layerCount
      )
      for position in column.indices {
        guard let origin = origins[position] else { continue }
        guard before.indices.contains(origin) else { return nil }
        column[position].origin = origin
        if column[position].birth <= index {
          column[position].isKept = true
          before[origin].name = column[position].name
          before[origin].birth = column[position].birth
        }
      }
      // What runs again is the layer that ran first, also where only that one lives on.
      if let order = plan.layerOrder(inStage: index) {
        for position in before.indices {
          guard let first = order.firstIndex(of: order[position]) else { continue }
          before[position] = before[first]
        }
      }
      columns.append(column)
      column = before
    }
    columns.append(column)
    self.columns = columns.reversed()
    stages = plan.stages
  }

  /// A sentence for those who do not see the drawing.
  var summary: String {
    let depths = stages.map { "\($0.layers)" }.joined(separator: ", ")
    let names = (columns.last ?? []).map(\.name).joined(separator: ", ")
    return "The layers grow through \(stages.count) stages of \(depths) layers; "
      + "in the end they are, from input to output, \(names)."
  }
}

extension PlanRecord {
  /// For each layer after a growth the layer before it that it was or was copied from, tied ones
  /// counted as often as they run; nothing for a record that contradicts itself.
  fileprivate func originsAsRun(_ growth: Int) -> [Int?]? {
    let origins = growths[growth].origins
    let before = layerOrder(inStage: growth)
    let after = layerOrder(inStage: growth + 1)
    guard before != nil || after != nil else { return origins }
    let layerCount = stages[growth].layers
    let old = before ?? Array(0..<layerCount)
    let new = after ?? Array(origins.indices)
    guard old.count == layerCount, new.allSatisfy(origins.indices.contains) else { return nil }
    return new.enumerated().map { position, layer in
      guard let source = origins[layer] else { return nil }
      return old.indices.contains(position) && old[position] == source
        ? position : old.firstIndex(of: source)
    }
  }
}

extension LineageDrawing {
  private static let header = 46.0
  private static let left = 58.0
  private static let right = 12.0

  private var rowHeight: Double {
    min(34, max(5, 640 / Double(columns.map(\.count).max() ?? 1)))
  }

  private var bodyHeight: Double { rowHeight * Double(columns.map(\.count).max() ?? 1) }

  /// How high the drawing is, in its own units.
  var height: Double { Self.header + bodyHeight + 8 }

  /// The drawing as an SVG element, styled by the page's style sheet.
  func svg(width: Double) -> Markup {
    let tallest = columns.map(\.count).max() ?? 1
    let pitch = (width - Self.left - Self.right) / Double(columns.count)
    let widest = min(96, pitch * 0.52)
    let finalWidth = stages.last?.width

    /// A narrower model has narrower boxes.
    func boxWidth(_ column: Int) -> Double {
      guard let width = stages[column].width, let finalWidth else { return widest }
      return max(8, widest * Double(width) / Double(finalWidth))
    }
    func x(_ column: Int) -> Double {
      // The boxes stand at the left of their column, the last one so that it ends at the edge.
      columns.count < 2
        ? Self.left
        : Self.left + Double(column) * (width - Self.left - Self.right - widest)
          / Double(columns.count - 1) + (widest - boxWidth(column)) / 2
    }
    func y(_ column: Int, _ row: Int) -> Double {
      let offset = (bodyHeight - rowHeight * Double(columns[column].count)) / 2
      return Self.header + offset + rowHeight * (Double(row) + 0.5)
    }

    let ties = columns.indices.dropFirst().map { column -> Markup in
      let curves = columns[column].enumerated().compactMap { row, box -> (Bool, Markup)? in
        guard let origin = box.origin else { return nil }
        let (startX, startY) = (x(column - 1) + boxWidth(column - 1), y(column - 1, origin))
        let (endX, endY) = (x(column), y(column, row))
        let bend = (endX - startX) * 0.5
        let path: Markup = """
          <path class="\(box.isKept ? "kept" : "copied")" d="M\(startX) \(startY)\
          C\(startX + bend) \(startY) \(endX - bend) \(endY) \(endX) \(endY)"/>
          """
        return (box.isKept, path)
      }
      // Copies are drawn above what is merely kept.
      return "\(curves.filter { $0.0 }.map { $0.1 } + curves.filter { !$0.0 }.map { $0.1 })"
    }
    let boxes = columns.enumerated().map { column, layers -> Markup in
      let layers = layers.enumerated().map { row, box -> Markup in
        layer(
          box,
          isNew: box.birth == column,
          x: x(column),
          y: y(column, row),
          width: boxWidth(column),
          height: rowHeight
        )
      }
      let stage = stages[column]
      let middle = x(column) + boxWidth(column) / 2
      let size = stage.width.map { " × \($0)" } ?? ""
      return """
        <text class="column" x="\(middle)" y="15" text-anchor="middle">\(stage.layers) layers\(size)</text>
        <text class="tick" x="\(middle)" y="32" text-anchor="middle">\(steps(of: stage))</text>
        \(layers)
        """
    }
    return """
      <svg class="lineage" viewBox="0 0 \(width) \(height)" role="img" aria-label="\(summary)">
      <text class="tick" x="0" y="\(y(columns.count - 1, 0) + 4)">input</text>
      <text class="tick" x="0" y="\(y(columns.count - 1, tallest - 1) + 4)">output</text>
      \(ties)
      \(boxes)
      </svg>
      """
  }

  private func layer(
    _ box: Box,
    isNew: Bool,
    x: Double,
    y: Double,
    width: Double,
    height: Double
  ) -> Markup {
    let boxHeight = height - min(6, height * 0.25)
    // The oldest layers are the strongest, the youngest the palest.
    let age = stages.count > 1 ? 1 - Double(box.birth) / Double(stages.count - 1) : 1
    let strength = 0.12 + 0.8 * age.squareRoot() * age
    let isFresh = isNew && box.origin == nil && box.birth > 0
    let fontSize = min(12, boxHeight - 1)
    let name = fontSize < 8 ? "" : ChartText.fitted(box.name, into: width - 4)
    return """
      <rect class="layer\(isFresh ? " fresh" : "")" x="\(x)" y="\(y - boxHeight / 2)" \
      width="\(width)" height="\(boxHeight)" rx="\(min(5, boxHeight / 4))" \
      fill-opacity="\(strength)"/>\
      <text class="layer-name\(strength > 0.7 ? " on-strong" : "")" x="\(x + width / 2)" \
      y="\(y + fontSize * 0.36)" font-size="\(fontSize)" text-anchor="middle">\
      \(name)</text>
      """
  }

  private func steps(of stage: PlanRecord.Stage) -> String {
    stage.stepCount == 0
      ? "no steps" : "steps \(stage.firstStep + 1)–\(stage.firstStep + stage.stepCount)"
  }
}
