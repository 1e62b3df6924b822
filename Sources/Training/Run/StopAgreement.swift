import Arrays
import Tensors

/// Makes processes that train together stop at the same place, whichever of them is asked to.
///
/// All of them have to run the same programs, so each question whether to stop is put to all at once, by a program that takes
/// the largest of their answers. What it says is read two questions later, so that no step waits for it.
final class StopAgreement {
  private let mesh: DeviceMesh
  private let program: Program
  /// What was said to the last questions, oldest first.
  private var said: [DistributedTensor] = []
  private var isStopping = false

  private static let delay = 2

  /// An agreement of the processes whose devices train.
  ///
  /// - Parameter mesh: The devices.
  /// - Throws: `TraceError` or `PJRTError`.
  init(over mesh: DeviceMesh) throws {
    self.mesh = mesh
    let answers = TensorType(.float32, [mesh.deviceCount])
    program = try mesh.engine.compile(
      TracedFunction("stop_agreement", parameters: [answers]) { [$0[0].maximum()] }
        .distributed(
          over: mesh.deviceCount,
          parameters: [.split(axis: 0)],
          results: [.replicated]
        )
    )
  }

  /// A question whether to stop, which all processes ask as often.
  ///
  /// - Parameter own: What this process would.
  /// - Returns: What all do.
  /// - Throws: `PJRTError`.
  func stops(_ own: Bool) throws -> Bool {
    guard !isStopping else { return true }
    let answers = [Float](repeating: own ? 1 : 0, count: mesh.deviceCount)
    let array = HostArray(answers, shape: [mesh.deviceCount])
    said += try program([DistributedTensor(array, sharding: .split(axis: 0), on: mesh)])
    guard said.count > Self.delay else { return false }
    isStopping = try said.removeFirst().readScalar() > 0
    return isStopping
  }

  /// A watch that stops when one of the processes is asked to.
  ///
  /// - Parameter watch: What this process alone is asked.
  /// - Returns: The watch of all.
  func watch<Event>(_ watch: RunWatch<Event>) -> RunWatch<Event> {
    RunWatch(observer: watch.report) {
      // Where the devices cannot be asked, the next step cannot be taken either, and says why.
      (try? self.stops(watch.isStopping)) ?? true
    }
  }
}
