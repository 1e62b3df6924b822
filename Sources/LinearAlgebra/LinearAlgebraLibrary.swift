import CLAPACK

/// OpenBLAS and LAPACK, which do the work, on one thread a call: callers run beside each other.
///
/// They are opened when they are first needed. OpenBLAS has to be a build with threads all the same: one without guards
/// its memory against nothing, and two calls at the same time give wrong numbers now and then.
package enum LinearAlgebraLibrary {
  /// Opens the libraries, if they are not open.
  ///
  /// - Throws: ``LinearAlgebraError/noLibrary(_:)``.
  package static func open() throws(LinearAlgebraError) {
    if let problem = espalier_lapack_problem() { throw .noLibrary(String(cString: problem)) }
  }

  /// Whether calls from several threads are safe.
  package static var isSafeWithThreads: Bool { !description.contains("SINGLE_THREADED") }

  /// What OpenBLAS says of itself, its version first, such as `0.3.21 NO_LAPACKE DYNAMIC_ARCH SkylakeX`.
  package static var description: String {
    guard let text = espalier_blas_configuration() else { return "version not told" }
    return String(cString: text).split(separator: " ").drop { $0 == "OpenBLAS" }
      .joined(separator: " ")
  }
}
