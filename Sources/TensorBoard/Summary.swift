/// Something that TensorBoard shows.
public enum Summary: Hashable, Sendable {
  /// A number, drawn over the steps.
  case scalar(Double)
  /// How numbers are spread.
  case histogram([Double])
  /// A text, which may be Markdown.
  case text(String)
  /// What a run was asked for, by which runs are compared.
  case hyperparameters([String: Hyperparameter])
}

/// The value of a setting.
public enum Hyperparameter: Hashable, Sendable {
  case number(Double)
  case truth(Bool)
  case text(String)

  /// Takes a text for what it looks like.
  public init(_ text: String) {
    if let number = Double(text) {
      self = .number(number)
    } else if let truth = Bool(text) {
      self = .truth(truth)
    } else {
      self = .text(text)
    }
  }
}

extension Summary {
  /// Puts the fields of a `Summary.Value` into a message.
  ///
  /// Source: TensorFlow, `summary.proto` and `tensor.proto`; TensorBoard, `plugins/text/summary.py` and
  /// `plugins/hparams/plugin_data.proto`.
  func add(to value: inout ProtocolMessage) {
    switch self {
    case .scalar(let number): value.add(2, float: Float(number))
    case .histogram(let numbers): value.add(5) { Histogram(numbers).add(to: &$0) }
    case .text(let text):
      value.add(9) { $0.add(1) { $0.add(1, text: "text") } }
      value.add(8) {
        $0.add(1, number: Self.stringType)
        // A tensor without axes holds one text.
        $0.add(2, bytes: [])
        $0.add(8, text: text)
      }
    case .hyperparameters(let settings):
      value.add(9) {
        $0.add(1) {
          $0.add(1, text: "hparams")
          $0.add(2, bytes: Self.sessionStart(settings))
        }
      }
      value.add(8) {
        $0.add(1, number: Self.floatType)
        $0.add(2, bytes: [])
        $0.add(5, bytes: [0, 0, 0, 0])
      }
    }
  }

  private static let floatType = 1
  private static let stringType = 7

  private static func sessionStart(_ settings: [String: Hyperparameter]) -> [UInt8] {
    var plugin = ProtocolMessage()
    plugin.add(3) { start in
      for (name, setting) in settings.sorted(by: { $0.key < $1.key }) {
        start.add(1) { entry in
          entry.add(1, text: name)
          entry.add(2) { value in
            switch setting {
            case .number(let number): value.add(2, double: number)
            case .text(let text): value.add(3, text: text)
            case .truth(let truth): value.add(4, number: truth ? 1 : 0)
            }
          }
        }
      }
    }
    return plugin.bytes
  }
}

/// Numbers counted in 30 intervals of the same width.
private struct Histogram {
  private let numbers: [Double]

  /// Takes those that are finite.
  init(_ numbers: [Double]) { self.numbers = numbers.filter(\.isFinite) }

  /// Puts the fields of a `HistogramProto` into a message.
  func add(to message: inout ProtocolMessage) {
    let (least, most) = (numbers.min() ?? 0, numbers.max() ?? 0)
    let count = most > least ? 30 : 1
    var counts = [Double](repeating: 0, count: count)
    for number in numbers {
      let place = most > least ? Int((number - least) / (most - least) * Double(count)) : 0
      counts[min(place, count - 1)] += 1
    }
    message.add(1, double: least)
    message.add(2, double: most)
    message.add(3, double: Double(numbers.count))
    message.add(4, double: numbers.reduce(0, +))
    message.add(5, double: numbers.reduce(0) { $0 + $1 * $1 })
    // The last one is exact, so that no number lies behind it.
    let limits = (1..<count).map { least + (most - least) * Double($0) / Double(count) } + [most]
    message.add(6, doubles: limits)
    message.add(7, doubles: counts)
  }
}
