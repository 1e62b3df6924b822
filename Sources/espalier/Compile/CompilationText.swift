import Reports
import Training

/// What a recipe's programs take, in lines.
struct CompilationText {
  let text: String

  init(_ record: CompilationRecord) {
    let lines = [Self.heading(record), ""] + Self.table(record) + [""] + Self.remarks(record)
    text = lines.map { $0 + "\n" }.joined()
  }

  private static func heading(_ record: CompilationRecord) -> String {
    let memory = record.memory.map { " with \(NumberFormat.bytes($0))" } ?? ""
    let count = record.devices ?? 1
    let target = count > 1 ? "\(count) \(record.target)" : record.target
    let each = count > 1 && !memory.isEmpty ? " each" : ""
    let sharding = record.sharding.map { ", sharding \($0)" } ?? ""
    return "\(record.recipe) for \(target)\(memory)\(each): \(record.precision), "
      + "kernels \(record.kernels)\(sharding)"
  }

  /// The programs, a line each.
  private static func table(_ record: CompilationRecord) -> [String] {
    let verdict = record.memory == nil ? [] : ["share", "fits"]
    let numbers = ["seconds", "arguments", "outputs", "temporary", "besides", "total"]
    let rows = record.programs.map { program in
      let sizes = [
        program.arguments, program.outputs, program.temporaries, program.held, program.total,
      ]
      return ["\(program.stage)", "\(program.layers)", program.purpose.rawValue]
        + [program.seconds > 0 ? NumberFormat.fixed(program.seconds, digits: 1) : "as before"]
        + sizes.map(NumberFormat.bytes) + Self.verdict(program)
    }
    let head = ["stage", "layers", "program"] + numbers + verdict
    return TextTable(rows: [head] + rows, numbers: 3..<9 + min(verdict.count, 1)).lines
  }

  private static func verdict(_ program: CompilationRecord.Program) -> [String] {
    guard let share = program.share else { return [] }
    let fits = program.excess.map { "does not fit, by \(NumberFormat.bytes($0))" } ?? "fits"
    return [NumberFormat.fixed(share * 100, digits: 1) + " %", fits]
  }

  private static func remarks(_ record: CompilationRecord) -> [String] {
    let sharing = [
      "Outputs that lie in arguments, such as the updated state, are counted once; besides is what of",
      "the training state lies there and is no argument.",
    ]
    guard let usable = record.usableMemory else { return sharing }
    return sharing + [
      "What fits takes no more than \(NumberFormat.bytes(usable)), the recipe's memory.fraction.",
      "Compiled without the GPU, so nothing was run and no kernel chosen by trying (autotuning).",
    ]
  }
}
