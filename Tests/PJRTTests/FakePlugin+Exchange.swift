import CPJRT

extension FakePlugin {
  /// Errors of callbacks, as the plugin's own: what they say, and how many live.
  private static let makeError: pjrt_callback_error = { code, message, size in
    let bytes = UnsafeRawBufferPointer(start: message, count: size)
    FakePlugin.account.withLock {
      $0.found.append("error \(code): \(String(decoding: bytes, as: UTF8.self))")
    }
    return nil
  }

  /// Does as XLA does among several processes: says where it is, and asks where the other is.
  static func meet(_ client: pjrt_client_create_args) {
    var make: pjrt_callback_error? = makeError
    withUnsafeMutablePointer(to: &make) { make in
      put("here", "by the fake", client, make)
      tryGet("here", client, make)
      tryGet("nobody", client, make)
      get("there", client, make)
      get("late", client, make)
      put("broken", "", client, make)
    }
  }

  private static func put(
    _ key: String,
    _ value: String,
    _ client: pjrt_client_create_args,
    _ make: UnsafeMutablePointer<pjrt_callback_error?>
  ) {
    key.withCString { key in
      value.withCString { value in
        var arguments = pjrt_key_value_put_args()
        arguments.key = key
        arguments.key_size = String(cString: key).utf8.count
        arguments.value = value
        arguments.value_size = String(cString: value).utf8.count
        arguments.make_error = make
        arguments.argument = client.key_value_put_argument
        _ = client.key_value_put(&arguments)
      }
    }
  }

  private static func tryGet(
    _ key: String,
    _ client: pjrt_client_create_args,
    _ make: UnsafeMutablePointer<pjrt_callback_error?>
  ) {
    key.withCString { key in
      var arguments = pjrt_key_value_try_get_args()
      arguments.key = key
      arguments.key_size = String(cString: key).utf8.count
      arguments.make_error = make
      arguments.argument = client.key_value_try_get_argument
      _ = client.key_value_try_get(&arguments)
      take(arguments.value, arguments.value_size, arguments.value_deleter)
    }
  }

  private static func get(
    _ key: String,
    _ client: pjrt_client_create_args,
    _ make: UnsafeMutablePointer<pjrt_callback_error?>
  ) {
    key.withCString { key in
      var arguments = pjrt_key_value_get_args()
      arguments.key = key
      arguments.key_size = String(cString: key).utf8.count
      arguments.timeout_in_milliseconds = 1500
      arguments.make_error = make
      arguments.argument = client.key_value_get_argument
      _ = client.key_value_get(&arguments)
      take(arguments.value, arguments.value_size, arguments.value_deleter)
    }
  }

  /// Copies a value that was lent, and gives it back.
  private static func take(
    _ value: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ delete: (@convention(c) (UnsafeMutablePointer<CChar>?) -> Void)?
  ) {
    guard let value else { return }
    let text = String(decoding: UnsafeRawBufferPointer(start: value, count: size), as: UTF8.self)
    delete?(value)
    account.withLock { $0.found.append(text) }
  }
}
