import Corpus
import Files
import Foundation
import ModelImport
import Parquet
import Recipes
import Safetensors

// What libFuzzer calls with bytes of its own making; `make fuzz` builds and runs it, and nothing else does.

/// A reader of files that others may have made.
private enum Reader: String, CaseIterable {
  case safetensors, tokenizer, parquet, config, recipe, jsonLines

  /// Reads bytes as a file of this kind; whatever they are, it may throw and nothing worse.
  func read(_ bytes: [UInt8], in folder: ScratchFolder) throws {
    switch self {
    case .safetensors:
      let file = try SafetensorsFile.open(folder.write(bytes, to: "model.safetensors"))
      _ = try file.arrays()
    case .tokenizer:
      let tokenizer = try Tokenizer(serializedModel: bytes, name: "tokenizer.json")
      let ids = try tokenizer.encode("In the beginning, naïve 日本語 😀\n\n  1234")
      _ = try tokenizer.decode(ids)
    case .parquet:
      let file = try ParquetFile(folder.write(bytes, to: "table.parquet"))
      for column in file.columns where column.isText {
        var texts = try file.texts(inColumn: column.name)
        while try texts.next() != nil {}
      }
    case .config:
      _ = try folder.write(bytes, to: "config.json")
      _ = try ModelImport(folder: folder.path)
    case .recipe:
      _ = try Recipe.parse(String(decoding: bytes, as: UTF8.self), file: "fuzzed.yaml")
    case .jsonLines:
      let reader = try TextCollection(paths: [folder.write(bytes, to: "text.jsonl")]).makeReader()
      while try reader.next() != nil {}
    }
  }
}

/// A folder whose files are written anew for every input.
private struct ScratchFolder {
  let path: String

  func write(_ bytes: [UInt8], to name: String) throws -> String {
    let path = "\(path)/\(name)"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }
}

private let reader = ProcessInfo.processInfo.environment["ESPALIER_READER"].flatMap(Reader.init)
private let folder = ScratchFolder(
  path: ProcessInfo.processInfo.environment["ESPALIER_SCRATCH"]
    ?? FileManager.default.temporaryDirectory.path
)

/// libFuzzer's loop, which calls a function with one input after the other.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ argumentCount: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

@main
private struct Fuzzing {
  static func main() {
    guard reader != nil else {
      let names = Reader.allCases.map(\.rawValue).joined(separator: ", ")
      fatalError("ESPALIER_READER: needs one of \(names)")
    }
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    // What a reader throws is as it should be; a trap is what is looked for.
    exit(
      runDriver(&count, &arguments) { start, count in
        try? reader?.read(Array(UnsafeBufferPointer(start: start, count: count)), in: folder)
        return 0
      }
    )
  }
}
