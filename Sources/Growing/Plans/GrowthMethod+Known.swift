extension GrowthMethod {
  /// No growing: full depth from the first step on.
  ///
  /// It is the baseline of every comparison. The block size only names blocks in drawings, and is
  /// ignored where it does not divide the depth.
  public static let none = GrowthMethod(
    name: "none",
    summary: "full depth from the start",
    reference: "the baseline"
  )
  /// MIDAS, one block a stage.
  public static let midas = GrowthMethod(.midas)
  /// Gradual stacking, one block a stage.
  public static let gradStack = GrowthMethod(.gradStack)
  /// Full stacking, the depth multiplied at each stage.
  public static let fullStacking = GrowthMethod(.fullStacking)
  /// Newly initialised blocks, one a stage.
  public static let randomBlocks = GrowthMethod(.randomBlocks)
}
