/// The names this module gives to folders inside a checkpoint store; all others are not ours.
enum FolderName: Hashable {
  /// `step-00000200`: a checkpoint.
  case checkpoint(step: Int)
  /// `.step-00000200.partial`: a checkpoint being written, or one whose writer was stopped.
  case partial(step: Int)
  /// `.step-00000200.replaced`: a checkpoint that is making way for another of the same step.
  case replaced(step: Int)
  /// `.step-00000200.removed`: a checkpoint being deleted.
  case removed(step: Int)

  /// Reads a name; nil for one this module never gives.
  init?(_ name: String) {
    let isHidden = name.hasPrefix(".")
    let parts = name.dropFirst(isHidden ? 1 : 0).split(
      separator: ".",
      omittingEmptySubsequences: false
    )
    guard parts.count == (isHidden ? 2 : 1), parts[0].hasPrefix("step-"),
      let step = Int(parts[0].dropFirst("step-".count)), step >= 0
    else { return nil }
    switch parts.dropFirst().first {
    case nil: self = .checkpoint(step: step)
    case "partial": self = .partial(step: step)
    case "replaced": self = .replaced(step: step)
    case "removed": self = .removed(step: step)
    default: return nil
    }
    // One step has one name: step-200 and step-+0000200 are not ours.
    guard text == name else { return nil }
  }

  /// The step the folder is for.
  var step: Int {
    switch self {
    case .checkpoint(let step), .partial(let step), .replaced(let step), .removed(let step): step
    }
  }

  /// The name.
  var text: String {
    let digits = String(step)
    let name = "step-" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    return switch self {
    case .checkpoint: name
    case .partial: ".\(name).partial"
    case .replaced: ".\(name).replaced"
    case .removed: ".\(name).removed"
    }
  }
}
