import Laboratory
import LinearAlgebra
import Testing

@testable import ImplicitBiasLab

@Suite struct StackingTests {
  private static func stack(_ condition: Double, seed: UInt64 = 1) -> LayerStack {
    LayerStack(dimension: 6, distance: 0.3, condition: condition, seed: seed)
  }

  /// Copies need fewer layers than zero starts, the more so the worse the condition, and about as many as Nesterov's.
  @Test(arguments: 1...3) func copiesAccelerate(seed: UInt64) throws {
    func needed(_ condition: Double, _ start: LayerStack.Start) throws -> Double {
      let losses = try Self.stack(condition, seed: seed).losses(from: start, to: 1e-6, limit: 5000)
      #expect((losses.last ?? 1) <= 1e-6)
      return Double(losses.count - 1)
    }
    let gains = try [10.0, 100].map { try needed($0, .zero) / needed($0, .dampedCopy) }
    #expect(gains[0] > 1 && gains[1] > 1.8 * gains[0], "\(gains)")
    let ratio = try needed(100, .dampedCopy) / needed(100, .nesterov)
    #expect((0.6...1.5).contains(ratio), "\(ratio)")
  }

  /// From 0 a layer is a step of gradient descent on the function, seen through what is there already.
  @Test func theFirstLayerIsAStepOfDescent() throws {
    let stack = Self.stack(10)
    let losses = try stack.losses(from: .zero, to: 0, limit: 1)
    let gap = Matrix(identity: 6) + -1 * stack.target
    // The largest eigenvalue of the covariance is 1.
    let after = gap + -1 * (gap * stack.covariance)
    func loss(_ gap: Matrix) -> Double { (gap * stack.covariance).elements.dot(gap.elements) }
    #expect(losses.count == 2 && abs(losses[1] - loss(after) / loss(gap)) < 1e-12)
  }

  @Test func theExperimentIsALesson() throws {
    let record = try TestEngine.laboratory {
      ($0.stacking.dimension, $0.stacking.conditions) = (5, [10, 100])
    }.run(.stacking)
    #expect(record.points.on(LabKey("needed-layers")).count == 5 * 2)
    let study = ImplicitBiasLaboratory.study(of: [.stacking: record], facts: [])
    #expect(study.sections.count == 1 && study.sections[0].lesson != nil)
    #expect(study.sections[0].figures.count == 2)
  }
}
