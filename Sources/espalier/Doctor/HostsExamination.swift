import Foundation
import Hosts
import Reports

/// Looks whether processes on several hosts find each other: each runs the doctor with the same list.
struct HostsExamination {
  let place: HostPlace
  let secret: String
  /// How long to wait for the others.
  let seconds: Double

  private static let name = "hosts"
  private static let roundTrips = 20

  /// Meets the others, and says who they are and how far it is to rank 0.
  func findings() -> [Finding] {
    do {
      let meeting = try Rendezvous(place, secret: secret, seconds: seconds)
      let own = Array(ProcessInfo.processInfo.hostName.utf8)
      let names = try meeting.exchanged(own, under: "name", seconds: seconds)
      var best = Duration.seconds(1)
      for _ in 0..<Self.roundTrips {
        let start = ContinuousClock.now
        _ = try meeting.store.value(of: Array("espalier/name/0".utf8))
        best = min(best, .now - start)
      }
      meeting.leave()
      let list = names.enumerated()
        .map { "\($0) \(String(decoding: $1, as: UTF8.self))" }.joined(separator: ", ")
      let time = NumberFormat.fixed(best / .milliseconds(1), digits: 2)
      return [
        .fine(
          Self.name,
          "rank \(place.rank) of \(place.count) at \(place.coordinator), \(time) ms there and back: \(list)"
        )
      ]
    } catch {
      return [.missing(Self.name, "\(error)", hint: nil)]
    }
  }
}
