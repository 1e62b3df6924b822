public import Arrays
internal import CPJRT

/// How a custom call ended.
public enum CustomCallOutcome: Hashable, Sendable {
  /// All outputs are written.
  case success
  /// Something does not fit; the message reaches whoever reads the program's outputs.
  case failure(String)
}

/// What one call of a custom call gets: input and output buffers, and attributes by name.
///
/// The view borrows XLA's memory and is gone when the handler returns. Looking things up allocates
/// nothing, so it can be done in the hot path; what is missing or has another type is nil, for the handler
/// to answer with a ``CustomCallOutcome/failure(_:)``.
public struct CustomCallFrame {
  let frame: UnsafePointer<xla_ffi_frame>

  /// Does a handler's work on the raw frame XLA passes.
  ///
  /// XLA calls a handler once to learn which version of the interface it follows; that question is
  /// answered here and the body is left out.
  ///
  /// - Parameters:
  ///   - frame: The handler's argument.
  ///   - body: Reads the inputs and writes the outputs.
  /// - Returns: The handler's result.
  public static func handle(
    _ frame: UnsafeMutableRawPointer?,
    body: (CustomCallFrame) -> CustomCallOutcome
  ) -> UnsafeMutableRawPointer? {
    guard let frame = frame?.assumingMemoryBound(to: xla_ffi_frame.self) else { return nil }
    if answerMetadataQuestion(frame) { return nil }
    guard case .failure(let message) = body(CustomCallFrame(frame: frame)) else { return nil }
    return error(message, frame)
  }

  /// How many inputs there are.
  public var inputCount: Int { Int(frame.pointee.inputs.count) }

  /// How many outputs there are.
  public var outputCount: Int { Int(frame.pointee.outputs.count) }

  /// One of the inputs; nil if there are not so many.
  public func input(_ index: Int) -> CustomCallBuffer? {
    Self.buffer(index, of: frame.pointee.inputs)
  }

  /// One of the outputs; nil if there are not so many.
  public func output(_ index: Int) -> CustomCallBuffer? {
    Self.buffer(index, of: frame.pointee.outputs)
  }

  private static func buffer(_ index: Int, of operands: xla_ffi_operands) -> CustomCallBuffer? {
    guard 0 <= index, index < Int(operands.count), let kinds = operands.kinds,
      Int(kinds[index]) == Int(xla_ffi_operand_kind_buffer),
      let item = operands.items?[index]
    else { return nil }
    return CustomCallBuffer(UnsafePointer(item.assumingMemoryBound(to: xla_ffi_buffer.self)))
  }

  /// Writes the version this code follows if XLA asks for it.
  private static func answerMetadataQuestion(_ frame: UnsafePointer<xla_ffi_frame>) -> Bool {
    var link = frame.pointee.extensions
    while let found = link {
      if Int(found.pointee.kind) == Int(xla_ffi_extension_kind_metadata) {
        let question = UnsafeRawPointer(found)
          .assumingMemoryBound(to: xla_ffi_metadata_extension.self)
        question.pointee.metadata?.pointee.version.major = Int32(xla_ffi_version_major)
        question.pointee.metadata?.pointee.version.minor = Int32(xla_ffi_version_minor)
        question.pointee.metadata?.pointee.traits = 0
        return true
      }
      link = found.pointee.next
    }
    return false
  }

  /// Makes one of XLA's error objects, which XLA frees.
  private static func error(
    _ message: String,
    _ frame: UnsafePointer<xla_ffi_frame>
  ) -> UnsafeMutableRawPointer? {
    message.withCString { message in
      var arguments = xla_ffi_error_create_args()
      arguments.struct_size = MemoryLayout<xla_ffi_error_create_args>.size
      arguments.message = message
      arguments.code = Int32(PJRTErrorCode.invalidArgument.rawValue)
      let error = frame.pointee.table?.pointee.error_create?(&arguments)
      return error.map { UnsafeMutableRawPointer($0) }
    }
  }
}

// Attributes are the entries of the call's `backend_config`.
extension CustomCallFrame {
  /// A number or a truth value; nil if there is none of that name and type.
  public func attribute<Scalar: HostScalar>(
    _ name: StaticString,
    as scalar: Scalar.Type = Scalar.self
  ) -> Scalar? {
    guard let item = attribute(name, kind: Int(xla_ffi_attribute_kind_scalar)) else { return nil }
    let value = item.assumingMemoryBound(to: xla_ffi_scalar.self).pointee
    guard value.element_type == Scalar.elementType.customCallCode else { return nil }
    return value.value?.loadUnaligned(as: Scalar.self)
  }

  /// A list of numbers, in StableHLO `array<f32: 1.0, 2.0>`; nil if there is none of that name and type.
  public func arrayAttribute<Scalar: HostScalar>(
    _ name: StaticString,
    of scalar: Scalar.Type = Scalar.self
  ) -> UnsafeBufferPointer<Scalar>? {
    guard let item = attribute(name, kind: Int(xla_ffi_attribute_kind_array)) else { return nil }
    let array = item.assumingMemoryBound(to: xla_ffi_array.self).pointee
    guard array.element_type == Scalar.elementType.customCallCode else { return nil }
    return UnsafeBufferPointer(
      start: array.values?.assumingMemoryBound(to: Scalar.self),
      count: array.count
    )
  }

  /// A text; nil if there is none of that name.
  public func stringAttribute(_ name: StaticString) -> String? {
    guard let item = attribute(name, kind: Int(xla_ffi_attribute_kind_string)) else { return nil }
    let text = item.assumingMemoryBound(to: xla_ffi_text.self).pointee
    return String(text: text.text, byteCount: text.size)
  }

  private func attribute(_ name: StaticString, kind: Int) -> UnsafeRawPointer? {
    let attributes = frame.pointee.attributes
    let wanted = UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    for index in 0..<Int(attributes.count) {
      guard let found = attributes.names?[index]?.pointee, found.size == wanted.count else {
        continue
      }
      let text = UnsafeRawBufferPointer(start: found.text, count: found.size)
      guard text.elementsEqual(wanted) else { continue }
      guard let kinds = attributes.kinds, Int(kinds[index]) == kind else { return nil }
      return attributes.items?[index].map { UnsafeRawPointer($0) }
    }
    return nil
  }
}
