import Foundation
import HalfspaceLab
import Laboratory
import PJRT
import Runs
import Tensors

/// Runs an experiment of the halfspaces laboratory and writes its record.
///
///     HalfspaceStudy EXPERIMENT FOLDER
///
/// writes `FOLDER/EXPERIMENT.json` and `.csv`, keeps finished cells in `FOLDER/EXPERIMENT.cells.jsonl`, prints
/// the fits, the checks and the seconds, and exits 1 when a check does not hold.
@main
struct HalfspaceStudy {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count == 2,
      let experiment = HalfspaceLaboratory.Experiment(rawValue: arguments[0])
    else {
      let names = HalfspaceLaboratory.Experiment.allCases.map(\.rawValue).joined(separator: ", ")
      note("error: needs an experiment (\(names)) and a folder")
      exit(2)
    }
    let folder = URL(fileURLWithPath: arguments[1])
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let locator = PluginLocator(
      explicitPath: nil,
      environmentPath: ProcessInfo.processInfo.environment["ESPALIER_PJRT_PLUGIN"],
      searchFolders: [".espalier/plugins"]
    )
    let client = try Client(plugin: Plugin(path: locator.locate()), options: [.cpuDeviceCount(1)])
    let laboratory = HalfspaceLaboratory(
      engine: Engine(client: client, cacheFolder: ".espalier/cache/programs"),
      sweep: Sweep(path: folder.appending(path: "\(experiment.rawValue).cells.jsonl").path) {
        note("\(Int($1 * 100)) % \($0)")
      },
      machine: .current()
    )
    let clock = ContinuousClock()
    let start = clock.now
    let record = try laboratory.run(experiment)
    let time = start.duration(to: clock.now)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try encoder.encode(record).write(
      to: folder.appending(path: "\(experiment.rawValue).json")
    )
    try Data(record.csv.utf8).write(to: folder.appending(path: "\(experiment.rawValue).csv"))
    for fit in record.fits {
      print("fit   \(fit.quantity): \(fit.slope) in \(fit.low ?? .nan)...\(fit.high ?? .nan)")
    }
    for check in record.checks {
      print(
        "\(check.holds ? "holds" : "FAILS") \(check.name): \(check.measured), "
          + "expected \(check.expected)"
      )
    }
    print("seconds \(time / .seconds(1))")
    if !record.holds { exit(1) }
  }

  private static func note(_ line: String) {
    FileHandle.standardError.write(Data("\(line)\n".utf8))
  }
}
