// swift-tools-version: 6.2

import PackageDescription

/// Every target is held to the same rule: Swift 6 mode, and a warning stops the build.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// A library target of this package.
func room(
  _ name: String,
  _ dependencies: [Target.Dependency] = [],
  resources: [Resource]? = nil
) -> Target {
  .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

/// The tests of a target; they see the target, the support module and what else they name.
func tests(
  of name: String,
  _ dependencies: [Target.Dependency] = [],
  exclude: [String] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: [.byName(name: name), "EspalierTestSupport"] + dependencies,
    exclude: exclude,
    swiftSettings: strict
  )
}

let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser",
  package: "swift-argument-parser"
)
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

let package = Package(
  name: "espalier",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "espalier", targets: ["espalier"]),
    .library(name: "Espalier", targets: ["Tensors", "LanguageModels", "Growing", "Training"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // The engine.
    room("Arrays"),
    room("Randomness"),
    .target(name: "CPJRT"),
    room("PJRT", ["CPJRT", "Arrays"]),
    room("StableHLO", ["Arrays"]),
    room("Tensors", ["StableHLO", "PJRT", "Arrays"]),
    room("ReferenceInterpreter", ["StableHLO", "Arrays"]),

    // Text in, models and files out.
    .target(
      name: "CSentencePiece",
      linkerSettings: [.linkedLibrary("sentencepiece"), .linkedLibrary("sentencepiece_train")]
    ),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    room("Corpus", ["CSentencePiece", "CZlib", "Randomness"]),
    room("Interchange", ["Arrays"]),
    room("Checkpoints", ["Interchange", "Arrays"]),
    room("Growing", ["Arrays"]),
    room("LanguageModels", ["Tensors", "StableHLO", "Arrays", "Randomness"]),

    // Runs: what goes in, what comes out.
    room("Recipes", ["Growing", yams]),
    room("Runs"),
    room(
      "Training",
      [
        "Recipes", "Runs", "Growing", "Checkpoints", "Corpus", "LanguageModels", "Tensors",
        "Interchange", "PJRT", "Arrays", "Randomness",
      ]
    ),
    room("Reports", ["Runs"]),

    // The laboratory.
    room("Statistics"),
    room("Laboratory", ["Statistics", "Runs"]),
    room(
      "HalfspaceLab",
      [
        "Tensors", "StableHLO", "PJRT", "Arrays", "Randomness", "Statistics", "Laboratory",
        "Reports", "Runs",
      ]
    ),
    .executableTarget(
      name: "espalier",
      dependencies: [
        "Training", "Reports", "Recipes", "Runs", "Growing", "Checkpoints", "Corpus", "Tensors",
        "PJRT", "Interchange", "Arrays", "HalfspaceLab", "Laboratory", argumentParser,
      ],
      swiftSettings: strict
    ),

    .executableTarget(
      name: "StepBenchmark",
      dependencies: [
        "Training", "Recipes", "LanguageModels", "Tensors", "PJRT", "Arrays", argumentParser,
      ],
      path: "Benchmarks/StepBenchmark",
      swiftSettings: strict
    ),

    room("EspalierTestSupport", ["Arrays", "Randomness", "PJRT", "Tensors", "Interchange"]),
    tests(of: "Arrays"),
    tests(of: "Randomness"),
    tests(of: "PJRT", ["CPJRT", "Arrays"]),
    tests(of: "StableHLO", ["Arrays"]),
    tests(of: "Tensors", ["StableHLO", "PJRT", "ReferenceInterpreter", "Arrays", "Randomness"]),
    tests(of: "Corpus", ["Randomness"]),
    tests(of: "Interchange", ["Arrays"]),
    tests(of: "Checkpoints", ["Interchange", "Arrays"]),
    tests(of: "Growing", ["Arrays"]),
    tests(of: "LanguageModels", ["Tensors", "PJRT", "Arrays", "Randomness"]),
    tests(of: "Recipes", ["Growing"]),
    tests(of: "Runs"),
    tests(
      of: "Training",
      [
        "Recipes", "Runs", "Growing", "Checkpoints", "Corpus", "LanguageModels", "Tensors", "PJRT",
        "Arrays", "Randomness",
      ]
    ),
    tests(of: "Reports", ["Runs"], exclude: ["Fixtures"]),
    tests(of: "Statistics"),
    tests(of: "Laboratory", ["Runs", "Statistics"]),
    tests(
      of: "HalfspaceLab",
      ["Tensors", "PJRT", "Arrays", "Randomness", "Statistics", "Laboratory", "Reports", "Runs"]
    ),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "espalier", "EspalierTestSupport", "Training", "Reports", "Recipes", "Runs", "Checkpoints",
        "Interchange", "Corpus", "Growing", "PJRT", "Arrays", "Laboratory",
      ],
      swiftSettings: strict
    ),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
