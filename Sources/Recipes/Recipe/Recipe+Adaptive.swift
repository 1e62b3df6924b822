import Growing

extension Recipe.Growth {
  /// How the method `adaptive` chooses its growths: by trying each way to grow for some steps.
  public struct Adaptive: Hashable, Sendable, Codable {
    /// The ways to grow, with blanks between them, such as `midas copy-at:2 random`; the first says how
    /// deep each stage is.
    ///
    /// Default: nothing, which means `midas gradstack bottom lidas-interposed spread random
    /// zero-output-copy`.
    public var pool: String?
    /// The steps after growing at which they are judged by their validation loss.
    ///
    /// Default: 20.
    public var lag: Int

    /// Creates the settings.
    public init(pool: String? = nil, lag: Int = 20) {
      self.pool = pool
      self.lag = lag
    }

    /// The ways to grow.
    ///
    /// - Throws: ``GrowthError`` for a name that is no operator's, for fewer than two, or for one that brings
    ///   output gates: what is chosen must go with growths that are chosen later.
    public func strategies() throws(GrowthError) -> [GrowthOperator] {
      let strategies = try GrowthOperator.pool(parsing: pool ?? GrowthMethod.defaultPool)
      if let gated = strategies.first(where: \.setsGates) {
        throw .gatesAreNotChosen(operatorName: gated.name)
      }
      return strategies
    }
  }
}
