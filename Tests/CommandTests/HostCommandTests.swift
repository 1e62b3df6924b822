import EspalierTestSupport
import Foundation
import Hosts
import Testing

/// Processes that look for each other, as on several hosts.
@Suite struct HostCommandTests {
  /// A folder with a list of two hosts, both of them here, at a port that nobody listens at.
  private func folder() async throws -> TemporaryFolder {
    let folder = try await Workshop.ready().copy()
    let home = HostAddress(host: "127.0.0.1", port: 0)
    let port = try KeyValueServer(at: home, count: 1, secret: "").address.port
    try folder.write("127.0.0.1:\(port)\n127.0.0.1 # the same\n", to: "hosts.txt")
    return folder
  }

  private func doctor(
    _ folder: TemporaryFolder,
    rank: Int,
    secret: String,
    wait: Int = 60
  ) async throws -> (code: Int32, last: String) {
    let outcome = try await EspalierProcess(
      folder: folder.path,
      environment: ["ESPALIER_SECRET": secret]
    ).run(["doctor", "--hosts", "hosts.txt", "--rank", "\(rank)", "--wait", "\(wait)"])
    return (outcome.code, outcome.output.split(separator: "\n").last.map(String.init) ?? "")
  }

  @Test func twoHostsMeet() async throws {
    let folder = try await folder()
    async let first = doctor(folder, rank: 0, secret: "s")
    async let second = doctor(folder, rank: 1, secret: "s")
    for (rank, outcome) in [try await first, try await second].enumerated() {
      #expect(outcome.code == 0)
      #expect(outcome.last.hasPrefix("ok    hosts          rank \(rank) of 2 at 127.0.0.1:"))
      #expect(outcome.last.contains(" ms there and back: 0 "))
    }
  }

  @Test func whoIsMissingIsNamed() async throws {
    let folder = try await folder()
    let alone = try await doctor(folder, rank: 0, secret: "s", wait: 1)
    #expect(alone.code == 1)
    #expect(
      alone.last
        == "FAIL  hosts          rank 1 did not come within 1 s; start what is missing and begin again"
    )
  }

  /// What rank 0 and rank 1 say and end with when they train.
  private func train(
    _ folder: TemporaryFolder,
    _ arguments: [[String]]
  ) async throws -> [(code: Int32, errors: String)] {
    @Sendable func run(_ rank: Int) async throws -> (Int32, String) {
      let outcome = try await EspalierProcess(folder: folder.path).run(
        ["train", "tiny.yaml", "--hosts", "hosts.txt", "--rank", "\(rank)"] + arguments[rank]
      )
      return (outcome.code, outcome.errors)
    }
    async let first = run(0)
    async let second = run(1)
    return [try await first, try await second]
  }

  @Test func processorsOfSeveralHostsAreRefused() async throws {
    let folder = try await folder()
    let two = ["--set", "parallelism.devices=2", "--set", "kernels=xla"]
    let (ends, uneven) = (try await train(folder, [two, two]), try await train(folder, [[], []]))
    for (end, other) in zip(ends, uneven) {
      #expect(end.code == 1)
      #expect(end.errors.contains("works in one process, and several hosts need a plugin for GPUs"))
      #expect(
        other.errors.contains(
          "error: parallelism.devices: counts those of all 2 hosts and needs to be a multiple of them; got 1\n"
        )
      )
    }
    #expect(!FileManager.default.fileExists(atPath: folder / "runs/tiny"))
  }

  @Test(arguments: [
    (["--rank", "1"], "--hosts and --rank: need each other"),
    (
      ["--hosts", "hosts.txt", "--rank", "2"],
      "rank 2: needs to be from 0 to 1, one for each of 2 hosts"
    ),
    (["--hosts", "none.txt", "--rank", "0"], "none.txt"),
    (["--hosts", "slurm"], "SLURM_NTASKS: is not set, so Slurm did not start this process"),
    (["--hosts", "slurm", "--rank", "0"], "--rank: Slurm says it; leave it out"),
    (["--wait", "0"], "--wait: needs a number of seconds from 1 to 86400; got 0"),
  ])
  func whatIsNoPlaceIsRefused(arguments: [String], sentence: String) async throws {
    let folder = try await folder()
    let outcome = try await EspalierProcess(folder: folder.path).run(["doctor"] + arguments)
    #expect(outcome.code != 0)
    #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
  }
}
