/// The body of a loop while it is traced; each tensor knows the innermost one it depends on.
///
/// What a body uses from outside is thereby recognised without any list of open bodies.
final class Scope: Sendable {
  let depth: Int

  init(depth: Int) {
    self.depth = depth
  }

  /// How many loop bodies the current task is tracing inside of.
  @TaskLocal static var currentDepth = 0
}
