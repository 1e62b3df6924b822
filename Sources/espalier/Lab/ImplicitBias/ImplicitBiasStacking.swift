import ArgumentParser
import ImplicitBiasLab

private let full = ImplicitBiasLaboratory.Size.full.stacking

/// `espalier lab implicit-bias stacking`.
struct ImplicitBiasStacking: ImplicitBiasExperiments {
  static let configuration = CommandConfiguration(
    commandName: "stacking",
    abstract: "Growing a linear residual network by copies is accelerated descent.",
    discussion: """
      Layers that are needed against the condition number, for new layers that start from 0, at \
      random and from copies of the layer before, beside Nesterov's method.

        espalier lab implicit-bias stacking
        espalier lab implicit-bias stacking --conditions 10 100 --output quick
      """
  )

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Condition numbers of the inputs' covariance.", valueName: "number")
  )
  var conditions = full.conditions

  @Option(help: ArgumentHelp("How many seeds, 1, 2 and so on.", valueName: "count"))
  var seeds = full.seedCount

  @OptionGroup var lab: LabOptions

  var experiments: [ImplicitBiasLaboratory.Experiment] { [.stacking] }

  var size: ImplicitBiasLaboratory.Size {
    var size = ImplicitBiasLaboratory.Size(seedCount: seeds)
    (size.stacking.conditions, size.stacking.seedCount) = (conditions, seeds)
    return size
  }
}
