/// What the doctor found out about one thing.
struct Finding: Encodable, Equatable {
  /// Whether the thing is as it needs to be.
  enum Status: String, Encodable {
    /// As it should be.
    case fine
    /// Espalier works, but not as well as it could.
    case poor
    /// Espalier does not work.
    case missing
  }

  /// What was looked at, such as `plugin`.
  var name: String
  var status: Status
  /// What was found.
  var found: String
  /// What to do, where something is not as it should be.
  var hint: String?

  /// Something that is as it should be.
  static func fine(_ name: String, _ found: String) -> Finding {
    Finding(name: name, status: .fine, found: found)
  }

  /// Something without which Espalier does not work.
  static func missing(_ name: String, _ found: String, hint: String?) -> Finding {
    Finding(name: name, status: .missing, found: found, hint: hint)
  }

  /// Something that could be better.
  static func poor(_ name: String, _ found: String, hint: String) -> Finding {
    Finding(name: name, status: .poor, found: found, hint: hint)
  }
}

/// All findings together.
struct Examination: Encodable {
  /// Whether nothing that is needed is missing.
  var healthy: Bool
  var findings: [Finding]

  init(_ findings: [Finding]) {
    self.findings = findings
    healthy = !findings.contains { $0.status == .missing }
  }

  /// The findings in lines.
  var text: String {
    findings.map { finding in
      let mark =
        switch finding.status {
        case .fine: "ok  "
        case .poor: "poor"
        case .missing: "FAIL"
        }
      let name = finding.name + String(repeating: " ", count: max(1, 15 - finding.name.count))
      let hint = finding.hint.map { "\(String(repeating: " ", count: 6))hint: \($0)\n" } ?? ""
      return "\(mark)  \(name)\(finding.found)\n\(hint)"
    }.joined()
  }
}
