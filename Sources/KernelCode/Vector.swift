// One source, built once for each instruction set: the settings in Package.swift choose the vector and say
// how many registers there are. `Real` is Float, and Double in the build that tests compare closely.

#if KERNEL_DOUBLE
typealias Real = Double
typealias Vector = SIMD8<Double>
typealias CodeVector = SIMD8<Int8>
#elseif KERNEL_512
typealias Real = Float
typealias Vector = SIMD16<Float>
typealias CodeVector = SIMD16<Int8>
#elseif KERNEL_256
typealias Real = Float
typealias Vector = SIMD8<Float>
typealias CodeVector = SIMD8<Int8>
#else
typealias Real = Float
typealias Vector = SIMD4<Float>
typealias CodeVector = SIMD4<Int8>
#endif

typealias RealPointer = UnsafeMutablePointer<Real>
typealias ConstRealPointer = UnsafePointer<Real>

/// The number of elements of a vector.
let laneCount = Vector.scalarCount

/// What hides a score: so far below any real one that its exponential vanishes, and still finite.
let hiddenScore: Real = -1e30

/// The greater of each two lanes.
///
/// `pointwiseMax` of the standard library works lane by lane.
@inline(__always)
func greater(_ first: Vector, _ second: Vector) -> Vector {
  first.replacing(with: second, where: second .> first)
}

/// The greatest lane.
///
/// `max` of the standard library works lane by lane.
@inline(__always)
func greatestLane(_ vector: SIMD16<Real>) -> Real {
  let (low, high) = (vector.lowHalf, vector.highHalf)
  return greatestLane(low.replacing(with: high, where: high .> low))
}

@inline(__always)
func greatestLane(_ vector: SIMD8<Real>) -> Real {
  let (low, high) = (vector.lowHalf, vector.highHalf)
  return greatestLane(low.replacing(with: high, where: high .> low))
}

@inline(__always)
func greatestLane(_ vector: SIMD4<Real>) -> Real {
  max(max(vector[0], vector[1]), max(vector[2], vector[3]))
}

/// The sums of neighbouring lanes, of the first vector in the lower half and of the second in the upper one.
///
/// A tree of them adds up the lanes of as many vectors as these have lanes, in order.
@inline(__always)
func pairSums(_ first: Vector, _ second: Vector) -> Vector {
  Vector(lowHalf: first.evenHalf, highHalf: second.evenHalf)
    + Vector(lowHalf: first.oddHalf, highHalf: second.oddHalf)
}

/// The sum of products of each two elements.
@inline(__always)
func dot(_ first: ConstRealPointer, _ second: ConstRealPointer, count: Int) -> Real {
  var sum = Vector.zero
  let whole = count / laneCount * laneCount
  for place in stride(from: 0, to: whole, by: laneCount) {
    sum = sum.addingProduct((first + place).vector, (second + place).vector)
  }
  var total = sum.sum()
  for place in whole..<count { total += first[place] * second[place] }
  return total
}

extension UnsafePointer<Real> {
  /// The vector that starts here; no alignment is needed.
  @inline(__always) var vector: Vector {
    UnsafeRawPointer(self).loadUnaligned(as: Vector.self)
  }
}

extension UnsafeMutablePointer<Real> {
  /// The vector that starts here; no alignment is needed.
  @inline(__always) var vector: Vector {
    get { UnsafeRawPointer(self).loadUnaligned(as: Vector.self) }
    nonmutating set { UnsafeMutableRawPointer(self).storeBytes(of: newValue, as: Vector.self) }
  }

  /// Writes zeros.
  @inline(__always) func clear(_ count: Int) {
    update(repeating: 0, count: count)
  }
}

extension Int {
  /// The least multiple that is not below the number.
  @inline(__always) func roundedUp(toMultipleOf step: Int) -> Int {
    (self + step - 1) / step * step
  }
}
