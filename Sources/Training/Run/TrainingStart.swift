import Growing

/// Where training begins or goes on: a state, and where the run stands with it.
package struct TrainingStart {
  /// The training state.
  package let state: DeviceState
  /// Where the run stands.
  package let position: TrainingPosition
  /// The plan that the run follows; growths that were decided while training are in it.
  let plan: GrowthPlan
}
