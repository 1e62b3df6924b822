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

  @Test(arguments: [
    (["--rank", "1"], "--hosts and --rank: need each other"),
    (
      ["--hosts", "hosts.txt", "--rank", "2"],
      "rank 2: needs to be from 0 to 1, one for each of 2 hosts"
    ),
    (["--hosts", "none.txt", "--rank", "0"], "none.txt"),
    (["--wait", "0"], "--wait: needs a number of seconds from 1 to 86400; got 0"),
  ])
  func whatIsNoPlaceIsRefused(arguments: [String], sentence: String) async throws {
    let folder = try await folder()
    let outcome = try await EspalierProcess(folder: folder.path).run(["doctor"] + arguments)
    #expect(outcome.code != 0)
    #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
  }
}
