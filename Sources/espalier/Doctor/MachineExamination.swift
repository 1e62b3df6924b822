import Corpus
import Files
import LabelledImages
import LinearAlgebra
import LinearProgramming
import Reports
import Runs

/// Looks at the machine and at what is installed on it.
struct MachineExamination {
  let machine: MachineRecord
  /// The folder whose disk is looked at.
  let folder: String

  /// Less free memory than this is little for the demonstration, which takes about half of it.
  private static let smallMemory = 2_000_000_000
  /// Less free disk than this is little: a checkpoint of the demonstration takes about 20 MB.
  private static let smallDisk = 1_000_000_000

  func findings() -> [Finding] {
    [
      processor, features, cores, tokenizer, .fine("libpng", PNGImage.libraryVersion),
      algebra,
      linearProgramming, memory, disk,
    ]
  }

  private var processor: Finding {
    .fine("processor", "\(machine.processor), \(machine.architecture)")
  }

  private var features: Finding {
    let found = machine.features.joined(separator: " ")
    // Only x86 has processors in use without them; elsewhere vectors come with the architecture.
    let missing = ["avx2", "fma"].filter { !machine.features.contains($0) }
    guard machine.architecture == "x86_64", !missing.isEmpty else {
      return .fine("features", found.isEmpty ? "not told by the system" : found)
    }
    return .poor(
      "features",
      found.isEmpty ? "none" : found,
      hint: "without \(missing.joined(separator: " and ")) training is several times slower; a "
        + "processor of 2014 or later has both, and a virtual machine may hide them"
    )
  }

  private var cores: Finding { .fine("cores", "\(machine.coreCount)") }

  private var tokenizer: Finding {
    // The program is linked with it, so where this runs it is there.
    let library = SentencePieceLibrary.loaded()
    return .fine(
      "SentencePiece",
      [library.version ?? "version not told", library.path].compactMap(\.self)
        .joined(separator: ", ")
    )
  }

  private var algebra: Finding {
    let name = "OpenBLAS"
    do throws(LinearAlgebraError) {
      try LinearAlgebraLibrary.open()
    } catch {
      return .poor(name, "\(error)", hint: Self.laboratoryOnly)
    }
    let found = LinearAlgebraLibrary.description
    guard LinearAlgebraLibrary.isSafeWithThreads else {
      return .missing(
        name,
        found,
        hint: "this build gives wrong numbers when several threads call it; install "
          + "libopenblas0-pthread, as `make setup` does"
      )
    }
    return .fine(name, found)
  }

  private var linearProgramming: Finding {
    do throws(LinearProgrammingError) {
      return .fine("Clp", try LinearProgramme.libraryVersion())
    } catch {
      return .poor("Clp", "\(error)", hint: Self.laboratoryOnly)
    }
  }

  private static let laboratoryOnly = "only the laboratory of implicit bias needs it"

  private var memory: Finding {
    let total = NumberFormat.bytes(Int(clamping: machine.memoryBytes))
    guard let free = Self.freeMemory() else {
      return .fine("memory", "\(total); how much is free is not told by the system")
    }
    let found = "\(NumberFormat.bytes(free)) free of \(total)"
    guard free >= Self.smallMemory else {
      return .poor(
        "memory",
        found,
        hint:
          "the demonstration takes about 1 GB; end other programs, or train with a smaller batch"
      )
    }
    return .fine("memory", found)
  }

  private var disk: Finding {
    // Where the system does not tell, writing will.
    guard let free = try? LocalFileSystem().freeByteCount(onDiskOf: folder) else {
      return .fine("disk", "how much is free is not told by the system")
    }
    let found = "\(NumberFormat.bytes(free)) free in \(folder)"
    guard free >= Self.smallDisk else {
      return .poor(
        "disk",
        found,
        hint: "checkpoints and compiled programs need room; free some, or use another folder"
      )
    }
    return .fine("disk", found)
  }

  /// The memory that programs can still get, in bytes, where the system tells.
  private static func freeMemory() -> Int? {
    // Without /proc, as on macOS, it stays unknown.
    guard let text = try? LocalFileSystem().bytes(through: "/proc/meminfo"),
      let line = String(decoding: text, as: UTF8.self).split(separator: "\n").first(where: {
        $0.hasPrefix("MemAvailable:")
      }),
      let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return nil }
    return kilobytes * 1024
  }
}
