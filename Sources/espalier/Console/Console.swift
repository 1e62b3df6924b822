import Foundation
import Reports

/// The standard streams.
///
/// Results go to the standard output, so that they can be piped; everything about the way there
/// goes to the standard error stream.
struct Console: Sendable {
  /// Whether the standard error stream is a terminal whose lines can be written over.
  let canRedraw: Bool
  /// Whether results may be coloured.
  let usesColour: Bool
  /// What the terminal can show.
  let characters: TerminalCharacters

  /// Asks the streams what they are.
  ///
  /// - Parameters:
  ///   - isPlain: Whether the terminal cannot move its cursor.
  ///   - isColourless: Whether the user wants no colours.
  ///   - isUnicode: Whether the user's language settings are in UTF-8.
  init(isPlain: Bool, isColourless: Bool, isUnicode: Bool) {
    canRedraw = !isPlain && isatty(STDERR_FILENO) == 1
    usesColour = !isPlain && !isColourless && isatty(STDOUT_FILENO) == 1
    characters = isUnicode ? .unicode : .ascii
  }

  /// Writes a result.
  ///
  /// - Throws: ``CommandError/cannotPrint(reason:)``, such as when the output goes to a full disk.
  func write(_ text: String) throws(CommandError) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes {
        Foundation.write(STDOUT_FILENO, $0.baseAddress, $0.count)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw .cannotPrint(reason: String(cString: strerror(errno)))
      }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Writes a line about what is going on.
  func note(_ line: String) {
    draw(line + "\n")
  }

  /// Writes to the standard error stream without ending the line.
  ///
  /// Where it cannot be written to there is nobody to tell.
  func draw(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes {
        Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Whether what is written is seen on a terminal, where a missing line feed is in the way.
  var writesToTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// The columns of the terminal that results are shown on; 80 where there is none.
  var outputWidth: Int { Self.width(of: STDOUT_FILENO) }

  /// The columns of the terminal that progress is shown on; 80 where there is none.
  var progressWidth: Int { Self.width(of: STDERR_FILENO) }

  private static func width(of descriptor: Int32) -> Int {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Everything that comes in on the standard input.
  ///
  /// - Throws: ``CommandError/cannotRead(reason:)``.
  static func standardInput() throws(CommandError) -> [UInt8] {
    do {
      return Array(try FileHandle.standardInput.readToEnd() ?? Data())
    } catch {
      throw .cannotRead(reason: "\(error.localizedDescription)")
    }
  }
}
