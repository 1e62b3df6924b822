import PJRT
import Runs

/// Saves training states in a run's folder and finds them again.
struct TrainingCheckpoints {
  /// A state that was saved, with where the run stood.
  struct Restored {
    let state: DeviceState
    let position: TrainingPosition
  }

  init(folder: RunFolder) {}
  func latestStep() throws -> Int? { nil }
  func save(_ state: DeviceState, at position: TrainingPosition, of job: TrainingJob) throws
    -> String
  { "" }
  func restoreLatest(job: TrainingJob, client: Client, notice: (String) -> Void) throws -> Restored?
  { nil }
}
