import Foundation
import Testing

@testable import Hosts

/// Processes that meet, as threads of this one on the loopback.
@Suite struct RendezvousTests {
  /// What each of some processes that meet comes to.
  private func meet<Value: Sendable>(
    _ count: Int,
    _ body: @escaping @Sendable (Rendezvous) throws -> Value
  ) async throws -> [Result<Value, any Error>] {
    let home = HostAddress(host: "127.0.0.1", port: 0)
    // A port that nobody listens at any more.
    let port = try KeyValueServer(at: home, count: 1, secret: "").address.port
    let address = HostAddress(host: "127.0.0.1", port: port)
    return await withTaskGroup(of: (Int, Result<Value, any Error>).self) { group in
      for rank in 0..<count {
        group.addTask {
          await withCheckedContinuation { continuation in
            // What blocks has a thread of its own.
            Thread.detachNewThread {
              let result = Result {
                let place = try HostPlace(rank: rank, count: count, coordinator: address)
                return try body(Rendezvous(place, secret: "s", seconds: 60))
              }
              continuation.resume(returning: (rank, result))
            }
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  @Test func whoAgreesGoesOn() async throws {
    let results = try await meet(3) { meeting in
      try meeting.agree(on: "a", named: "recipe", seconds: 60)
      let all = try meeting.exchanged([UInt8(meeting.store.place.rank)], under: "x", seconds: 60)
      meeting.leave()
      return all
    }
    for result in results { #expect(try result.get() == [[0], [1], [2]]) }
  }

  @Test func allAreToldWhoDiffers() async throws {
    let results = try await meet(3) { meeting in
      let isLast = meeting.store.place.rank == 2
      try meeting.agree(on: isLast ? "b" : "a", named: "recipe", seconds: 60)
    }
    for result in results {
      #expect(throws: HostError.disagreement(name: "recipe", rank: 2)) { try result.get() }
    }
    #expect(
      "\(HostError.disagreement(name: "recipe", rank: 2))"
        == "rank 2: has another recipe than rank 0; give all hosts the same files"
    )
  }

  @Test func aLossIsHeardOf() async throws {
    let results = try await meet(3) { meeting -> HostError? in
      // It goes without a word, as a process that is killed.
      guard meeting.store.place.rank != 1 else { return nil }
      return meeting.waitForLoss()
    }
    // Whoever was not there yet was told so where it came.
    let losses = try results.map { result in
      do { return try result.get() } catch let error as HostError { return error }
    }
    #expect(losses[0] == .lost(rank: 1))
    // Rank 0 may be gone as well by the time that the last one asks.
    switch losses[2] {
    case .lost(rank: 1), .lostCoordinator: break
    default: Issue.record("\(String(describing: losses[2]))")
    }
  }
}
