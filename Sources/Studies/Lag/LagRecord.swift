import Foundation
import Growing
import GrowthSelection
import Recipes

/// The contents of `lag.json`: what was compared, every loss, and what follows from them.
///
/// It is written anew after every strategy, so a study that was stopped goes on from there.
public struct LagRecord: Codable, Hashable, Sendable {
  /// One strategy of the pool.
  public struct Strategy: Codable, Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Its layer map, such as `[0 1 0 1]`.
    public var layerMap: String
    /// Whether the grown model computes the same function.
    public var preservesFunction: FunctionPreservation
    /// The steps in which its layer map is learnt before it grows; nil where nothing is learnt.
    public var learningSteps: Int?
  }

  /// What a selector chooses.
  public struct Selection: Codable, Hashable, Sendable {
    /// The selector's name.
    public var selector: String
    /// The strategy it chooses, one a seed.
    public var strategies: [String]
    /// How much worse the choice ends than the best strategy, the mean over seeds, in nats a token.
    public var regret: Double
    /// The training steps of the losers, those of learning a layer map included, the mean over seeds.
    public var extraSteps: Double
  }

  /// The version of the format that this module writes.
  public static let formatVersion = 1

  /// The version of the format.
  public var formatVersion: Int
  /// The recipe's name.
  public var name: String
  /// The resolved recipe.
  public var recipe: String
  /// The step at which all strategies grow.
  public var growthStep: Int
  /// The depth before and after.
  public var layersBefore: Int
  /// The depth of all strategies.
  public var layersAfter: Int
  /// Tokens a step trains on.
  public var tokensPerStep: Int
  /// The strategies in order.
  public var strategies: [Strategy]
  /// The steps after growing at which losses were measured.
  public var lags: [Int]
  /// The seeds in order.
  public var seeds: [UInt64]
  /// The losses in nats a token, `[seed][strategy][lag]`; nil for what has not run.
  public var losses: [[[Double]?]]
  /// What the losses tell; nil until all are there.
  public var analysis: LagAnalysis?
  /// The same without strategies that keep the function.
  public var analysisWithoutPreserving: LagAnalysis?
  /// What selectors choose.
  public var selections: [Selection]

  /// The losses, once all are there.
  public func completeLosses() throws(LagError) -> LagLosses? {
    let rows = losses.map { $0.compactMap { $0 } }
    guard zip(rows, losses).allSatisfy({ $0.count == $1.count }) else { return nil }
    return try LagLosses(strategies: strategies.map(\.name), lags: lags, losses: rows)
  }

  /// Works out what the losses tell, if all are there.
  mutating func conclude() throws(LagError) {
    guard let complete = try completeLosses() else { return }
    analysis = LagAnalysis(complete)
    let changing = Set(strategies.filter { $0.preservesFunction != .exact }.map(\.name))
    analysisWithoutPreserving = complete.keeping(changing.contains).map { LagAnalysis($0) }
    selections = []
    for (name, selector) in Self.selectors(lags) {
      var (names, regret, extraSteps): ([String], Double, Double) = ([], 0, 0)
      for seed in seeds.indices {
        let choice = try selector.choice(of: complete, seed: seed)
        let final = complete.finalLosses(seed: seed)
        names.append(strategies[choice.strategy].name)
        regret += (final[choice.strategy] - (final.min() ?? 0)) / Double(seeds.count)
        let learning = strategies.indices.filter { $0 != choice.strategy }
          .reduce(0) { $0 + (strategies[$1].learningSteps ?? 0) }
        extraSteps += Double(choice.extraSteps + learning) / Double(seeds.count)
      }
      selections.append(
        Selection(selector: name, strategies: names, regret: regret, extraSteps: extraSteps)
      )
    }
  }

  /// The selectors that are tried: at initialisation, and the others about a tenth of the way.
  private static func selectors(_ lags: [Int]) -> [(String, LagSelector)] {
    let end = lags.last ?? 0
    let early = lags.dropLast().last { $0 * 10 <= end } ?? 0
    let rungs = lags.dropLast().filter { $0 > 0 && $0 <= max(early, 1) }
    var selectors: [(String, LagSelector)] = [
      ("at initialisation", .atInitialisation),
      ("at lag \(early)", .atLag(early)),
      ("mean of three up to lag \(early)", .windowed(lag: early, count: 3)),
      ("slope-aware at lag \(early)", .slopeAware(lag: early, weight: 1)),
    ]
    if !rungs.isEmpty {
      selectors.append(
        (
          "successive halving at \(rungs.map(String.init).joined(separator: ", "))",
          .successiveHalving(rungs)
        )
      )
    }
    return selectors
  }
}

extension LagRecord: StudyRecord {
  /// Whether another record is of the same comparison, whatever of it has run.
  func compares(sameAs other: LagRecord) -> Bool {
    Recipe.saysTheSame(recipe, as: other.recipe) && growthStep == other.growthStep
      && strategies == other.strategies && lags == other.lags && seeds == other.seeds
      && formatVersion == other.formatVersion
      && losses.count == other.losses.count
      && zip(losses, other.losses).allSatisfy { $0.count == $1.count }
  }
}
