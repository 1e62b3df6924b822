extension GrowthOperator {
  /// MIDAS, middle gradual stacking: one block more, a copy of the middle block behind itself.
  ///
  /// With `n` blocks the middle one is `B_m`, `m = ceil(n / 2)` counted from 1 at the embedding.
  ///
  /// Source: Saunshi, Karp, Krishnan, Miryoosefi, Reddi and Kumar, "On the Inductive Bias of Stacking
  /// Towards Improving Reasoning", NeurIPS 2024, arXiv 2409.19044.
  public static let midas = GrowthOperator(
    name: "midas",
    summary: "copies the middle block behind itself",
    reference: "Saunshi et al. 2024, arXiv 2409.19044",
    preservation: .changed
  ) { site throws(GrowthError) in
    try site.copyingMiddleBlock()
  }
}
