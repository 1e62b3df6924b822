import Foundation
import Testing

@testable import Runs

@Suite struct MachineAndGitTests {
  @Test func anIntelListGivesNameAndArithmeticFeatures() {
    let description = ProcessorDescription(
      cpuinfo: """
        processor\t: 0
        model name\t: Example(R) CPU @ 2.00GHz
        flags\t\t: fpu vme sse4_2 avx2 fma avx512f amx_tile
        processor\t: 1
        model name\t: Another
        """
    )
    #expect(description.name == "Example(R) CPU @ 2.00GHz")
    #expect(description.features == ["amx_tile", "avx2", "avx512f", "fma", "sse4_2"])
  }

  @Test func anArmListHasNoName() {
    let description = ProcessorDescription(
      cpuinfo: "processor : 0\nFeatures : fp asimd crc32 bf16 sve\nCPU part : 0xd40\n"
    )
    #expect(description.name == nil)
    #expect(description.features == ["asimd", "bf16", "sve"])
  }

  @Test(arguments: ["", ":", "model name", "flags:", "\n\n:::\n"])
  func aListOfNothingIsUnknown(cpuinfo: String) {
    #expect(ProcessorDescription(cpuinfo: cpuinfo).name == nil)
    #expect(ProcessorDescription(cpuinfo: cpuinfo).features.isEmpty)
  }

  @Test func thisMachineHasCoresAndMemory() {
    let machine = MachineRecord.current()
    #expect(machine.coreCount >= 1)
    #expect(machine.memoryBytes > 1 << 20)
    #expect(!machine.operatingSystem.isEmpty)
    #expect(!machine.kernel.contains("\u{0}"))
    #expect(!machine.architecture.isEmpty)
  }

  @Test func aFolderOutsideAnyRepositoryHasNoGitState() throws {
    try withTemporaryFolder { folder in
      #expect(GitRecord.current(folder: folder) == nil)
      #expect(GitRecord.current(folder: folder + "/missing") == nil)
    }
  }
}
