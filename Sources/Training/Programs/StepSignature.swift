/// What the program of a training step takes: the one place that knows in which order.
///
/// Values are types while the program is described, tensors while it is traced, and buffers when it is called.
struct StepInputs<Value> {
  /// The state's tensors.
  var state: [Value]
  /// The arrays of the batch.
  var batch: [Value]
  /// The learning rate.
  var rate: Value
  /// The layers' learning rates, where they have their own.
  var layerRates: Value?
  /// The output gates that a schedule sets, where one does.
  var gates: Value?

  /// All values in order.
  var values: [Value] {
    state + batch + [rate] + [layerRates, gates].compactMap { $0 }
  }

  /// The same inputs as other values.
  ///
  /// - Parameter values: One for each of ``values``, in their order.
  /// - Returns: The inputs.
  func replacingValues<Other>(with values: [Other]) -> StepInputs<Other> {
    var rest = values[...]
    func take(_ count: Int) -> [Other] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    let state = take(state.count)
    let batch = take(batch.count)
    let rate = take(1)[0]
    return StepInputs<Other>(
      state: state,
      batch: batch,
      rate: rate,
      layerRates: layerRates.map { _ in take(1)[0] },
      gates: gates.map { _ in take(1)[0] }
    )
  }
}

/// What the program of a training step gives back: the one place that knows in which order.
struct StepOutputs<Value> {
  /// The state's tensors after the step.
  var state: [Value]
  /// The mean loss of the batch.
  var loss: Value
  /// The norm of the gradient before clipping.
  var gradientNorm: Value

  /// Puts together what belongs together.
  init(state: [Value], loss: Value, gradientNorm: Value) {
    (self.state, self.loss, self.gradientNorm) = (state, loss, gradientNorm)
  }

  /// Takes a program's results apart.
  init(_ results: [Value]) {
    precondition(results.count > 2, "a step gives back a state, a loss and a norm")
    state = results.dropLast(2)
    (loss, gradientNorm) = (results[results.count - 2], results[results.count - 1])
  }

  /// All values in order.
  var values: [Value] { state + [loss, gradientNorm] }
}
