import Anatomy

/// Models that were taken apart: the contents of `anatomy.json`.
public struct AnatomyRecord: Codable, Hashable, Sendable {
  /// The version of the format.
  static let formatVersion = 1

  /// What one model is like.
  public struct Result: Codable, Hashable, Sendable {
    /// The path of the model's run or checkpoint.
    public var path: String
    /// The step of its checkpoint.
    public var step: Int
    /// What was found.
    public var anatomy: Anatomy
    /// The mean cosine of its layers' weights with those of the first other model of the same sizes and another seed;
    /// nil where there is none.
    public var otherSeed: Double?
  }

  /// The version of the file's format.
  public var formatVersion: Int
  /// The models.
  public var models: [EvaluatedModel]
  /// The layers of a block where that was said; nil for those of each model's growth.
  public var blockSize: Int?
  /// How many held-out sequences were read.
  public var sequences: Int
  /// A token file that was read in place of the models' own texts.
  public var tokens: String?
  /// What was found so far, in the order of the models.
  public var results: [Result]
}

extension AnatomyRecord: StudyRecord {
  func compares(sameAs other: AnatomyRecord) -> Bool {
    var (first, second) = (self, other)
    (first.results, second.results) = ([], [])
    return first == second
  }
}
