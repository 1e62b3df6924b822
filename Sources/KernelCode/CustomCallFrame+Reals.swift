import Arrays
import PJRT

extension CustomCallFrame {
  /// The elements of an input; nil if there is none of that type and size.
  func reals(ofInput index: Int, count: Int) -> ConstRealPointer? {
    guard let values = input(index)?.values(as: Real.self), values.count == count else {
      return nil
    }
    return values.baseAddress
  }

  /// The elements of an input or, if there is an attribute `layer`, of that layer of a stack; nil if there
  /// is none of that type and size.
  func layer(ofInput index: Int, count: Int) -> ConstRealPointer? {
    guard let layer = attribute("layer", as: Int32.self) else {
      return reals(ofInput: index, count: count)
    }
    guard let values = input(index)?.values(as: Real.self), let start = values.baseAddress,
      count > 0, values.count % count == 0, 0 <= layer, Int(layer) < values.count / count
    else { return nil }
    return ConstRealPointer(start + Int(layer) * count)
  }

  /// The elements of an output; nil if there is none of that type and size.
  func reals(ofOutput index: Int, count: Int) -> RealPointer? {
    guard let values = output(index)?.mutableValues(as: Real.self), values.count == count else {
      return nil
    }
    return values.baseAddress
  }

  /// The elements of an input that holds whole numbers; nil if there is none of that type and size.
  func integers(ofInput index: Int, count: Int) -> UnsafePointer<Int32>? {
    guard let values = input(index)?.values(as: Int32.self), values.count == count else {
      return nil
    }
    return values.baseAddress
  }

  /// An output that is scratch memory; nil if there is none of that type, or a smaller one.
  func scratch(ofOutput index: Int, atLeast count: Int) -> RealPointer? {
    guard let values = output(index)?.mutableValues(as: Real.self), values.count >= count else {
      return nil
    }
    return values.baseAddress
  }

  /// A size that an attribute states, an int32; nil if there is none.
  func size(_ name: StaticString) -> Int? { attribute(name, as: Int32.self).map(Int.init) }

  /// The threads that take part; nil without the attribute `workers`.
  var workers: Workers? {
    attribute("workers", as: Int32.self).map { Workers(frame: self, count: max(1, Int($0))) }
  }
}
