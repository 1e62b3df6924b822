import EspalierTestSupport
import Files
import Foundation
import Testing

@Suite struct AppenderTests {
  @Test func recordsAreAddedToWhatIsThere() throws {
    let root = try TemporaryFolder()
    let (files, path) = (LocalFileSystem(), root.path + "/f")
    try Appender(path).append([1, 2])
    let again = try Appender(path)
    try again.append([])
    try again.append([3])
    try again.synchronize()
    #expect(try files.contents(of: path) == [1, 2, 3])
  }

  @Test func everyFailureLeavesWholeRecords() throws {
    let trial = try WriterTrial(.appending) {
      try $0.replace("f", with: [1, 2, 3])
    } write: { disk in
      let appender = try Appender("f", in: disk)
      try appender.append([4, 5, 6, 7])
      try appender.synchronize()
    }
    #expect(trial.problems().isEmpty)
  }

  #if os(Linux)
  /// Linux has a device that is always full, and cannot be flushed.
  @Test func aFullDiskIsSaid() throws {
    let appender = try Appender("/dev/full")
    let error = #expect(throws: FileError.self) { try appender.append([1]) }
    #expect(error?.isDiskFull == true)
    try appender.synchronize()
  }
  #endif
}
