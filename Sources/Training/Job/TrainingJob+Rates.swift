extension TrainingJob {
  /// The learning rates of a step of the plan.
  ///
  /// - Parameter step: The step, counted from 0.
  /// - Returns: The rates; layers have their own where the growth before the step says so.
  func rates(ofStep step: Int) -> StepRates {
    rates(ofStep: step, layerFactors: schedule.layerFactors(atStep: step))
  }

  /// The learning rates of a step after another growth than the plan's.
  ///
  /// - Parameters:
  ///   - step: The step, counted from 0.
  ///   - layerFactors: What the layers' rates are multiplied by besides; nil where all have the same.
  /// - Returns: The rates.
  func rates(ofStep step: Int, layerFactors: [Double]?) -> StepRates {
    StepRates(shared: schedule.rate(atStep: step), layerFactors: layerFactors)
  }
}
