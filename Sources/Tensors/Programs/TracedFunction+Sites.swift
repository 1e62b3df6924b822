import StableHLO

extension TracedFunction {
  /// For each line of the program's text, in order, the line of the source that it comes from.
  ///
  /// A compiler knows an operation by its line in the text, so this tells which line of Swift it
  /// stands for. Lines without an operation, and those of loops, have nil.
  public func sitesOfTextLines() -> [SourceSite?] {
    module.text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let digits = line.drop { $0 == " " }.dropFirst().prefix { $0.isASCII && $0.isNumber }
      guard line.drop(while: { $0 == " " }).first == "%", let number = Int(digits) else {
        return nil
      }
      return sites[ValueID(number)]
    }
  }
}
