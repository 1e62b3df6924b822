// swift-tools-version: 6.2

import PackageDescription

/// Every target is held to the same rule: Swift 6 mode, and a warning stops the build.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// The kernels' source, built for one instruction set, in the folder `Kernels<name>`.
///
/// They are optimised in every build: unoptimised, a training step in the tests would take minutes. Checks
/// are off, since kernels work on raw memory whose sizes they have compared before.
func kernels(_ name: String, processor: String?, defining settings: [String]) -> Target {
  let processor = processor.map { ["-Xcc", "-march=\($0)"] } ?? []
  return .target(
    name: "Kernels\(name)",
    dependencies: ["KernelInterface", "CProcessor", "PJRT", "Arrays"],
    swiftSettings: strict + settings.map { .define($0) }
      + [
        .unsafeFlags(
          ["-Ounchecked", "-wmo", "-disable-batch-mode", "-num-threads", "2"] + processor
        )
      ]
  )
}

#if arch(x86_64)
let kernelBuilds: [Target] = [
  kernels("AVX512", processor: "x86-64-v4", defining: ["KERNEL_512"]),
  kernels("AVX2", processor: "x86-64-v3", defining: ["KERNEL_256", "KERNEL_16_REGISTERS"]),
  kernels("Float64", processor: "x86-64-v3", defining: ["KERNEL_DOUBLE", "KERNEL_16_REGISTERS"]),
]
#else
let kernelBuilds: [Target] = [
  kernels("NEON", processor: nil, defining: []),
  kernels("Float64", processor: nil, defining: ["KERNEL_DOUBLE"]),
]
#endif

/// A library target of this package.
func room(
  _ name: String,
  _ dependencies: [Target.Dependency] = [],
  resources: [Resource]? = nil
) -> Target {
  .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

/// What tests share.
let support: Target.Dependency = "EspalierTestSupport"

/// The tests of a target; they see the target and what else they name.
func tests(
  of name: String,
  _ dependencies: [Target.Dependency] = [],
  exclude: [String] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: [.byName(name: name)] + dependencies,
    exclude: exclude,
    swiftSettings: strict
  )
}

/// What training needs, and so whoever calls it.
let trainingRooms = [
  "Recipes", "Runs", "TensorBoard", "SavedModels", "Growing", "Checkpoints", "Corpus",
  "LanguageModels",
  "Optimization", "Kernels", "Tensors", "StableHLO", "Safetensors", "PJRT", "Arrays", "Files",
  "Randomness",
]

/// The libraries for other people's packages, with the modules that they import.
///
/// `docs/libraries.md` has a section for each.
let libraries = [
  ("PJRT", ["PJRT", "Arrays"]),
  ("Tensors", ["Tensors", "StableHLO", "PJRT", "Arrays"]),
  ("Safetensors", ["Safetensors", "Files", "Arrays"]),
  ("ImplicitBias", ["ImplicitBiasLab", "Tensors", "StableHLO", "PJRT", "Arrays"]),
  (
    "Espalier",
    ["Training", "Reports", "ModelExport", "ModelImport", "Generation", "Evaluation"]
      + trainingRooms
  ),
]

