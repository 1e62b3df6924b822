import Arrays
import Foundation
import Safetensors

/// A tiny Llama and 50 steps of its training by PyTorch; see `Tests/Fixtures/llama-parity/README.md`.
public struct LlamaParity: Sendable {
  /// The fixture, read once.
  public static func shared() throws -> LlamaParity {
    try loaded.get()
  }

  private static let loaded = Result<LlamaParity, any Error> { try LlamaParity() }

  /// What `golden.json` holds.
  public let golden: Golden
  /// The untied model's initial parameters by name; the tied one uses all but `head`.
  public let weights: [String: HostArray]
  /// The tied model's parameters after all steps.
  public let finalWeights: [String: HostArray]
  /// The arrays stored whole.
  public let values: [String: HostArray]

  private init() throws {
    let folder = TestPlugin.packageRoot.appendingPathComponent("Tests/Fixtures/llama-parity")
    func arrays(_ name: String) throws -> [String: HostArray] {
      let file = try SafetensorsFile.open(folder.appendingPathComponent(name).path)
      return Dictionary(uniqueKeysWithValues: try file.arrays().map { ($0.name, $0.array) })
    }
    golden = try JSONDecoder().decode(
      Golden.self,
      from: Data(contentsOf: folder.appendingPathComponent("golden.json"))
    )
    weights = try arrays("weights.safetensors")
    finalWeights = try arrays("final.safetensors")
    values = try arrays("values.safetensors")
  }

  /// Training with Muon for the layers' matrices, by the name of its scale; see `muon.json`.
  public func muonCourses() throws -> [String: MuonCourse] {
    struct File: Decodable { let courses: [String: MuonCourse] }
    let path = "Tests/Fixtures/llama-parity/muon.json"
    let data = try Data(contentsOf: TestPlugin.packageRoot.appendingPathComponent(path))
    return try JSONDecoder().decode(File.self, from: data).courses
  }

  /// The batch of a step, `[batchSize, contextLength + 1]`.
  public func batch(_ step: Int) -> HostArray {
    HostArray(golden.tokens[step], shape: [golden.batchSize, golden.model.contextLength + 1])
  }

  /// The segments of the packed case.
  public var segments: HostArray {
    HostArray(
      golden.packed.segments.flatMap { $0 },
      shape: [golden.batchSize, golden.model.contextLength + 1]
    )
  }
}

extension LlamaParity {
  /// The JSON file's fields, under its own names.
  public struct Golden: Decodable, Sendable {
    /// The sizes.
    public let model: Model
    /// Sequences a step.
    public let batchSize: Int
    /// AdamW's settings.
    public let optimizer: Optimizer
    /// The cosine schedule and its values.
    public let learningRate: LearningRate
    /// Training with a tied embedding.
    public let tied: Course
    /// Training with a head.
    public let untied: Course
    /// One batch of packed documents, tied.
    public let packed: Packed
    /// The logits of the first batch for `tied`, `untied` and `packed`.
    public let logits: [String: Summary]
    /// One batch a step.
    public let tokens: [[Int32]]
  }

  /// The sizes of the model.
  public struct Model: Decodable, Sendable {
    /// The number of layers.
    public let layers: Int
    /// The size of the residual stream.
    public let width: Int
    /// Query heads.
    public let headCount: Int
    /// Key and value heads.
    public let keyValueHeadCount: Int
    /// The inner size of the feed-forward part.
    public let feedForwardWidth: Int
    /// Known tokens.
    public let vocabularySize: Int
    /// Tokens seen at once.
    public let contextLength: Int
    /// The base of the rotary embedding.
    public let ropeBase: Double
    /// What the norms add to the mean square.
    public let normEpsilon: Double
  }

  /// AdamW's settings.
  public struct Optimizer: Decodable, Sendable {
    /// The decay of the first moment.
    public let beta1: Double
    /// The decay of the second moment.
    public let beta2: Double
    /// What is added to the root.
    public let epsilon: Double
    /// The decay of the weights.
    public let weightDecay: Double
    /// The largest norm of the gradients.
    public let gradientClipping: Double
  }

  /// The schedule.
  public struct LearningRate: Decodable, Sendable {
    /// The highest rate.
    public let peak: Double
    /// Steps up to it.
    public let warmupSteps: Int
    /// All steps.
    public let steps: Int
    /// The last rate as a share of the highest.
    public let finalFraction: Double
    /// The rate of each step.
    public let values: [Double]
  }

  /// What happened in training.
  public struct Course: Decodable, Sendable {
    /// The loss before each update.
    public let losses: [Double]
    /// The norm of the gradients before clipping.
    public let gradientNorms: [Double]
    /// The parameters after all updates.
    public let finalParameters: [String: Summary]
    /// The gradients of the first batch.
    public let firstGradients: [String: Summary]
  }

  /// What happened in training with Muon.
  public struct MuonCourse: Decodable, Sendable {
    /// The loss before each update.
    public let losses: [Double]
    /// The norm of the gradients before clipping.
    public let gradientNorms: [Double]
    /// The parameters after all updates.
    public let finalParameters: [String: Summary]
  }

  /// A batch of packed documents.
  public struct Packed: Decodable, Sendable {
    /// The document of each token.
    public let segments: [[Int32]]
    /// Targets that count.
    public let countedPositions: Int
    /// The mean loss.
    public let loss: Double
    /// The gradients.
    public let firstGradients: [String: Summary]
  }

  /// What is known of an array that is not stored whole.
  public struct Summary: Decodable, Sendable {
    /// The sum of the elements.
    public let sum: Double
    /// The sum of their squares.
    public let sumOfSquares: Double
    /// The places of some elements.
    public let indices: [Int]
    /// These elements.
    public let values: [Double]

    /// What is wrong with an array of which this should be the summary; nil if nothing is.
    ///
    /// - Parameters:
    ///   - label: What the array is.
    ///   - array: The array.
    ///   - tolerance: How far the elements may be off, as a share of the largest.
    /// - Returns: A sentence, or nil.
    public func mismatch(
      _ label: String,
      _ array: HostArray,
      within tolerance: Tolerance
    ) -> String? {
      let found = array.doubles
      let size = found.reduce(0) { $0 + $1.magnitude }
      let square = found.reduce(0) { $0 + $1 * $1 }
      // The elements' errors add up: in the sum over their size, in the squares twice over.
      if (found.reduce(0, +) - sum).magnitude > tolerance.share * size {
        return "\(label): the sum is \(found.reduce(0, +)) instead of \(sum)"
      }
      if (square - sumOfSquares).magnitude > 2 * tolerance.share * sumOfSquares {
        return "\(label): the sum of squares is \(square) instead of \(sumOfSquares)"
      }
      let samples = indices.map { found[$0] }
      let largest = found.reduce(0) { max($0, $1.magnitude) }
      // A zero difference at the largest element makes it the scale of the samples too.
      return tolerance.mismatch("\(label), samples", samples + [largest], values + [largest])
    }
  }
}
