import Foundation
import Hosts
import PJRT
import Recipes
import Synchronization
import Training

/// The hosts that train a model together, as one of their processes sees them.
///
/// From ``watch(_:)`` to ``leave()`` a process ends at once when another is gone: what it waits for on its devices would never
/// come.
final class TrainingHosts: Sendable {
  private let meeting: Rendezvous
  private let patience: Double
  private let isOver = Atomic(false)

  /// This process's place.
  var place: HostPlace { meeting.store.place }
  /// Whether this process writes the run and says how it goes.
  var isFirst: Bool { place.rank == 0 }

  /// The process among those of the other hosts, for a client.
  var processGroup: ProcessGroup { meeting.store.processGroup }

  /// Meets the other hosts, and makes sure that all are about to do the same.
  ///
  /// - Parameters:
  ///   - place: This process's place.
  ///   - secret: What all processes know.
  ///   - seconds: How long to wait for another.
  ///   - recipe: What is to be trained.
  /// - Throws: `HostError`, such as `HostError.disagreement(name:rank:)`.
  init(meetingAt place: HostPlace, secret: String, seconds: Double, for recipe: Recipe) throws {
    meeting = try Rendezvous(place, secret: secret, seconds: seconds)
    patience = seconds
    try meeting.agree(on: TrainingSession.version, named: "version", seconds: seconds)
    try meeting.agree(on: recipe.yamlText(), named: "recipe", seconds: seconds)
  }

  /// Makes sure that all begin at the same place.
  ///
  /// - Parameter session: What this process is about to run.
  /// - Throws: `HostError`, such as `HostError.disagreement(name:rank:)`.
  func agree(on session: borrowing TrainingSession) throws {
    try meeting.agree(on: session.job.corpus.fileChecksum, named: "corpus", seconds: patience)
    try meeting.agree(on: "\(session.completedSteps)", named: "checkpoint", seconds: patience)
  }

  /// Ends this process when another is gone.
  func watch(_ console: Console) {
    Thread.detachNewThread { [self] in
      let loss = meeting.waitForLoss()
      guard !isOver.load(ordering: .acquiring) else { return }
      Failure(loss).messages.forEach { console.note("error: \($0)") }
      // Whatever runs on the devices waits for the others, so there is nothing to end in good order.
      _exit(1)
    }
  }

  /// Parts from the others in good order.
  func leave() {
    isOver.store(true, ordering: .releasing)
    meeting.leave()
  }
}
