/// The sizes that programs are compiled for, so that no text needs one of its own.
package enum ProgramSize {
  /// The least power of two that is not below a count.
  package static func powerOfTwo(atLeast count: Int) -> Int {
    var power = 1
    while power < count { power *= 2 }
    return power
  }
}
