import EspalierTestSupport
import Foundation
import Testing

/// `Package.swift` says what is true.
@Suite struct ManifestTests {
  private struct Manifest: Decodable {
    struct Target: Decodable {
      var name: String
      var type: String
      var path: String?
      var dependencies: [[String: [String?]]]
    }

    struct Product: Decodable {
      var name: String
      var targets: [String]
    }
    var targets: [Target]
    var products: [Product]
  }

  private static let root = TestPlugin.packageRoot.path

  private static let manifest = Result<Manifest, any Error> {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    // Another folder, since the one of the package belongs to whoever runs the tests.
    let scratch = try TemporaryFolder()
    process.arguments = [
      "swift", "package", "--package-path", root, "--scratch-path", scratch.path, "dump-package",
    ]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return try JSONDecoder().decode(Manifest.self, from: data)
  }

  /// The modules that the sources of a target import.
  private static func imports(of target: Manifest.Target) throws -> Set<String> {
    let path = target.path ?? (target.type == "test" ? "Tests/" : "Sources/") + target.name
    let folder = URL(fileURLWithPath: "\(root)/\(path)").resolvingSymlinksInPath().path
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
    return try names.filter { $0.hasSuffix(".swift") }.reduce(into: []) { found, name in
      let file = URL(fileURLWithPath: "\(folder)/\(name)").resolvingSymlinksInPath().path
      let text = try String(contentsOfFile: file, encoding: .utf8)
      found.formUnion(text.matches(of: /(?m)^.*\bimport (\w+)$/).map { String($0.1) })
    }
  }

  /// SwiftPM lets a target import what its dependencies depend on, and even its own check lets it pass.
  @Test func everyImportIsDeclared() throws {
    let manifest = try Self.manifest.get()
    let known = Set(manifest.targets.map(\.name)).union(["ArgumentParser", "Yams"])
    #expect(manifest.targets.count > 50)
    for target in manifest.targets where target.type != "system" {
      let declared = Set(target.dependencies.flatMap(\.values).compactMap { $0.first ?? nil })
      let missing = try Self.imports(of: target).intersection(known).subtracting(declared)
      #expect(
        missing.subtracting([target.name]).isEmpty,
        "\(target.name) imports \(missing.sorted())"
      )
    }
  }

  /// Whoever uses a library can name every module whose types its modules' interfaces name.
  @Test func librariesAreWhole() throws {
    let manifest = try Self.manifest.get()
    let libraries = manifest.products.filter { $0.name != "espalier" }
    #expect(
      libraries.map(\.name) == ["PJRT", "Tensors", "Safetensors", "ImplicitBias", "Espalier"]
    )
    let training = try #require(manifest.targets.first { $0.name == "Training" })
    let needed = try Self.imports(of: training).intersection(manifest.targets.map(\.name))
    // The C target is an implementation's detail.
    #expect(needed.subtracting(libraries[4].targets).isSubset(of: ["CMemory"]))
  }
}
