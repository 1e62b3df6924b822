/// The angles of rotary positions: `[length, headSize / 2]` cosines and sines.
///
/// Coordinate `i` of a head is paired with `i + headSize / 2`. Source: Su et al. 2021, "RoFormer",
/// section 3.2.2, in the layout of the published Llama weights.
struct Rotation {
  let cosines: ConstRealPointer
  let sines: ConstRealPointer
  let headSize: Int

  /// Turns a head's coordinates by the angles of a position.
  @inline(__always)
  func rotate(_ source: ConstRealPointer, at position: Int, scale: Real, into target: RealPointer) {
    turn(source, at: position, scale: scale, direction: 1, into: target)
  }

  /// Turns a head's coordinates back, which is also how the gradient flows through the rotation.
  @inline(__always)
  func unrotate(_ source: ConstRealPointer, at position: Int, scale: Real, into target: RealPointer)
  {
    turn(source, at: position, scale: scale, direction: -1, into: target)
  }

  @inline(__always)
  private func turn(
    _ source: ConstRealPointer,
    at position: Int,
    scale: Real,
    direction: Real,
    into target: RealPointer
  ) {
    let half = headSize / 2
    let (cosines, sines) = (cosines + position * half, sines + position * half)
    var pair = 0
    while pair + laneCount <= half {
      let (first, second) = ((source + pair).vector, (source + half + pair).vector)
      let cosine = (cosines + pair).vector * scale
      let sine = (sines + pair).vector * (scale * direction)
      (target + pair).vector = first * cosine - second * sine
      (target + half + pair).vector = second * cosine + first * sine
      pair += laneCount
    }
    while pair < half {
      let (first, second) = (source[pair], source[half + pair])
      let (cosine, sine) = (cosines[pair] * scale, sines[pair] * (scale * direction))
      target[pair] = first * cosine - second * sine
      target[half + pair] = second * cosine + first * sine
      pair += 1
    }
  }
}
