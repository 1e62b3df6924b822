import Arrays
import Corpus

extension TrainingJob {
  /// An array that a run reads, under a name.
  public struct NamedRows: Sendable {
    /// Such as `training.sequences`.
    public let name: String
    /// A row a sequence.
    public let array: HostArray
  }

  /// What a run reads, for other programs to train on the same: the rows of its steps in order, and those that it is
  /// measured on.
  ///
  /// Of a causal objective there are `training.sequences` and `validation.sequences`, `[rows, length + 1]`, each token but
  /// the first a target. Of others there are `inputs`, `targets` and `weights`, `[rows, length]`, and `prefixLengths`, `[rows]`.
  /// Where documents are kept apart `documents` says which one each token belongs to. Row `r` of training is row `r mod B` of
  /// step `r / B` in batches of `B`.
  ///
  /// - Parameter steps: How many of the plan's first steps.
  /// - Returns: The arrays, `int32`.
  /// - Throws: `TokenFileError`.
  public func rows(ofFirst steps: Int) throws(TokenFileError) -> [NamedRows] {
    var batches: [[HostArray]] = []
    for step in 0..<steps { batches.append(try batch(ofStep: step)) }
    let training = (batches.first ?? []).indices.map { place in
      HostArray(joining: batches.map { $0[place] }, alongAxis: 0)
    }
    let measured = measuredSequences
    let validation = try validationBatches.arrays(measured, numbers: measured)
    let names = validationBatches.layout.names
    return zip(names, training).map { NamedRows(name: "training.\($0)", array: $1) }
      + zip(names, validation).map { NamedRows(name: "validation.\($0)", array: $1) }
  }

  /// The held-out sequences that the model is measured on.
  var measuredSequences: [Int] {
    validationSequences.evenlySpreadIndices(limit: recipe.evaluation.sequences)
  }
}

extension BatchLayout {
  /// The names of the arrays, in order.
  fileprivate var names: [String] {
    let documents = separatesDocuments ? ["documents"] : []
    switch targets {
    case .next: return ["sequences"] + documents
    case .marked: return ["inputs", "targets", "weights", "prefixLengths"] + documents
    }
  }
}
