import EspalierTestSupport
import Files
import Testing

@testable import espalier

/// What commands write beside runs, checkpoints, token files, tokenizers and studies, which are tried in their own rooms.
@Suite struct WriterTests {
  /// A page, a drawing, a table of a laboratory: all are texts, with the folder they lie in.
  @Test func everyFailureLeavesTheOldOutputOrTheNewOne() throws {
    let path = "runs/halfspaces/risk.csv"
    for old in ["an earlier one", nil] {
      let trial = try WriterTrial { disk in
        if let old { try OutputFile.write(old, to: path, in: disk) }
      } write: { disk in
        try OutputFile.write("a,b\n1,2\n", to: path, in: disk)
      }
      #expect(trial.problems().isEmpty)
    }
  }
}