/// The program of a library's section.
///
/// It sees what another package would see.
func example(_ library: String, _ modules: [String]) -> Target {
  .executableTarget(
    name: "\(library)Example",
    dependencies: modules.map { .byName(name: $0) },
    path: "Examples/\(library)",
    packageAccess: false,
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
  products: [.executable(name: "espalier", targets: ["espalier"])]
    + libraries.map { .library(name: $0, targets: $1) },
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // The engine.
    room("Arrays"),
    room("Randomness"),
    room("Files"),
    .target(name: "CPJRT"),
    room("PJRT", ["CPJRT", "Arrays", "Files"]),
    room("StableHLO", ["Arrays"]),
    .target(name: "CMemory"),
    room("Tensors", ["StableHLO", "PJRT", "Arrays", "Files", "CMemory"]),
    room("ReferenceInterpreter", ["StableHLO", "Arrays"]),

    // Kernels: one source, a build for each instruction set, and what chooses among them.
    .target(name: "CProcessor"),
    .target(name: "CLargeBlocks"),
    room("KernelInterface", ["CProcessor", "PJRT", "Arrays"]),
    room(
      "Kernels",
      ["CProcessor", "KernelInterface", "Tensors", "StableHLO", "PJRT", "Arrays"]
        + kernelBuilds.filter { $0.name != "KernelsFloat64" }.map { .byName(name: $0.name) }
    ),
    room("Profiling", ["PJRT", "Arrays"]),

    // Text in, models and files out.
    .target(
      name: "CSentencePiece",
      linkerSettings: [.linkedLibrary("sentencepiece"), .linkedLibrary("sentencepiece_train")]
    ),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
    room("Checksums", ["CZlib"]),
    room("Parquet", ["CZlib", "CZstd", "Checksums", "Files"]),
    room("Corpus", ["CSentencePiece", "CZlib", "Checksums", "Parquet", "Randomness", "Files"]),
    room("Hosts", ["PJRT", "Checksums"]),
    room("Safetensors", ["Arrays", "Files"]),
    room("Checkpoints", ["Safetensors", "Arrays", "Files"]),
    room("Growing", ["Arrays", "Randomness"]),
    room(
      "LanguageModels",
      ["Growing", "Kernels", "Tensors", "StableHLO", "Arrays", "Randomness"]
    ),

    room("Optimization", ["Tensors", "Arrays"]),

    // Runs: what goes in, what comes out.
    room("Recipes", ["Growing", "Files", yams]),
    room("Runs", ["Files"]),
    room("TensorBoard", ["Files"]),
    room(
      "SavedModels",
      [
        "Runs", "Checkpoints", "LanguageModels", "Growing", "Corpus", "Safetensors", "PJRT",
        "Files", "Arrays",
      ]
    ),
    room(
      "ModelExport",
      ["SavedModels", "Runs", "LanguageModels", "Corpus", "Safetensors", "Files", "Arrays"]
    ),
    room(
      "ModelImport",
      [
        "ModelExport", "Training", "SavedModels", "Recipes", "LanguageModels", "Growing",
        "Corpus", "Checkpoints", "Safetensors", "Files", "Arrays",
      ]
    ),
    room(
      "Generation",
      [
        "SavedModels", "LanguageModels", "Kernels", "Corpus", "Tensors", "PJRT", "Arrays",
        "Randomness",
      ]
    ),
    room(
      "Evaluation",
      [
        "Generation", "SavedModels", "LanguageModels", "Kernels", "Recipes", "Corpus", "Checksums",
        "Statistics", "Tensors", "PJRT", "Files", "Arrays", "Randomness", yams,
      ]
    ),
    room(
      "Anatomy",
      ["SavedModels", "LanguageModels", "Tensors", "PJRT", "Arrays"]
    ),
    room("Training", ["CMemory", "Generation"] + trainingRooms.map { .byName(name: $0) }),
    room("Reports", ["Runs", "Tables"]),
    room(
      "Studies",
      [
        "Training", "Evaluation", "Anatomy", "Reports", "Recipes", "Runs", "SavedModels",
        "Checkpoints", "Growing", "GrowthSelection", "Statistics", "Tables", "Corpus", "Checksums",
        "Kernels", "Files", "Tensors", "PJRT",
      ]
    ),

    // The laboratory.
    room("Tables", ["Files"]),
    .systemLibrary(name: "CPNG", providers: [.apt(["libpng-dev"])]),
    room("LabelledImages", ["CPNG", "Tables", "Files"]),
    room("Statistics", ["Randomness"]),
    room("GrowthSelection", ["Growing", "Statistics"]),
    .target(name: "CLAPACK"),
    room("LinearAlgebra", ["CLAPACK"]),
    .target(name: "CClp"),
    room("LinearProgramming", ["CClp"]),
    room(
      "Laboratory",
      ["Statistics", "Runs", "Reports", "Tables", "Tensors", "PJRT", "Files", "Arrays"]
    ),
    room(
      "HalfspaceLab",
      [
        "Tensors", "PJRT", "Arrays", "Randomness", "Statistics", "Laboratory", "Reports", "Runs",
        "Tables",
      ]
    ),
    room(
      "LocalityLab",
      [
        "Tensors", "Kernels", "Optimization", "PJRT", "Arrays", "Randomness", "Statistics",
        "Laboratory", "Reports", "Runs", "LabelledImages",
      ]
    ),
    room(
      "ImplicitBiasLab",
      [
        "Tensors", "PJRT", "Arrays", "Randomness", "Statistics", "LinearAlgebra",
        "LinearProgramming", "Laboratory", "Reports", "Runs", "Tables",
      ]
    ),
    .executableTarget(
      name: "espalier",
      dependencies: [
        "Studies", "Training", "Reports", "SavedModels", "ModelExport", "ModelImport", "Generation",
        "Evaluation", "Recipes", "Runs", "Growing", "Safetensors", "Hosts", "Checkpoints", "Corpus",
        "LanguageModels", "Kernels", "Tensors", "Profiling", "PJRT", "Files", "Arrays",
        "CLargeBlocks", "HalfspaceLab", "LocalityLab", "ImplicitBiasLab", "LabelledImages",
        "LinearAlgebra", "LinearProgramming", "Laboratory",
        argumentParser,
      ],
      swiftSettings: strict
    ),

    .target(
      name: "ProcessMemory",
      path: "Benchmarks/ProcessMemory",
      swiftSettings: strict
    ),

    .executableTarget(
      name: "StepBenchmark",
      dependencies: [
        "CLargeBlocks", "ProcessMemory",
        "Training", "Recipes", "LanguageModels", "Kernels", "Tensors", "PJRT", "Arrays",
        argumentParser,
      ],
      path: "Benchmarks/StepBenchmark",
      swiftSettings: strict
    ),
    .executableTarget(
      name: "GrowthBenchmark",
      dependencies: [
        "CLargeBlocks", "ProcessMemory", "Training", "Recipes", "LanguageModels", "Growing",
        "SavedModels", "Checkpoints", "Safetensors", "Tensors",
        "PJRT", "Arrays", argumentParser,
      ],
      path: "Benchmarks/GrowthBenchmark",
      swiftSettings: strict
    ),
    .executableTarget(
      name: "AskingBenchmark",
      dependencies: [
        "CLargeBlocks", "Training", "Evaluation", "Generation", "SavedModels", "Checkpoints",
        "Recipes", "LanguageModels", "Growing", "Corpus", "Kernels", "Tensors", "PJRT", "Files",
        "Arrays", argumentParser,
      ],
      path: "Benchmarks/AskingBenchmark",
      swiftSettings: strict
    ),

    .target(
      name: "EspalierTestSupport",
      dependencies: [
        "SavedModels", "Checkpoints", "LanguageModels", "Growing", "Corpus", "Safetensors", "PJRT",
        "Files", "Arrays", "Randomness",
      ],
      path: "Tests/Support",
      swiftSettings: strict
    ),
    tests(of: "Arrays"),
    tests(of: "Randomness", [support]),
    tests(of: "Files", [support]),
    tests(of: "PJRT", [support, "CPJRT", "Arrays"]),
    tests(of: "StableHLO", [support, "PJRT", "Arrays"]),
    tests(
      of: "Tensors",
      [support, "StableHLO", "PJRT", "ReferenceInterpreter", "Arrays", "Randomness"]
    ),
    tests(of: "Profiling", [support, "PJRT", "Arrays"]),
    tests(of: "Parquet", [support, "Files", "Randomness"]),
    tests(of: "Checksums"),
    tests(of: "Hosts", [support, "PJRT"]),
    tests(of: "Corpus", [support, "CZlib", "Checksums", "Parquet", "Randomness", "Files"]),
    tests(of: "Safetensors", [support, "Arrays", "Files"]),
    tests(of: "Checkpoints", [support, "Safetensors", "Arrays", "Files"]),
    tests(of: "Growing", [support, "Arrays"]),
    tests(
      of: "LanguageModels",
      [support, "Growing", "Kernels", "StableHLO", "Tensors", "PJRT", "Arrays", "Randomness"]
    ),
    tests(of: "Optimization", [support, "Tensors", "Arrays", "Randomness"]),
    tests(of: "Recipes", ["Growing"]),
    tests(of: "Runs", [support, "Files"]),
    tests(
      of: "SavedModels",
      [support, "Checkpoints", "LanguageModels", "Growing", "PJRT", "Files", "Arrays"]
    ),
    tests(
      of: "Training",
      [
        support,
        "Recipes", "Runs", "Growing", "LanguageModels", "Optimization", "Kernels", "Corpus",
        "Tensors", "StableHLO", "PJRT", "CPJRT", "Arrays", "Randomness",
      ]
    ),
    tests(
      of: "Generation",
      [
        support, "SavedModels", "Checkpoints", "LanguageModels", "Kernels", "Growing", "Corpus",
        "Tensors", "PJRT", "Arrays",
      ]
    ),
    tests(
      of: "Evaluation",
      [support, "SavedModels", "Kernels", "Corpus", "Tensors", "PJRT"]
    ),
    tests(of: "Anatomy", [support, "LanguageModels", "Tensors", "PJRT", "Arrays", "Randomness"]),
    tests(
      of: "ModelExport",
      [
        support, "SavedModels", "Checkpoints", "LanguageModels", "Growing", "Corpus", "Safetensors",
        "Tensors",
        "PJRT", "Files", "Arrays", "Randomness",
      ]
    ),
    tests(
      of: "ModelImport",
      [
        support, "ModelExport", "SavedModels", "LanguageModels", "Growing", "Corpus",
        "Safetensors", "Tensors", "PJRT", "Arrays", "Randomness",
      ]
    ),
    tests(of: "TensorBoard", [support]),
    tests(of: "Reports", ["Runs"], exclude: ["Fixtures"]),
    tests(
      of: "Studies",
      [
        support, "Training", "Recipes", "Runs", "GrowthSelection", "Statistics", "Tensors",
        "Randomness", "Files",
      ]
    ),
    tests(
      of: "Kernels",
      [
        support,
        "KernelInterface", "CProcessor", "Tensors", "StableHLO", "PJRT", "Arrays", "Randomness",
      ] + kernelBuilds.map { .byName(name: $0.name) }
    ),
    .testTarget(
      name: "CLargeBlocksTests",
      dependencies: ["CLargeBlocks"],
      swiftSettings: strict
    ),
    tests(of: "Statistics", [support, "Randomness"]),
    tests(of: "Tables"),
    tests(of: "LabelledImages", [support, "Checksums", "Tables"]),
    tests(of: "GrowthSelection"),
    tests(of: "Laboratory", [support, "Statistics", "Files"]),
    tests(
      of: "HalfspaceLab",
      [
        support, "Tensors", "PJRT", "Arrays", "Randomness", "Statistics", "Laboratory", "Reports",
        "Tables",
      ]
    ),
    tests(
      of: "LocalityLab",
      [
        support, "Tensors", "Optimization", "PJRT", "Arrays", "Randomness", "Statistics",
        "Laboratory", "LabelledImages", "Reports",
      ]
    ),
    tests(of: "LinearAlgebra", [support, "Randomness"]),
    tests(of: "LinearProgramming", ["Randomness"]),
    tests(
      of: "ImplicitBiasLab",
      [
        support, "Tensors", "PJRT", "Arrays", "Randomness", "Statistics", "LinearAlgebra",
        "Laboratory", "Reports",
      ]
    ),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "espalier", support, "Hosts", "Studies", "Training", "Reports", "SavedModels", "Recipes",
        "Runs", "Checkpoints", "Safetensors", "Files", "Corpus", "Growing", "PJRT", "Arrays",
        "Laboratory", "Generation", "Evaluation",
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "ExampleTests",
      dependencies: [support] + libraries.map { .byName(name: "\($0.0)Example") },
      swiftSettings: strict
    ),
  ] + kernelBuilds + libraries.map(example),
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)

// libFuzzer's loop is there in builds with its sanitizer only; `scripts/fuzz.sh` makes one.
if Context.environment["ESPALIER_FUZZING"] != nil {
  package.targets.append(
    .executableTarget(
      name: "ReaderFuzzing",
      dependencies: ["Corpus", "Parquet", "ModelImport", "Recipes", "Safetensors", "Files"],
      path: "Tests/Fuzzing",
      swiftSettings: strict
    )
  )
}
