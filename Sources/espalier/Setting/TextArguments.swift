import ArgumentParser
import Corpus

/// The texts that a command reads.
struct TextArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Files and folders with text, in the order in which they are read.",
      discussion: """
        Plain text (.txt, .text, .md, .rst) is one document a file; JSON lines (.jsonl, .ndjson, \
        .json) are one document a line. Each may be compressed (.gz). A folder stands for all such \
        files in it and below it.
        """,
      valueName: "text"
    )
  )
  var texts: [String]

  @Option(
    help: ArgumentHelp("The field of a JSON record that holds the text.", valueName: "field")
  )
  var textField = "text"

  /// Finds the files.
  func collection() throws(TextError) -> TextCollection {
    try TextCollection(paths: texts, options: TextOptions(textField: textField))
  }
}
