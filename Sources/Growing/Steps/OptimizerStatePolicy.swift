/// What happens to the optimizer's slots (moments, per-layer step counts) at a growth.
///
/// The paper does not settle it, so all are offered; a public re-implementation of MIDAS copies
/// the slots with an optional "clear all". `copy` is the default everywhere.
public enum OptimizerStatePolicy: String, Hashable, Sendable, Codable, CaseIterable {
  /// Slots follow the weights: a copied layer takes its source's slots, a fresh layer gets zeros.
  case copy
  /// Survivors keep their slots; every new layer, copied or fresh, and in width every new element starts from
  /// zeros.
  case zeroNew = "zero-new"
  /// As ``copy`` in depth. In width new elements start from zeros, old ones keep their slots, so that a copy and
  /// its original are moved differently by equal gradients, and part.
  ///
  /// Step counts are kept by layer and stay, so that a new element's moments are corrected as if they were old:
  /// after many steps its first update is `(1 - beta1) / sqrt(1 - beta2)` times the rate for any gradient.
  ///
  /// Source: Liu et al. 2026, "SPARKLING", arXiv 2602.02472.
  case resetCopies = "reset-copies"
  /// Every slot of every tensor becomes zero, those without a layer axis too, step counts included.
  case clearAll = "clear-all"
}
