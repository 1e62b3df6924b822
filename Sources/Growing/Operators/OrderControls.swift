extension GrowthOperator {
  /// MIDAS with the copy's layers in reverse order.
  ///
  /// A control: it tells whether the order inside the block matters.
  public static let reverse = GrowthOperator(
    name: "reverse",
    summary: "midas with the copy's layers in reverse order",
    reference: "control arm",
    preservation: .changed
  ) { site throws(GrowthError) in
    let end = try site.middleBlockEnd()
    return try site.inserting(site.block(from: end - site.blockSize).reversed(), at: end)
  }

  /// MIDAS with the copy's layers shifted in a cycle by one.
  ///
  /// A control, as `reverse`.
  public static let shift = GrowthOperator(
    name: "shift",
    summary: "midas with the copy's layers shifted in a cycle by one",
    reference: "control arm",
    preservation: .changed
  ) { site throws(GrowthError) in
    let end = try site.middleBlockEnd()
    let block = try site.block(from: end - site.blockSize)
    return try site.inserting(Array(block.dropFirst() + block.prefix(1)), at: end)
  }
}
