import ArgumentParser
import Corpus

/// The texts that a command reads.
struct TextArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Files and folders with text, in the order in which they are read.",
      discussion: """
        Plain text (.txt, .text, .md, .rst) is one document a file; JSON lines (.jsonl, .ndjson, \
        .json) are one document a line; both may be compressed (.gz). A Parquet file (.parquet) is one \
        document a row. A folder stands for all such files in it and below it; where some are Parquet, \
        for those of them that are to be trained on.
        """,
      valueName: "text"
    )
  )
  var texts: [String]

  @Option(
    help: ArgumentHelp(
      "The field of a JSON record, or the column of a Parquet file, that holds the text.",
      valueName: "field"
    )
  )
  var textField = "text"

  @Option(
    help: ArgumentHelp(
      "The part of a folder of Parquet files: train, validation or test. (default: train)",
      valueName: "name"
    )
  )
  var part: String?

  /// Finds the files, and notes what is left out of them.
  func collection(_ console: Console) throws(TextError) -> TextCollection {
    let texts = try TextCollection(
      paths: texts,
      options: TextOptions(textField: textField, part: part)
    )
    if !texts.partsLeftOut.isEmpty {
      console.note("note: left out " + texts.partsLeftOut.joined(separator: ", ") + " (see --part)")
    }
    return texts
  }
}
