import Growing
import Runs
import Testing

@testable import Training

/// A plan's decorations in run records.
@Suite struct DecorationRecordTests {
  /// What a record says, as the growth would have it.
  private func decoration(_ record: DecorationRecord) -> LayerDecoration? {
    switch record.kind {
    case "zero-output": .zeroOutput
    case "zero-norm": .zeroNorm
    case "scaled-output": record.factor.map { .scaledOutput(by: $0) }
    case "noise":
      record.deviation.flatMap { share in record.seed.map { .noise(share: share, seed: $0) } }
    case "blend":
      record.shares.map { .blend(of: $0.map { LayerShare(layer: $0.layer, weight: $0.weight) }) }
    default: nil
    }
  }

  private func gates(_ record: GateRecord) -> GateGrowth? {
    switch record.kind {
    case "fixed": record.value.map { .fixed(at: $0) }
    case "trained": record.value.map { .trained(from: $0) }
    case "annealed": record.steps.map { .annealed(steps: $0) }
    case "masked": record.steps.map { .masked(steps: $0) }
    case "drop-in": record.steps.map { .dropIn(steps: $0) }
    case "folded": .folded
    default: nil
    }
  }

  /// Nothing is lost on the way into the record, whatever the operator.
  @Test(arguments: GrowthOperator.all.filter { $0.addsLayers }.map(\.name))
  func theRecordHasEveryDecoration(name: String) throws {
    for depth in [4, 6] {
      let step = try GrowthOperator.named(name).step(
        fromDepth: depth,
        blockSize: 2,
        targetDepth: 2 * depth,
        options: GrowthOptions(start: 0, gateSteps: 3, seed: 9)
      )
      let plan = try GrowthPlan(
        method: name,
        blockSize: 2,
        stages: [
          GrowthStage(index: 0, depth: depth, firstStep: 0, stepCount: 5),
          GrowthStage(index: 1, depth: step.depth, firstStep: 5, stepCount: 5),
        ],
        growths: [step]
      )
      let record = PlanRecord(plan).growths[0]
      #expect(record.gates.flatMap(gates) == step.gates)
      let records = record.decorations
      #expect((records == nil) == step.decorations.isEmpty)
      let found = Dictionary(grouping: records ?? [], by: \.layer)
        .mapValues { $0.compactMap(decoration) }
      #expect(found == step.decorations)
    }
  }

  @Test func aLayersDecorationsKeepTheirOrder() throws {
    let both: [LayerDecoration] = [.blend(of: [LayerShare(layer: 0, weight: 2)]), .zeroOutput]
    let step = try GrowthStep(
      map: LayerMap(copying: [0, 0], sourceDepth: 1),
      decorations: [1: both]
    )
    #expect(DecorationRecord.all(of: step)?.compactMap(decoration) == both)
  }
}
