/// What happens to the optimizer's slots (moments, per-layer step counts) at a growth.
///
/// The paper does not settle it, so all three are offered; a public re-implementation of MIDAS copies
/// the slots with an optional "clear all". `copy` is the default everywhere.
public enum OptimizerStatePolicy: String, Hashable, Sendable, Codable, CaseIterable {
  /// Slots follow the weights: a copied layer takes its source's slots, a fresh layer gets zeros.
  case copy
  /// Survivors keep their slots; every new layer, copied or fresh, starts from zeros.
  case zeroNew = "zero-new"
  /// Every slot of every tensor becomes zero, those without a layer axis too, step counts included.
  case clearAll = "clear-all"
}
