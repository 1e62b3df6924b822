import Files

/// What can be wrong with a safetensors file, or with what should become one.
///
/// Every case but the first and the writer's names the file.
public enum SafetensorsError: Error, Hashable, Sendable {
  /// The file system refused.
  case file(FileError)

  /// The file has not even the eight bytes of the header's length.
  case tooShort(path: String, byteCount: Int)
  /// The header says it is longer than any header may be.
  case headerTooLong(path: String, byteCount: UInt64, limit: Int)
  /// The header says it is longer than the file.
  case headerBeyondFile(path: String, headerByteCount: Int, fileByteCount: Int)
  /// The header is not UTF-8.
  case headerNotText(path: String)
  /// The header is not the JSON the format asks for.
  case malformedHeader(path: String, offset: Int, expected: String)
  /// Two tensors, two fields of one, or two metadata entries have the same name.
  case duplicateName(path: String, name: String)
  /// A tensor lacks `dtype`, `shape` or `data_offsets`.
  case missingField(path: String, name: String, field: String)
  /// A tensor has a field the format does not know.
  case unknownField(path: String, name: String, field: String)
  /// An extent or an offset is negative, has a fraction, or does not fit 63 bits.
  case notACount(path: String, name: String, field: String, found: String)
  /// The extents multiply to more bytes than 63 bits count.
  case shapeTooLarge(path: String, name: String, shape: [Int])
  /// No version of the format has this element type.
  case unknownElementType(path: String, name: String, found: String)
  /// The two offsets are not two, or run backwards.
  case reversedOffsets(path: String, name: String, offsets: [Int])
  /// A tensor's bytes reach behind the end of the file.
  case offsetsBeyondFile(path: String, name: String, end: Int, dataByteCount: Int)
  /// A tensor's shape and type need another number of bytes than its offsets hold.
  case wrongByteCount(path: String, name: String, expected: Int, found: Int)
  /// A tensor's bytes begin inside those of the one before.
  case overlap(path: String, name: String, previous: String)
  /// Bytes in front of a tensor belong to none.
  case gap(path: String, name: String, byteCount: Int)
  /// Bytes at the end of the file belong to no tensor.
  case trailingBytes(path: String, byteCount: Int)

  /// The file has no tensor of the name asked for.
  case noSuchTensor(path: String, name: String)
  /// The tensor's element type is known but has no counterpart here.
  case unsupportedElementType(path: String, name: String, found: String)
  /// A boolean is neither 0 nor 1.
  case invalidBoolean(path: String, name: String, element: Int, found: UInt8)

  /// Two tensors to be written have the same name.
  case duplicateTensor(name: String)
  /// A tensor to be written has the name the format keeps for metadata.
  case reservedName
  /// A tensor arrived for writing with another type than it was announced with.
  case wrongTensor(name: String, expected: String, found: String)
  /// So many tensors were to be written that no reader would accept the header.
  case tooManyTensors(headerByteCount: Int, limit: Int)
}

extension SafetensorsError: CustomStringConvertible {
  /// One sentence: the file, the tensor, what was found and what was expected.
  public var description: String {
    switch self {
    case .file(let error):
      error.description
    case .tooShort(let path, let byteCount):
      "\(path): needs at least 8 bytes to be a safetensors file; got \(byteCount)"
    case .headerTooLong(let path, let byteCount, let limit):
      "\(path): needs a header of at most \(limit) bytes; its length reads \(byteCount), so this"
        + " is hardly a safetensors file"
    case .headerBeyondFile(let path, let header, let file):
      "\(path): the header of \(header) bytes ends behind the file's \(file) bytes; the file was cut"
        + " or is no safetensors file"
    case .headerNotText(let path):
      "\(path): the header is not UTF-8 text; the file is damaged or is no safetensors file"
    case .malformedHeader(let path, let offset, let expected):
      "\(path): byte \(offset): expected \(expected) in the header"
    case .duplicateName(let path, let name):
      "\(path): the header has \"\(name)\" twice"
    case .missingField(let path, let name, let field):
      "\(path): tensor \"\(name)\" has no \(field)"
    case .unknownField(let path, let name, let field):
      "\(path): tensor \"\(name)\" has the unknown field \"\(field)\"; expected dtype, shape and"
        + " data_offsets"
    case .notACount(let path, let name, let field, let found):
      "\(path): tensor \"\(name)\": \(field) needs whole numbers from 0 to \(Int.max); got \(found)"
    case .shapeTooLarge(let path, let name, let shape):
      "\(path): tensor \"\(name)\": shape \(shape) is larger than any memory"
    case .unknownElementType(let path, let name, let found):
      "\(path): tensor \"\(name)\": \"\(found)\" is no element type of the format"
    case .reversedOffsets(let path, let name, let offsets):
      "\(path): tensor \"\(name)\": data_offsets needs a start and an end not before it; got"
        + " \(offsets)"
    case .offsetsBeyondFile(let path, let name, let end, let dataByteCount):
      "\(path): tensor \"\(name)\" ends at byte \(end) of the data, but the file holds"
        + " \(dataByteCount); the file was cut"
    case .wrongByteCount(let path, let name, let expected, let found):
      "\(path): tensor \"\(name)\" needs \(expected) bytes for its shape and type; its data_offsets"
        + " hold \(found)"
    case .overlap(let path, let name, let previous):
      "\(path): tensor \"\(name)\" overlaps tensor \"\(previous)\""
    case .gap(let path, let name, let byteCount):
      "\(path): \(byteCount) bytes before tensor \"\(name)\" belong to no tensor"
    case .trailingBytes(let path, let byteCount):
      "\(path): the last \(byteCount) bytes belong to no tensor"
    case .noSuchTensor(let path, let name):
      "\(path): has no tensor \"\(name)\""
    case .unsupportedElementType(let path, let name, let found):
      "\(path): tensor \"\(name)\" has element type \(found), which Espalier does not use; convert it"
        + " to F32 or BF16 first"
    case .invalidBoolean(let path, let name, let element, let found):
      "\(path): tensor \"\(name)\": element \(element) needs the byte 0 or 1; got \(found)"
    case .duplicateTensor(let name):
      "two tensors to be written have the name \"\(name)\"; names must differ"
    case .reservedName:
      "a tensor to be written has the name \"__metadata__\", which the format keeps for metadata"
    case .wrongTensor(let name, let expected, let found):
      "tensor \"\(name)\" was announced as \(expected) but arrived for writing as \(found)"
    case .tooManyTensors(let headerByteCount, let limit):
      "the header would need at least \(headerByteCount) bytes, but readers accept at most \(limit); write"
        + " fewer tensors into one file"
    }
  }
}
