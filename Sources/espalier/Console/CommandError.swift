/// What can go wrong in the command itself.
enum CommandError: Error, Equatable, CustomStringConvertible {
  /// The standard output cannot be written to; the system's words are kept.
  case cannotPrint(reason: String)
  /// The standard input cannot be read.
  case cannotRead(reason: String)
  /// What was given as a text, or the standard input, is none.
  case inputNotUTF8(source: String, byteOffset: Int)
  /// A word on the standard input is no token.
  case notAToken(text: String)
  /// The demonstration's files are not there.
  case demoFilesMissing(file: String, searched: [String])
  /// The checkpoint that was to be written is there.
  case checkpointExists(path: String)
  /// A drawing was asked for of a plan that does not grow.
  case nothingToDraw(name: String)
  /// What is to be compiled for is neither known nor a file.
  case unknownTarget(String, known: [String])
  /// A recipe asks for devices that its hosts cannot share evenly.
  case unevenDevices(Int, hosts: Int)
  /// A folder that the demonstration wants to replace holds no run.
  case notTheDemos(path: String)

  /// One sentence.
  var description: String {
    switch self {
    case .cannotPrint(let reason):
      "standard output: cannot be written: \(reason)"
    case .cannotRead(let reason):
      "standard input: cannot be read: \(reason)"
    case .inputNotUTF8(let source, let offset):
      "\(source): byte \(offset): not UTF-8 text; convert it first, for example with iconv"
    case .notAToken(let text):
      "standard input: needs token ids, whole numbers with spaces between them; got \"\(text)\""
    case .demoFilesMissing(let file, let searched):
      "the demonstration needs \(file), looked for in \(searched.joined(separator: " and ")); "
        + "run it in the folder of the package"
    case .checkpointExists(let path):
      "\(path): is there already and is not replaced; name another folder with --output"
    case .nothingToDraw(let name):
      "\(name): trains at full depth from the start, so there is no growth to draw; leave out "
        + "--drawing or set growth.method"
    case .unknownTarget(let text, let known):
      "--for: needs \(known.joined(separator: ", ")) or a file that describes a GPU; there is no file "
        + "\(text)"
    case .unevenDevices(let count, let hosts):
      "parallelism.devices: counts those of all \(hosts) hosts and needs to be a multiple of them; got \(count)"
    case .notTheDemos(let path):
      "\(path): is in the way of the demonstration's run and is no run; move it elsewhere"
    }
  }
}
