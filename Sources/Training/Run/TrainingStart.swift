import Growing

/// Where training begins or goes on: a state, and where the run stands with it.
struct TrainingStart {
  /// The training state.
  let state: DeviceState
  /// Where the run stands.
  let position: TrainingPosition
  /// The plan that the run follows; growths that were decided while training are in it.
  let plan: GrowthPlan
}
