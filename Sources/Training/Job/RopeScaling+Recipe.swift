import LanguageModels
import Recipes

extension RopeScaling {
  /// The scaling that a recipe describes; nil for none.
  init?(_ scaling: Recipe.Model.RopeScaling) {
    switch scaling.kind {
    case .none: return nil
    case .linear: self = .linear(factor: scaling.factor)
    case .llama3:
      self = .llama3(
        factor: scaling.factor,
        lowFrequency: scaling.lowFrequencyFactor,
        highFrequency: scaling.highFrequencyFactor,
        originalContextLength: scaling.originalContextLength
      )
    }
  }
}

extension Recipe.Model.RopeScaling {
  /// The recipe's words for a scaling.
  init(_ scaling: RopeScaling?) {
    switch scaling {
    case nil: self.init()
    case .linear(let factor): self.init(kind: .linear, factor: factor)
    case .llama3(let factor, let low, let high, let length):
      self.init(
        kind: .llama3,
        factor: factor,
        lowFrequencyFactor: low,
        highFrequencyFactor: high,
        originalContextLength: length
      )
    }
  }
}
