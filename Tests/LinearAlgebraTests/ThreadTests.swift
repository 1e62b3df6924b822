import LinearAlgebra
import Randomness
import Testing

/// Many threads compute what one does, bit by bit.
@Suite struct ThreadTests {
  private static func numbers(_ seed: UInt64) -> [Double] {
    let random = Matrix(
      rowCount: 10,
      columnCount: 10,
      elements: RandomStream(seed: seed).normals(count: 100)
    )
    var power = random
    for _ in 0..<300 {
      power = (random * power).timesTransposed(random)
      power = (1 / power.frobeniusNorm) * power
    }
    return power.elements + (Cholesky(random.gram)?.solve(random.row(0)) ?? [])
  }

  @Test func callsFromSeveralThreadsDoNotDisturbEachOther() async {
    #expect(LinearAlgebraLibrary.isSafeWithThreads)
    let alone = (0..<24).map { Self.numbers(UInt64($0 % 6)) }
    let together = await withTaskGroup(of: (Int, [Double]).self) { group in
      for place in 0..<24 { group.addTask { (place, Self.numbers(UInt64(place % 6))) } }
      return await group.reduce(into: [Int: [Double]]()) { $0[$1.0] = $1.1 }
    }
    for (place, expected) in alone.enumerated() { #expect(together[place] == expected) }
  }
}
