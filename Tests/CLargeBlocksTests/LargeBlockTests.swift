import CLargeBlocks
import Foundation
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc

/// Blocks of memory that are kept when they are given back.
///
/// They are a matter of the whole process, so each test has a process of its own.
@Suite struct LargeBlockTests {
  @Test("A block that was given back is the next of its size, and holds what is written")
  func blocksAreReused() async {
    await #expect(processExitsWith: .success) {
      guard espalier_keep_large_blocks() else { return }
      let size = 6 << 20
      let first = try LargeBlock(size)
      first.fill(1)
      let second = try LargeBlock(size)
      second.fill(2)
      #expect(first.start != second.start)
      #expect(first.isFilled(1) && second.isFilled(2))
      let places = [first.start, second.start]
      first.giveBack()
      let third = try LargeBlock(size - 1000)
      #expect(third.start == places[0])
      #expect(second.isFilled(2))
      second.giveBack()
      third.giveBack()
    }
  }

  @Test(
    "A much smaller request does not take a large block, and one that is in use is nobody else's"
  )
  func blocksAreNotShared() async {
    await #expect(processExitsWith: .success) {
      guard espalier_keep_large_blocks() else { return }
      let large = try LargeBlock(64 << 20)
      large.giveBack()
      let small = try LargeBlock(8 << 20)
      small.fill(3)
      let again = try LargeBlock(64 << 20)
      again.fill(4)
      #expect(small.isFilled(3) && again.isFilled(4))
      #expect(small.start + small.size <= again.start || again.start + again.size <= small.start)
      small.giveBack()
      again.giveBack()
    }
  }

  @Test("Every alignment up to a huge page and beyond is kept to, below and above the limit")
  func alignmentsAreKept() async {
    await #expect(processExitsWith: .success) {
      guard espalier_keep_large_blocks() else { return }
      for size in [1, 100, 4 << 20, (4 << 20) - 1, (4 << 20) + 1, 9_999_999] {
        for power in 3...22 {
          let block = try LargeBlock(size, alignment: 1 << power)
          #expect(Int(bitPattern: block.start) % (1 << power) == 0)
          block.fill(UInt8(power))
          #expect(block.isFilled(UInt8(power)))
          block.giveBack()
        }
      }
    }
  }

  @Test("An alignment that is none is refused, a size that no memory has too")
  func wrongRequestsAreRefused() async {
    await #expect(processExitsWith: .success) {
      guard espalier_keep_large_blocks() else { return }
      for alignment in [0, 1, 4, 12, 24, 4095] {
        var block: UnsafeMutableRawPointer?
        #expect(posix_memalign(&block, alignment, 8 << 20) == EINVAL)
        #expect(posix_memalign(&block, alignment, 8) == EINVAL)
        #expect(block == nil)
      }
      for size in [Int.max, Int(bitPattern: UInt.max), Int.max / 4] {
        var block: UnsafeMutableRawPointer?
        #expect(posix_memalign(&block, 64, size) == ENOMEM)
      }
    }
  }

  @Test("A block that is made larger or smaller keeps what it holds")
  func reallocationKeepsContent() async {
    await #expect(processExitsWith: .success) {
      guard espalier_keep_large_blocks() else { return }
      for size in [100, 5 << 20, 40 << 20] {
        let block = try LargeBlock(8 << 20)
        block.fill(7)
        let moved: UnsafeMutableRawPointer? = realloc(block.start, size)
        let start = try #require(moved)
        let kept = LargeBlock(start: start, size: min(size, block.size))
        #expect(kept.isFilled(7))
        // The old block is free again.
        let next = try LargeBlock(8 << 20)
        #expect(next.start == block.start)
        next.fill(8)
        #expect(kept.isFilled(7))
        next.giveBack()
        free(start)
      }
      let block = try LargeBlock(8 << 20)
      #expect(realloc(block.start, 0) == nil)
      let small: UnsafeMutableRawPointer? = realloc(nil, 10)
      let larger: UnsafeMutableRawPointer? = realloc(small, 100_000)
      #expect(small != nil && larger != nil)
      free(larger)
      free(nil)
    }
  }

  @Test("Many threads at once get blocks of their own")
  func threadsGetTheirOwn() async {
    await #expect(processExitsWith: .success) {
      guard espalier_keep_large_blocks() else { return }
      let mistakes = Atomic(0)
      DispatchQueue.concurrentPerform(iterations: 8) { thread in
        for turn in 0..<60 {
          let more = turn * 7919 + thread * 104_729
          let size = (4 << 20) + more % (3 << 20)
          guard let block = try? LargeBlock(size) else {
            mistakes.add(1, ordering: .relaxed)
            continue
          }
          block.mark(UInt8(thread), turn)
          sched_yield()
          if !block.isMarked(UInt8(thread), turn) { mistakes.add(1, ordering: .relaxed) }
          block.giveBack()
        }
      }
      #expect(mistakes.load(ordering: .relaxed) == 0)
    }
  }

  @Test("More blocks at once than are kept are served by the C library")
  func manyBlocks() async {
    await #expect(processExitsWith: .success) {
      guard espalier_keep_large_blocks() else { return }
      let blocks = try (0..<300).map { _ in try LargeBlock(4 << 20) }
      for (index, block) in blocks.enumerated() { block.mark(UInt8(index % 251), index) }
      for (index, block) in blocks.enumerated() {
        #expect(block.isMarked(UInt8(index % 251), index))
      }
      #expect(Set(blocks.map(\.start)).count == blocks.count)
      for block in blocks { block.giveBack() }
    }
  }

  @Test("Arrays of wide elements, whose memory Swift asks the size of, can be large")
  func arraysOfWideElements() async {
    await #expect(processExitsWith: .success) {
      guard espalier_keep_large_blocks() else { return }
      let half = 1 << 17
      var values = [SIMD16<Float>](repeating: .zero, count: half)
      for index in 0..<half { values.append(SIMD16(repeating: Float(index))) }
      #expect(values.count == 2 * half)
      let (last, sixth) = (values[half - 1], values[half + 5])
      #expect(last == SIMD16<Float>.zero)
      #expect(sixth == SIMD16<Float>(repeating: 5))
    }
  }
}

/// Memory as a plugin asks for it.
private struct LargeBlock: @unchecked Sendable {
  let start: UnsafeMutableRawPointer
  let size: Int

  init(start: UnsafeMutableRawPointer, size: Int) {
    self.start = start
    self.size = size
  }

  init(_ size: Int, alignment: Int = 64) throws {
    var block: UnsafeMutableRawPointer?
    try #require(posix_memalign(&block, alignment, size) == 0)
    start = try #require(block)
    self.size = size
  }

  func fill(_ byte: UInt8) { memset(start, Int32(byte), size) }

  /// Whether each byte is this one: the first is, and each is as the next.
  func isFilled(_ byte: UInt8) -> Bool {
    start.load(as: UInt8.self) == byte && memcmp(start, start + 1, size - 1) == 0
  }

  /// Writes to the first bytes and to the last one.
  func mark(_ byte: UInt8, _ turn: Int) {
    start.storeBytes(of: turn, as: Int.self)
    start.storeBytes(of: byte, toByteOffset: size - 1, as: UInt8.self)
  }

  func isMarked(_ byte: UInt8, _ turn: Int) -> Bool {
    start.load(as: Int.self) == turn
      && start.load(fromByteOffset: size - 1, as: UInt8.self) == byte
  }

  func giveBack() { free(start) }
}
#endif
