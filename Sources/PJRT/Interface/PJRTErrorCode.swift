/// The kind of an error that a plugin reports, as XLA counts them.
public enum PJRTErrorCode: Int, Hashable, Sendable, CaseIterable {
  /// The work was called off.
  case cancelled = 1
  /// The plugin does not say, or says something this list lacks.
  case unknown = 2
  /// An argument is wrong whatever the state of the system, such as a program that does not parse.
  case invalidArgument = 3
  /// A time limit ran out.
  case deadlineExceeded = 4
  /// Something that was named is not there.
  case notFound = 5
  /// Something that was to be made is there.
  case alreadyExists = 6
  /// The plugin may not do this.
  case permissionDenied = 7
  /// The device's memory or another store is used up.
  case resourceExhausted = 8
  /// The system is not in the state the call needs.
  case failedPrecondition = 9
  /// The work was given up because of other work.
  case aborted = 10
  /// An index or a position lies outside its range.
  case outOfRange = 11
  /// The plugin lacks this function.
  case unimplemented = 12
  /// The plugin broke one of its own rules.
  case internalError = 13
  /// The device or the service cannot be reached.
  case unavailable = 14
  /// Data was lost or damaged.
  case dataLoss = 15
  /// The caller did not prove who it is.
  case unauthenticated = 16
}

extension PJRTErrorCode: CustomStringConvertible {
  /// The kind in words, such as `invalid argument`.
  public var description: String {
    switch self {
    case .cancelled: "cancelled"
    case .unknown: "unknown"
    case .invalidArgument: "invalid argument"
    case .deadlineExceeded: "deadline exceeded"
    case .notFound: "not found"
    case .alreadyExists: "already exists"
    case .permissionDenied: "permission denied"
    case .resourceExhausted: "resource exhausted"
    case .failedPrecondition: "failed precondition"
    case .aborted: "aborted"
    case .outOfRange: "out of range"
    case .unimplemented: "unimplemented"
    case .internalError: "internal error"
    case .unavailable: "unavailable"
    case .dataLoss: "data loss"
    case .unauthenticated: "unauthenticated"
    }
  }
}
