import Laboratory
import Reports
import Statistics

extension LabSection {
  static let imageErrors = LabSection(rawValue: "errors")
  static let imageWorth = LabSection(rawValue: "worth")
}

extension ImageFindings {
  /// A number of the check.
  static func key(
    _ quantity: String,
    _ network: Architecture? = nil,
    _ view: ImageView = .plain
  ) -> LabKey {
    LabKey(
      quantity,
      labels: ["network": network?.rawValue, "view": view.rawValue].compactMapValues(\.self)
    )
  }

  /// A step of knowledge: the network that has it, and the one that lacks it.
  static let steps: [(name: String, with: Architecture, without: Architecture)] = [
    ("weight sharing", .convolutional, .locallyConnected),
    ("locality", .locallyConnected, .fullyConnected),
    ("both", .convolutional, .fullyConnected),
  ]

  /// The findings in the shape of all laboratories' records.
  ///
  /// - Returns: A record without checks: data has no expected outcome.
  package func record() -> LabRecord {
    let pairs = ImageView.allCases.flatMap { view in Architecture.allCases.map { (view, $0) } }
    let errors = pairs.flatMap { view, network in
      sizes.indices.map { place in
        Self.key("error", network, view).at(["samples": Double(sizes[place])])
          .point(error(view, network, at: place))
      }
    }
    let common = commonError()
    let counts = pairs.compactMap { view, network in
      needed(common, network, view).map {
        Self.key("needed-samples", network, view).at(["error": common]).point($0)
      }
    }
    let ratios = Self.steps.compactMap { step in
      let error = commonError([step.with, step.without])
      return ratio(of: step.without, to: step.with, error: error).map {
        LabKey("ratio", labels: ["knowledge": step.name], coordinates: ["error": error])
          .point($0)
      }
    }
    let fits = pairs.compactMap { view, network in
      exponent(view, network).map {
        LabSection.imageErrors.fit(
          "\(network.rawValue), \(view.rawValue): error against samples",
          of: Self.key("error", network, view),
          over: "samples",
          $0
        )
      }
    }
    return LabRecord(
      experiment: "\(LocalityLaboratory.name)-check",
      version: LocalityLaboratory.version,
      parameters: [
        "samples": sizes.map(Double.init), "height": [Double(grid.shape.height)],
        "width": [Double(grid.shape.width)], "channels": [Double(grid.shape.channelCount)],
        "patch": [Double(grid.side)], "patches": [Double(grid.patchCount)],
        "dimension": [Double(grid.dimension)], "heldOut": [Double(testCount)],
      ],
      seeds: seeds,
      points: errors + counts + ratios,
      fits: fits
    )
  }
}
