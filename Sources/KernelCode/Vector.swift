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
