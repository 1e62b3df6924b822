import ArgumentParser
import PJRT
import Runs
import Training

/// `espalier doctor`.
struct Doctor: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say what is installed and what is missing.",
    discussion: """
      Looks at the XLA plugin, compiles and runs a tiny program with it, and looks at the \
      processor, the tokenizer library, memory and disk. Each line begins with ok, with poor \
      (works, but not as well as it could) or with FAIL (does not work). The exit code is 1 if \
      something needed is missing.

        espalier doctor
        espalier doctor --json

      With --hosts and --rank, run on each host of the list at about the same time, it says \
      whether the hosts find each other and the right secret, and how long a word takes to rank 0 \
      and back.
      """
  )

  @Option(help: ArgumentHelp("The XLA plugin to look at.", valueName: "file"))
  var plugin: String?

  @Option(
    help: ArgumentHelp("What the plugin shall be for.", valueName: "device")
  )
  var device: DeviceChoice = .auto

  @OptionGroup var hosts: HostOptions

  @Flag(help: "Print the findings as JSON.")
  var json = false

  func run(in context: CommandContext) throws {
    let places = context.places
    let place = try hosts.place(in: context)
    let examination = Examination(
      [
        .fine(
          "espalier",
          "\(TrainingSession.version), built with Swift \(VersionsRecord.compiler)"
        ),
        .fine("system", "\(MachineRecord.current().operatingSystem)"),
      ]
        + EngineExamination(
          locator: places.pluginLocator(explicitPath: plugin),
          device: device
        ).findings()
        + MachineExamination(machine: .current(), folder: places.currentFolder).findings()
        + (place.map {
          HostsExamination(place: $0, secret: context.secret, seconds: Double(hosts.wait))
            .findings()
        } ?? [])
    )
    try context.console.write(json ? JSONText.of(examination) : examination.text)
    if !examination.healthy { throw ExitCode(1) }
  }
}
