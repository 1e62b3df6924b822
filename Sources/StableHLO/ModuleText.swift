import Arrays

extension Module {
  /// The program as StableHLO text.
  ///
  /// The text depends on the program alone, so its hash names a compiled program.
  public var text: String {
    var writer = TextWriter(deviceCount: distribution?.deviceCount ?? 1)
    let parameters = body.parameters.enumerated().map { index, parameter -> String in
      let donation = donations[index].map { "tf.aliasing_output = \($0) : i32" }
      let sharding = sharding(distribution?.parameters[index], parameter.type)
      return "\(parameter.id): \(parameter.type.text)\(Self.braced([donation, sharding]))"
    }
    let results = body.results.enumerated().map { index, result -> String in
      let sharding = sharding(distribution?.results[index], result.type)
      return result.type.text + Self.braced([sharding])
    }.joined(separator: ", ")
    let spread = distribution.map {
      " attributes {mhlo.num_partitions = \($0.deviceCount) : i32, mhlo.num_replicas = 1 : i32}"
    }
    writer.line("module @\(name)\(spread ?? "") {")
    writer.indented { writer in
      writer.line(
        "func.func public @main(\(parameters.joined(separator: ", "))) -> (\(results)) {"
      )
      writer.indented { $0.write(body, returning: "return") }
      writer.line("}")
    }
    writer.line("}")
    return writer.text
  }

  private func sharding(_ sharding: TensorSharding?, _ type: TensorType) -> String? {
    guard let sharding, let deviceCount = distribution?.deviceCount else { return nil }
    let text = sharding.text(rank: type.shape.rank, deviceCount: deviceCount)
    return "mhlo.sharding = \"\(text)\""
  }

  /// Attributes of a parameter or a result; nothing where there are none.
  private static func braced(_ attributes: [String?]) -> String {
    let known = attributes.compactMap(\.self)
    return known.isEmpty ? "" : " {\(known.joined(separator: ", "))}"
  }
}

extension ValueID: CustomStringConvertible {
  /// The name in the text, such as `%12`.
  public var description: String { "%\(number)" }
}

extension TensorType {
  /// The type in StableHLO's text, such as `tensor<8x256xf32>`.
  var text: String {
    "tensor<\(shape.dimensions.map { "\($0)x" }.joined())\(elementType.rawValue)>"
  }
}

/// Writes instructions as text, indented.
struct TextWriter {
  /// The devices that share the program.
  let deviceCount: Int
  private(set) var text = ""
  private var indentation = ""

  init(deviceCount: Int) { self.deviceCount = deviceCount }

  mutating func line(_ line: String) {
    text += indentation
    text += line
    text += "\n"
  }

  mutating func indented(_ body: (inout TextWriter) -> Void) {
    indentation += "  "
    body(&self)
    indentation.removeLast(2)
  }

  mutating func write(_ block: Block, returning terminator: String) {
    for instruction in block.instructions { write(instruction) }
    let names = block.results.map(\.id.description).joined(separator: ", ")
    let types = block.results.map(\.type.text).joined(separator: ", ")
    line(block.results.isEmpty ? terminator : "\(terminator) \(names) : \(types)")
  }

  private mutating func write(_ instruction: Instruction) {
    switch instruction {
    case .operation(let operation, let operands, let results):
      write(operation, operands: operands, results: results)
    case .whileLoop(let condition, let body, let state, let results):
      writeWhile(condition: condition, body: body, state: state, results: results)
    }
  }

  /// The generic form: its regions name their own arguments, so no value is captured.
  private mutating func writeWhile(
    condition: Block,
    body: Block,
    state: [TypedValue],
    results: [TypedValue]
  ) {
    line("\(bound(results)) = \"stablehlo.while\"(\(names(state))) ({")
    writeRegion(condition)
    line("}, {")
    writeRegion(body)
    line("}) : (\(types(state))) -> (\(types(results)))")
  }

  private mutating func writeRegion(_ block: Block) {
    let parameters = block.parameters.map { "\($0.id): \($0.type.text)" }
    line("^bb0(\(parameters.joined(separator: ", "))):")
    indented { $0.write(block, returning: "stablehlo.return") }
  }

  func names(_ values: [TypedValue]) -> String {
    values.map(\.id.description).joined(separator: ", ")
  }

  func types(_ values: [TypedValue]) -> String {
    values.map(\.type.text).joined(separator: ", ")
  }

  /// The left-hand side of an instruction; several results of one instruction have several names.
  func bound(_ results: [TypedValue]) -> String {
    names(results)
  }
}
