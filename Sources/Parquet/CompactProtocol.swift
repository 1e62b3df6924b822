/// A value in Thrift's compact protocol, in which Parquet's metadata is written.
///
/// Fields have numbers and no names, and unknown ones are kept, so one reader serves every structure. The encoding is
/// that of Apache Thrift's `doc/specs/thrift-compact-protocol.md`.
indirect enum CompactValue: Equatable {
  case boolean(Bool)
  case integer(Int64)
  case binary(ArraySlice<UInt8>)
  case list([CompactValue])
  case structure([Int16: CompactValue])
  /// Kinds that Parquet's metadata does not use: read over.
  case other

  /// A structure's field; nil where it is not there or this is no structure.
  subscript(_ field: Int16) -> CompactValue? {
    guard case .structure(let fields) = self else { return nil }
    return fields[field]
  }

  var integer: Int? {
    guard case .integer(let value) = self else { return nil }
    return Int(value)
  }

  var boolean: Bool? {
    guard case .boolean(let value) = self else { return nil }
    return value
  }

  var text: String? {
    guard case .binary(let bytes) = self else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  var list: [CompactValue]? {
    guard case .list(let values) = self else { return nil }
    return values
  }
}

extension ByteCursor {
  /// How deeply structures and lists may lie in each other; Parquet's own reach 5.
  private static let depthLimit = 32

  /// A structure.
  mutating func structure(depth: Int = 0) throws(Damage) -> CompactValue {
    guard depth < Self.depthLimit else { throw Damage("its metadata is nested too deeply") }
    var fields: [Int16: CompactValue] = [:]
    var number: Int16 = 0
    while true {
      let header = try byte()
      let kind = header & 0x0F
      if kind == 0 { return .structure(fields) }
      let difference = Int16(header >> 4)
      number = difference == 0 ? Int16(truncatingIfNeeded: try zigzag()) : number &+ difference
      // A field's truth is in its kind; elsewhere it takes a byte.
      fields[number] = kind <= 2 ? .boolean(kind == 1) : try value(ofKind: kind, depth: depth)
    }
  }

  private mutating func value(ofKind kind: UInt8, depth: Int) throws(Damage) -> CompactValue {
    switch kind {
    case 1, 2: return .boolean(try byte() == 1)
    case 3: return .integer(Int64(Int8(bitPattern: try byte())))
    case 4, 5, 6: return .integer(try zigzag())
    case 7:
      _ = try take(8)
      return .other
    case 8: return .binary(try take(variableCount()))
    case 9, 10: return try list(depth: depth + 1)
    case 11: return try map(depth: depth + 1)
    case 12: return try structure(depth: depth + 1)
    default: throw Damage("its metadata holds a value of the unknown kind \(kind)")
    }
  }

  private mutating func list(depth: Int) throws(Damage) -> CompactValue {
    guard depth < Self.depthLimit else { throw Damage("its metadata is nested too deeply") }
    let header = try byte()
    let count = header >> 4 == 15 ? try variableCount() : Int(header >> 4)
    // Every element takes a byte at least, so a count that lies is found before it takes memory.
    guard count <= left else { throw Damage("its metadata lists \(count) values in \(left) bytes") }
    var values: [CompactValue] = []
    for _ in 0..<count { values.append(try value(ofKind: header & 0x0F, depth: depth)) }
    return .list(values)
  }

  private mutating func map(depth: Int) throws(Damage) -> CompactValue {
    guard depth < Self.depthLimit else { throw Damage("its metadata is nested too deeply") }
    let count = try variableCount()
    guard count > 0 else { return .other }
    guard count <= left else { throw Damage("its metadata lists \(count) values in \(left) bytes") }
    let kinds = try byte()
    for _ in 0..<count {
      _ = try value(ofKind: kinds >> 4, depth: depth)
      _ = try value(ofKind: kinds & 0x0F, depth: depth)
    }
    return .other
  }
}
