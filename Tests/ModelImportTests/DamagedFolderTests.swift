import EspalierTestSupport
import Foundation
import Randomness
import Testing

@testable import ModelImport

/// Folders with bytes of their texts changed at random: each is read or refused, and none ends the process.
@Suite struct DamagedFolderTests {
  @Test(
    arguments: [
      ("qwen3", "config.json", 80), ("llama", "config.json", 80),
      ("qwen3", "tokenizer_config.json", 30), ("mistral", "model.safetensors.index.json", 30),
      ("qwen3", "tokenizer.json", 30), ("qwen3", "model.safetensors", 30),
    ]
  )
  func damageIsReadOrRefused(model: String, file: String, count: Int) throws {
    let foreign = try ForeignFolder(model)
    let whole = try foreign.folder.read("model/\(file)")
    // Of tensors the header is what is read.
    let reach = file.hasSuffix(".safetensors") ? 600 : whole.count
    var refused = 0
    for number in 0..<count {
      let stream = RandomStream(seed: UInt64(number)).named(file)
      var damaged = whole
      for place in 0..<1 + number % 3 {
        let index = Int(stream.uniform(at: UInt64(2 * place)) * Double(reach))
        let kind = stream.uniform(at: UInt64(2 * place + 1))
        switch kind {
        case ..<0.4: damaged[index] = UInt8(kind / 0.4 * 256)
        case ..<0.6:
          damaged[index] = [UInt8](Array("0123456789-e.,:\"{}[]".utf8))[Int(kind * 30) % 20]
        case ..<0.8: damaged.remove(at: index)
        default: damaged.insert(damaged[index], at: index)
        }
      }
      if number % 10 == 9 { damaged = damaged.prefix(damaged.count * (number % 7) / 7) }
      try foreign.folder.write(damaged, to: "model/\(file)")
      do {
        let imported = try ModelImport(folder: foreign.path)
        _ = try imported.tokenizer.decode(imported.tokenizer.encode("It's 42 in 日本 <|endoftext|>"))
      } catch {
        refused += 1
        #expect(!"\(error)".isEmpty)
      }
    }
    #expect(refused > count / 5)
  }
}
