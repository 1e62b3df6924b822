internal import CPJRT

/// The value of an option given to a plugin, or of an attribute it reports.
public enum PluginValue: Hashable, Sendable {
  /// A text.
  case string(String)
  /// A whole number.
  case integer(Int64)
  /// Whole numbers.
  case integers([Int64])
  /// A number in single precision.
  case float(Float)
  /// A truth value.
  case boolean(Bool)
}

extension PluginValue: CustomStringConvertible {
  /// The value as a person would write it.
  public var description: String {
    switch self {
    case .string(let text): text
    case .integer(let number): "\(number)"
    case .integers(let numbers): "\(numbers)"
    case .float(let number): "\(number)"
    case .boolean(let flag): "\(flag)"
    }
  }
}

extension PluginValue {
  /// Copies names and values that a plugin owns; a kind this code does not know is left out.
  static func values(_ list: UnsafePointer<pjrt_named_value>?, count: Int) -> [String: PluginValue]
  {
    var values: [String: PluginValue] = [:]
    for item in UnsafeBufferPointer(start: list, count: list == nil ? 0 : count) {
      let name = String(text: item.name, byteCount: item.name_size)
      switch Int(item.kind) {
      case Int(pjrt_value_kind_string):
        values[name] = .string(String(text: item.string_value, byteCount: item.value_size))
      case Int(pjrt_value_kind_int64):
        values[name] = .integer(item.int64_value)
      case Int(pjrt_value_kind_int64_list):
        let numbers = UnsafeBufferPointer(start: item.int64_list_value, count: item.value_size)
        values[name] = .integers(Array(numbers))
      case Int(pjrt_value_kind_float):
        values[name] = .float(item.float_value)
      case Int(pjrt_value_kind_bool):
        values[name] = .boolean(item.bool_value)
      default:
        continue
      }
    }
    return values
  }
}
