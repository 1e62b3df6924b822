import Reports

/// A line that shows how far something has come, made to fit a terminal.
struct ProgressBar {
  /// What is being done, such as `midas`.
  var title: String
  /// How much is done, from 0 to 1.
  var fraction: Double
  /// What else there is to say, the most important first; what does not fit is left out.
  var details: [String]

  /// The line, shorter than the terminal is wide.
  ///
  /// - Parameters:
  ///   - width: The terminal's width in columns.
  ///   - characters: What the terminal can show.
  /// - Returns: The line without a line feed.
  func line(width: Int, characters: TerminalCharacters) -> String {
    // The last column stays empty: some terminals begin a new line when it is written.
    let width = max(0, width - 1)
    let percent = "\(Int((share * 100).rounded(.down)))%"
    var line = "\(title) \(String(repeating: " ", count: 4 - percent.count))\(percent)"
    let barWidth = width >= 100 ? 24 : 12
    if line.count + 1 + barWidth <= width {
      line += " " + bar(width: barWidth, characters: characters)
    }
    for detail in details where line.count + 2 + detail.count <= width {
      line += "  " + detail
    }
    return String(line.prefix(width))
  }

  /// The fraction, kept from 0 to 1; what is no number counts as nothing done.
  private var share: Double { fraction >= 0 ? min(fraction, 1) : 0 }

  private func bar(width: Int, characters: TerminalCharacters) -> String {
    let (full, empty) = characters == .unicode ? ("█", "░") : ("#", ".")
    let count = Int((share * Double(width)).rounded(.down))
    return String(repeating: full, count: count) + String(repeating: empty, count: width - count)
  }
}

/// The line at the bottom of a terminal that is written over and over.
final class LiveLine {
  private let console: Console
  private var isShown = false

  /// Makes a line; nothing is shown yet.
  init(_ console: Console) {
    self.console = console
  }

  /// Shows a bar in place of the one before; does nothing where lines cannot be written over.
  func show(_ bar: ProgressBar) {
    guard console.canRedraw else { return }
    // Carriage return, then erase to the end of the line.
    console.draw(
      "\r" + bar.line(width: console.progressWidth, characters: console.characters) + "\u{1B}[K"
    )
    isShown = true
  }

  /// Takes the bar away and writes a line that stays.
  func note(_ line: String) {
    clear()
    console.note(line)
  }

  /// Takes the bar away.
  func clear() {
    if isShown { console.draw("\r\u{1B}[K") }
    isShown = false
  }
}
