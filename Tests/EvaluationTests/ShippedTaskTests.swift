import EspalierTestSupport
import Foundation
import Testing

@testable import Evaluation

/// The tasks in the folder `Tasks`.
@Suite struct ShippedTaskTests {
  private static let folder = TestPlugin.packageRoot.path + "/Tasks"
  private static let names =
    (try? FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
      .sorted()) ?? []

  @Test func allAreThere() throws {
    #expect(Self.names.count == 7)
    let readme = try String(contentsOfFile: Self.folder + "/README.md", encoding: .utf8)
    for name in Self.names { #expect(readme.contains("`\(name)`")) }
  }

  @Test(arguments: names)
  func aTaskIsWhatItSays(name: String) throws {
    let task = try EvaluationTask.named("\(Self.folder)/\(name)")
    let items = try task.questions(shotCount: 0).questions.map(\.item)
    #expect(task.name == name.dropLast(".yaml".count))
    #expect(items.count == 400 && Set(items).count == 400)
    guard let chance = task.chance else { return }
    var right: [String: Int] = [:]
    for item in items {
      guard case .choice(let candidates, let answer) = item.demand else { return }
      #expect(
        Set(candidates).count == candidates.count
          && abs(1 / Double(candidates.count) - chance) < 1e-9
      )
      for shortcut in PrimitiveSolver.shortcuts(item.prompt, candidates) {
        right[shortcut.name, default: 0] += shortcut.answer == candidates[answer] ? 1 : 0
      }
    }
    for (shortcut, count) in right {
      #expect(Double(count) / 400 < chance + 0.15, "what \(shortcut)")
    }
  }
}
