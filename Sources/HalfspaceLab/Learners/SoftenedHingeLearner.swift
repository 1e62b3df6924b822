import Arrays
import Laboratory
import PJRT
import Tensors

// B trials, D dimensions, N samples

/// Minimises softened hinge losses of many trials at once, by damped Newton steps.
///
/// The loss of a margin u is `w·ln(1 + e^{(m - u)/w})` with width w and margin m, plus a ridge. Width 1 and
/// margin 0 is logistic regression; a small width is the hinge `max(m - u, 0)` up to w·ln 2. With a normal v
/// the search stays on the plane `⟨weights, v⟩ = ⟨start, v⟩`, which is where the second phase's constraint
/// is tight.
package struct SoftenedHingeLearner: Sendable {
  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// What to minimise.
  package struct Objective: Hashable, Sendable {
    package var width = 1.0
    package var margin = 0.0
    package var ridge = 0.0
    /// Newton's method stops for a trial whose weights are longer; on separable data they would grow
    /// for ever.
    package var largestNorm = Double.infinity

    package init() {}
  }

  /// The minimisers of trials, `[B, D]` each, and how they were reached.
  package struct Result: Hashable, Sendable {
    package var weights: [[Double]]
    package var objective: [Double]
    package var gradientNorm: [Double]
    /// The passes over the samples, of the slowest trial.
    package var passCount: Int
    /// Whether a trial stopped at the largest norm.
    package var isTooLong: [Bool]
  }

  /// Minimises.
  ///
  /// - Parameters:
  ///   - objective: The loss.
  ///   - samples: z = y·x, `float64[B, D, N]`.
  ///   - start: `[B][D]`; from 0 if nil.
  ///   - normals: Unit vectors `[B][D]` of planes to stay on; none if nil.
  ///   - tolerance: The norm of the gradient that is small enough.
  ///   - passLimit: The most passes over the samples.
  /// - Returns: The minimisers.
  /// - Throws: `PJRTError`.
  package func minimize(
    _ objective: Objective = Objective(),
    samples: Buffer,
    start: [[Double]]? = nil,
    normals: [[Double]]? = nil,
    tolerance: Double = 1e-10,
    passLimit: Int = 200
  ) throws -> Result {
    let shape = samples.type.shape
    let zeros = [[Double]](repeating: [Double](repeating: 0, count: shape[1]), count: shape[0])
    let numbers = [
      objective.width, objective.margin, objective.ridge, objective.largestNorm, tolerance,
    ]
    let results = try engine.results(
      "softened_hinge_newton",
      of: samples,
      [
        HostArray(rows: start ?? zeros), HostArray(rows: normals ?? zeros), HostArray(numbers),
        HostArray(scalar: Int32(passLimit)),
      ],
      body: Self.body
    )
    let norms = results[2].values(as: Double.self)
    return Result(
      weights: results[0].rows,
      objective: results[1].values(),
      gradientNorm: norms,
      passCount: Int(results[3].values(as: Int32.self)[0]),
      isTooLong: results[4].values()
    )
  }

  /// With many samples the search begins on a few of them: passes over these cost little, and from their
  /// minimiser Newton's method needs only a few passes over all.
  private static func body(_ inputs: [Tensor]) -> [Tensor] {
    let (samples, start) = (inputs[0], inputs[1])
    let numbers = (0..<5).map { inputs[3].sliced($0..<$0 + 1, alongAxis: 0).reshaped(to: []) }
    let search = Search(
      width: numbers[0],
      margin: numbers[1],
      ridge: numbers[2],
      largestNorm: numbers[3],
      tolerance: numbers[4],
      normals: inputs[2],
      passLimit: inputs[4]
    )
    var (first, passCount) = (start, Tensor(0, .int32))
    let fewCount = samples.shape[2] / 10
    if fewCount >= 1000 {
      var coarse = search
      coarse.tolerance = search.tolerance.maximum(Tensor(1e-5, .float64))
      let few = descend(
        coarse,
        from: start,
        samples: samples.sliced(0..<fewCount, alongAxis: 2)
      )
      // Few samples may be separable where all are not.
      let isUseful = (norm(few.weights) .<= search.largestNorm) .& norm(few.weights).isFinite()
      first = Tensor.select(isUseful.insertingAxis(at: 1), few.weights, otherwise: start)
      passCount = few.passCount
    }
    let all = descend(search, from: first, samples: samples)
    let last = evaluate(search, all.weights, samples)
    let gradientNorm = newtonStep(last, normals: search.normals).gradientNorm
    let isTooLong = norm(all.weights) .> search.largestNorm
    return [all.weights, last.value, gradientNorm, passCount + all.passCount, isTooLong]
  }

  /// What a search goes by, as scalars of the program, and the planes' normals.
  private struct Search {
    var width: Tensor
    var margin: Tensor
    var ridge: Tensor
    var largestNorm: Tensor
    var tolerance: Tensor
    var normals: Tensor
    var passLimit: Tensor
  }

  /// Each pass evaluates the objective at one candidate a trial: it is taken if it lies low enough, and the
  /// step is halved if not.
  private static func descend(
    _ search: Search,
    from start: Tensor,
    samples: Tensor
  ) -> (weights: Tensor, passCount: Tensor) {
    let trials = TensorType(.float64, [start.shape[0]])
    let initial = [
      start,
      .zeros(start.type),
      Tensor(repeating: .infinity, type: trials),
      .zeros(trials),
      .ones(trials),
      Tensor(repeating: .infinity, type: trials),
      Tensor(repeating: 0, type: TensorType(.int32, [])),
    ]
    let state = whileLoop(initial: initial) { state in
      let isOpen = isOpen(state, search)
      return isOpen.converted(to: .int32).sum() .> Tensor(0, .int32)
        .& (state[6] .< search.passLimit)
    } body: { state in
      let (weights, direction, value) = (state[0], state[1], state[2])
      let (slope, scale) = (state[3], state[4])
      let candidate = weights + direction * scale.insertingAxis(at: 1)
      let here = evaluate(search, candidate, samples)
      let bound = value + slope * scale * 1e-4 + value.absoluteValue() * 1e-14
      let isTaken = here.value .<= bound
      let step = newtonStep(here, normals: search.normals)
      let row = isTaken.insertingAxis(at: 1)
      let closed = .!isOpen(
        [candidate, direction, here.value, slope, scale, step.gradientNorm],
        search
      )
      let frozen = Tensor.select(
        closed.insertingAxis(at: 1),
        Tensor.zeros(start.type),
        otherwise: step.direction
      )
      // A step that no halving makes good enough is at the rounding floor: the trial is done.
      let isStuck = scale .< Tensor(1e-12, .float64)
      let norm = Tensor.select(isTaken, step.gradientNorm, otherwise: state[5])
      return [
        Tensor.select(row, candidate, otherwise: weights),
        Tensor.select(row, frozen, otherwise: direction),
        Tensor.select(isTaken, here.value, otherwise: value),
        Tensor.select(isTaken, step.slope, otherwise: slope),
        Tensor.select(isTaken, Tensor.ones(trials), otherwise: scale * 0.5),
        Tensor.select(isStuck, norm.minimum(search.tolerance * 0.5), otherwise: norm),
        state[6] + Tensor(1, .int32),
      ]
    }
    return (state[0], state[6])
  }

  private static func norm(_ rows: Tensor) -> Tensor { rows.squared().sum(axes: [1]).squareRoot() }

  /// Which trials go on.
  private static func isOpen(_ state: [Tensor], _ search: Search) -> Tensor {
    (state[5] .> search.tolerance) .& (norm(state[0]) .<= search.largestNorm)
  }

  private struct Evaluation {
    var value: Tensor
    var gradient: Tensor
    var hessian: Tensor
  }

  private static func evaluate(
    _ search: Search,
    _ weights: Tensor,
    _ samples: Tensor
  ) -> Evaluation {
    let (width, ridge) = (search.width, search.ridge)
    let (dimension, count) = (samples.shape[1], Double(samples.shape[2]))
    let margins = weights.dot(samples, summing: 1, with: 1)
    let t = (margins - search.margin) / width
    let tail = (-t.absoluteValue()).exponential()
    let zero = Tensor.zeros(t.type)
    let loss = ((-t).maximum(zero) + tail.logarithmOfOnePlus()) * width
    let wrong = Tensor.select(t .> zero, tail, otherwise: Tensor.ones(t.type)) / (tail + 1)
    let curvature = wrong * (1 - wrong) / width
    let weighted = samples * curvature.insertingAxis(at: 1)
    let identity = Tensor.identity(dimension)
    return Evaluation(
      value: loss.sum(axes: [1]) / count + weights.squared().sum(axes: [1]) * (ridge * 0.5),
      gradient: -samples.dot(wrong, summing: 2, with: 1) / count + weights * ridge,
      hessian: weighted.dot(samples, summing: 2, with: 2) / count + identity * ridge
    )
  }

  private static func newtonStep(
    _ here: Evaluation,
    normals: Tensor
  ) -> (direction: Tensor, slope: Tensor, gradientNorm: Tensor) {
    let dimension = normals.shape[1]
    let outer = normals.insertingAxis(at: 2) * normals.insertingAxis(at: 1)
    // Without a normal the projector is the identity.
    let projector = Tensor.identity(dimension) - outer
    let gradient = projector.dot(here.gradient, summing: 2, with: 1)
    let inPlane = projector.dot(here.hessian, summing: 2, with: 1)
      .dot(projector, summing: 2, with: 1)
    let size = (inPlane * Tensor.identity(dimension)).sum(axes: [1, 2], keepingAxes: true)
    // Flat directions get a little curvature, so that the system has a solution.
    let lifted = inPlane + outer * size + Tensor.identity(dimension) * (size * 1e-13 + 1e-290)
    let step = -solve(lifted, gradient)
    let direction = projector.dot(step, summing: 2, with: 1)
    return (direction, (gradient * direction).sum(axes: [1]), norm(gradient))
  }

  /// Solves symmetric positive systems by Gauss-Jordan elimination: `[B, D, D]` and `[B, D]` to `[B, D]`.
  static func solve(_ matrices: Tensor, _ sides: Tensor) -> Tensor {
    let dimension = sides.shape[1]
    var table = Tensor.concatenate([matrices, sides.insertingAxis(at: 2)], alongAxis: 2)
    for pivot in 0..<dimension {
      let row = table.sliced(pivot..<pivot + 1, alongAxis: 1)
      let scaled = row / row.sliced(pivot..<pivot + 1, alongAxis: 2)
      let column = table.sliced(pivot..<pivot + 1, alongAxis: 2)
      let isPivot =
        Tensor.indices(TensorType(.int32, [1, dimension, 1]), alongAxis: 1)
        .== Tensor(Double(pivot), .int32)
      table = Tensor.select(isPivot, scaled, otherwise: table - column * scaled)
    }
    return table.sliced(dimension..<dimension + 1, alongAxis: 2).reshaped(
      to: sides.shape.dimensions
    )
  }
}
