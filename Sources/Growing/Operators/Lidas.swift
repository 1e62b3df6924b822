extension GrowthOperator {
  /// LIDAS, read as interposed: the layers around the very middle, put into the middle.
  ///
  /// MIDAS copies a block; with an even number `n` of blocks that lies before the middle. LIDAS copies
  /// the central `b` layers, half from either side. Here with `h = n b / 2` the map is
  /// `[0..h) [h - b/2..h + b/2) [h..nb)`; for an odd `n` it is that of MIDAS. For an odd `b` the
  /// copied layers begin half a layer late.
  ///
  /// Source: Kapl et al., "Do Depth-Grown Models Overcome the Curse of Depth?", arXiv 2512.08819. The
  /// paper's wording leaves open which of the two readings it uses; both are here.
  public static let lidasInterposed = GrowthOperator(
    name: "lidas-interposed",
    summary: "puts a copy of the central layers into the middle",
    reference: "Kapl et al. 2025, arXiv 2512.08819, one reading",
    preservation: .changed
  ) { site throws(GrowthError) in
    let (start, middle) = try site.centralBlock()
    return try site.inserting(site.block(from: start), at: middle)
  }

  /// LIDAS, read as contiguous: the central layers, repeated behind themselves.
  ///
  /// With `h = n b / 2` the map is `[0..h + b/2) [h - b/2..nb)`.
  ///
  /// Source: as for ``lidasInterposed``, the other reading.
  public static let lidasContiguous = GrowthOperator(
    name: "lidas-contiguous",
    summary: "repeats the central layers behind themselves",
    reference: "Kapl et al. 2025, arXiv 2512.08819, other reading",
    preservation: .changed
  ) { site throws(GrowthError) in
    let (start, _) = try site.centralBlock()
    return try site.inserting(site.block(from: start), at: start + site.blockSize)
  }
}

extension GrowthSite {
  /// The first of the central layers, and the gap in the middle of all layers where the number of
  /// blocks is even, behind the middle block where it is odd.
  fileprivate func centralBlock() throws(GrowthError) -> (start: Int, middle: Int) {
    guard try blockCount().isMultiple(of: 2) else {
      let end = try middleBlockEnd()
      return (end - blockSize, end)
    }
    return (depth / 2 - blockSize / 2, depth / 2)
  }
}
