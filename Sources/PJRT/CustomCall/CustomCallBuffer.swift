public import Arrays
internal import CPJRT

/// An input or an output of a custom call: a dense row-major array in the memory of the device.
public struct CustomCallBuffer {
  private let buffer: UnsafePointer<xla_ffi_buffer>

  init(_ buffer: UnsafePointer<xla_ffi_buffer>) {
    self.buffer = buffer
  }

  /// The element type; nil if Espalier has no counterpart for it.
  public var elementType: ElementType? { ElementType(customCallCode: buffer.pointee.element_type) }

  /// The number of axes.
  public var rank: Int { Int(buffer.pointee.rank) }

  /// The extent of one axis, from `0..<rank`.
  public func dimension(_ axis: Int) -> Int {
    precondition(0 <= axis && axis < rank, "axis \(axis) of a buffer of rank \(rank)")
    return Int(buffer.pointee.dimensions[axis])
  }

  /// The number of elements, 1 for a scalar.
  public var elementCount: Int {
    var count = 1
    for axis in 0..<rank {
      count *= dimension(axis)
    }
    return count
  }

  /// Where the elements lie; nil is possible for an array without elements.
  public var data: UnsafeMutableRawPointer? { buffer.pointee.data }

  /// The elements, for reading while the handler runs; nil if their type is another one.
  public func values<Scalar: HostScalar>(
    as scalar: Scalar.Type = Scalar.self
  ) -> UnsafeBufferPointer<Scalar>? {
    mutableValues(as: scalar).map { UnsafeBufferPointer($0) }
  }

  /// The elements of an output, for writing while the handler runs; nil if their type is another one.
  public func mutableValues<Scalar: HostScalar>(
    as scalar: Scalar.Type = Scalar.self
  ) -> UnsafeMutableBufferPointer<Scalar>? {
    guard buffer.pointee.element_type == Scalar.elementType.customCallCode else { return nil }
    let start = data?.assumingMemoryBound(to: Scalar.self)
    return UnsafeMutableBufferPointer(start: start, count: start == nil ? 0 : elementCount)
  }
}
