import Files
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
  /// A reader that has seen enough, as `head` has, is no error.
  ///
  /// - Parameters:
  ///   - text: The result.
  ///   - isVerbatim: Whether it is somebody's text, in which no paths are made readable.
  /// - Throws: ``CommandError/cannotPrint(reason:)``, such as when the output goes to a full disk.
  func write(_ text: String, isVerbatim: Bool = false) throws(CommandError) {
    let text = isVerbatim ? text : text.readablePath
    guard let code = Self.write(text, to: STDOUT_FILENO), code != EPIPE else { return }
    throw .cannotPrint(reason: String(cString: strerror(code)))
  }

  /// Writes a line about what is going on.
  func note(_ line: String) {
    draw(line + "\n")
  }

  /// Writes to the standard error stream without ending the line.
  func draw(_ text: String) {
    // Where it cannot be written to there is nobody to tell.
    _ = Self.write(text.readablePath, to: STDERR_FILENO)
  }

  /// Writes all of a text, and waits where a stream takes no more for now.
  ///
  /// - Returns: The system's error number; nil where all was written.
  private static func write(_ text: String, to descriptor: Int32) -> Int32? {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes {
        Foundation.write(descriptor, $0.baseAddress, $0.count)
      }
      if count >= 0 {
        bytes = bytes.dropFirst(count)
      } else if errno == EAGAIN {
        // Whoever has the stream's other end may have made it one that does not wait.
        var stream = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&stream, 1, -1)
      } else if errno != EINTR {
        return errno
      }
    }
    return nil
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
      return try LocalFileSystem().bytesOfStandardInput()
    } catch {
      throw .cannotRead(reason: error.reason)
    }
  }
}
