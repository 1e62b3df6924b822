extension GrowthOperator {
  /// The layers between the protected ones run again with the same weights, ``GrowthOptions/factor``
  /// times in all: no parameters more, and as many FLOPs as that depth has.
  ///
  /// With protected layers it is middle looping: the first layers once, the middle ones in a loop, the
  /// last ones once. Applied to tied layers it repeats the order once more. The block size does not
  /// matter.
  ///
  /// Source: Lan et al. 2019, "ALBERT", arXiv 1909.11942; Saunshi et al. 2025, "Reasoning with Latent
  /// Thoughts", arXiv 2502.17416, section 2 (looped models and middle looping).
  public static let loopUnroll = GrowthOperator(
    name: "loop-unroll",
    summary: "runs the layers again with the same weights, factor times in all",
    reference: "ALBERT, arXiv 1909.11942; Saunshi et al. 2025, arXiv 2502.17416",
    preservation: .changed,
    uses: [.factor]
  ) { (site: NetworkSite) throws(GrowthError) in
    let (first, last) = (site.options.protectedFirst, site.options.protectedLast)
    // The depth's own rules hold between the protected layers, tied or not.
    let inner = try GrowthSite(
      operatorName: site.operatorName,
      wholeDepth: site.order.count,
      blockSize: 1,
      wholeTarget: nil,
      options: site.options
    )
    let depth = try inner.multipliedDepth()
    let looped = (0..<depth).map { site.order[first + $0 % inner.depth] }
    return try GrowthStep(
      map: .identity(depth: site.storedLayers),
      decorations: [:],
      layerOrder: site.order.prefix(first) + looped + site.order.suffix(last)
    )
  }

  /// The loop between the protected layers runs once more: a curriculum of few repeats first.
  ///
  /// Where nothing is tied yet, the layers between the protected ones become the loop. The block size does not
  /// matter.
  ///
  /// Source: after Saunshi et al. 2025, arXiv 2502.17416, section 2, with the repeats as what grows.
  public static let repeatLoop = GrowthOperator(
    name: "repeat-loop",
    summary: "runs the layers, or the loop that they are, once more with the same weights",
    reference: "after Saunshi et al. 2025, arXiv 2502.17416",
    preservation: .changed
  ) { (site: NetworkSite) throws(GrowthError) in
    let (first, last) = (site.options.protectedFirst, site.options.protectedLast)
    let inner = try GrowthSite(
      operatorName: site.operatorName,
      wholeDepth: site.order.count,
      blockSize: 1,
      wholeTarget: nil,
      options: site.options
    )
    let looped = site.order[first..<first + inner.depth]
    let period = Set(looped).count
    guard inner.depth.isMultiple(of: period),
      looped.dropFirst(period).elementsEqual(looped.dropLast(period))
    else { throw .noLoop(operatorName: site.operatorName, order: site.order) }
    return try GrowthStep(
      map: .identity(depth: site.storedLayers),
      decorations: [:],
      layerOrder: site.order.prefix(first) + looped + looped.prefix(period)
        + site.order.suffix(last)
    )
  }

  /// Every tied layer gets weights of its own, copies of those it shared, and slots of the optimizer
  /// likewise.
  ///
  /// The function stays at that moment; a scale of what tied layers add (``TiedScale``) goes into their output
  /// projections. Each copy's gradient is then its own share of what was summed.
  ///
  /// Source: the way back from ``loopUnroll``: a looped model as the start of a deep one.
  public static let untie = GrowthOperator(
    name: "untie",
    summary: "gives every tied layer a copy of its own",
    reference: "after Saunshi et al. 2025, arXiv 2502.17416",
    preservation: .exact
  ) { (site: NetworkSite) throws(GrowthError) in
    guard site.isTied else {
      throw .nothingTied(operatorName: site.operatorName, depth: site.order.count)
    }
    return GrowthStep(map: try LayerMap(copying: site.order, sourceDepth: site.storedLayers))
  }
}
