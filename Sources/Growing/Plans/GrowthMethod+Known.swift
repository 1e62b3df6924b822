extension GrowthMethod {
  /// MIDAS, one block a stage.
  public static let midas = GrowthMethod(.midas)
  /// Gradual stacking, one block a stage.
  public static let gradStack = GrowthMethod(.gradStack)
  /// Full stacking, the depth multiplied at each stage.
  public static let fullStacking = GrowthMethod(.fullStacking)
  /// Newly initialised blocks, one a stage.
  public static let randomBlocks = GrowthMethod(.randomBlocks)
}
