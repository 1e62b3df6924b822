extension GrowthOperator {
  /// MIDAS with gates `x + g f(x)` on the copy's outputs that keep the value ``GrowthOptions/scale``.
  ///
  /// The function is that of ``scaledCopy``, but there the number is part of the weights, which training
  /// and weight decay then change by other amounts.
  ///
  /// Source: the gate of ReZero (Bachlechner et al. 2021, arXiv 2003.04887), not trained.
  public static let fixedGate = GrowthOperator(
    name: "fixed-gate",
    summary: "midas with the copy's outputs times scale for good",
    reference: "after Bachlechner et al. 2021, arXiv 2003.04887",
    preservation: .changed,
    setsGates: true,
    uses: [.scale]
  ) { site throws(GrowthError) in
    try site.copyingMiddleBlock().gated(by: .fixed(at: site.options.scale))
  }

  /// MIDAS with gates that are trained, from 0 on for the copy and from 1 on for all others.
  ///
  /// Source: Bachlechner et al. 2021, "ReZero is All You Need", arXiv 2003.04887.
  public static let trainedGate = GrowthOperator(
    name: "trained-gate",
    summary: "midas with gates on all outputs that are trained, the copy's from 0",
    reference: "Bachlechner et al. 2021, arXiv 2003.04887",
    preservation: .exact,
    setsGates: true
  ) { site throws(GrowthError) in
    try site.copyingMiddleBlock().gated(by: .trained(from: 0))
  }

  /// MIDAS with gates on the copy's outputs that rise from 0 to 1 over ``GrowthOptions/gateSteps`` steps.
  ///
  /// Source: the masks of Yao et al. 2023, arXiv 2305.02869, on whole layers at once.
  public static let annealedGate = GrowthOperator(
    name: "annealed-gate",
    summary: "midas with gates on the copy's outputs that rise from 0 to 1",
    reference: "after Yao et al. 2023, arXiv 2305.02869",
    preservation: .exact,
    setsGates: true,
    uses: [.gateSteps]
  ) { site throws(GrowthError) in
    try site.copyingMiddleBlock().gated(by: .annealed(steps: site.options.gateSteps))
  }

  /// MIDAS with gates on the copy's outputs that rise from 0 to 1 over ``GrowthOptions/gateSteps`` steps:
  /// the feed-forward part's first, then attention's.
  ///
  /// Source: masked structural growth, Yao et al. 2023, arXiv 2305.02869, of which FLM-101B is the large
  /// case; the order is theirs.
  public static let maskedRamp = GrowthOperator(
    name: "masked-ramp",
    summary: "annealed-gate, the feed-forward part before attention",
    reference: "Yao et al. 2023, arXiv 2305.02869",
    preservation: .exact,
    setsGates: true,
    uses: [.gateSteps]
  ) { site throws(GrowthError) in
    try site.copyingMiddleBlock().gated(by: .masked(steps: site.options.gateSteps))
  }

  /// MIDAS with layers of the copy that take part in a step or not, with a probability that rises from 0 to
  /// 1 over ``GrowthOptions/gateSteps`` steps.
  ///
  /// Source: stochastic depth (Huang et al. 2016, arXiv 1603.09382), run the other way round.
  public static let dropIn = GrowthOperator(
    name: "drop-in",
    summary: "midas with the copy's layers in ever more steps, by chance",
    reference: "after Huang et al. 2016, arXiv 1603.09382",
    preservation: .exact,
    setsGates: true,
    uses: [.gateSteps]
  ) { site throws(GrowthError) in
    try site.copyingMiddleBlock().gated(by: .dropIn(steps: site.options.gateSteps))
  }

  /// Every gate multiplied into the projection before it, so that the network is a plain one again.
  ///
  /// Source: algebra; it is to gates what ``untie`` is to ties.
  public static let foldGates = GrowthOperator(
    name: "fold-gates",
    summary: "multiplies gates into the output projections and drops them",
    reference: "algebra",
    preservation: .exact
  ) { (site: NetworkSite) throws(GrowthError) in
    try GrowthStep(
      map: .identity(depth: site.storedLayers),
      decorations: [:],
      layerOrder: site.isTied ? site.order : nil
    ).gated(by: .folded)
  }
}
