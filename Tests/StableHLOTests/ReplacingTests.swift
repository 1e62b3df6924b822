import Arrays
import StableHLO
import Testing

/// Programs with some of their operations replaced by others.
@Suite struct ReplacingTests {
  private static let square = DotDimensions(leftContracting: [1], rightContracting: [0])

  /// Squares a matrix before, in and after a loop, and a loop that follows.
  private func draft() throws -> Module {
    var draft = ModuleDraft()
    let matrix = draft.parameter(.float32, [2, 2])
    let goesOn = draft.parameter(.bool, [])
    let first = try draft.apply(.dot(Self.square), matrix, matrix)[0]
    let looped = try draft.doublingLoop([first, goesOn], by: .dot(Self.square))
    let last = try draft.apply(.dot(Self.square), looped[0], matrix)[0]
    let sum = try draft.apply(.binary(.add), last, first)
    return draft.module("squares", results: sum, donations: [0: 0])
  }

  private func replacement(
    _ operation: Operation,
    _ operands: [TensorType],
    _ results: [TensorType]
  )
    -> OperationReplacement?
  {
    guard case .dot = operation else { return nil }
    let scratch = TensorType(.float32, [7])
    let target = CustomCallTarget(name: "product", resultTypes: results + [scratch])
    return OperationReplacement(.customCall(target), extraResults: [scratch])
  }

  @Test("Operations are replaced in loops too, and further results get numbers of their own")
  func replacedText() throws {
    let text = try draft().replacingOperations(replacement).text
    #expect(
      text == """
        module @squares {
          func.func public @main(%0: tensor<2x2xf32> {tf.aliasing_output = 0 : i32}, %1: tensor<i1>) \
        -> (tensor<2x2xf32>) {
            %2, %12 = stablehlo.custom_call @product(%0, %0) {api_version = 4 : i32, \
        backend_config = {}} : (tensor<2x2xf32>, tensor<2x2xf32>) -> (tensor<2x2xf32>, tensor<7xf32>)
            %8, %9 = "stablehlo.while"(%2, %1) ({
            ^bb0(%3: tensor<2x2xf32>, %4: tensor<i1>):
              stablehlo.return %4 : tensor<i1>
            }, {
            ^bb0(%5: tensor<2x2xf32>, %6: tensor<i1>):
              %7, %13 = stablehlo.custom_call @product(%5, %5) {api_version = 4 : i32, \
        backend_config = {}} : (tensor<2x2xf32>, tensor<2x2xf32>) -> (tensor<2x2xf32>, tensor<7xf32>)
              stablehlo.return %7, %6 : tensor<2x2xf32>, tensor<i1>
            }) : (tensor<2x2xf32>, tensor<i1>) -> (tensor<2x2xf32>, tensor<i1>)
            %10, %14 = stablehlo.custom_call @product(%8, %0) {api_version = 4 : i32, \
        backend_config = {}} : (tensor<2x2xf32>, tensor<2x2xf32>) -> (tensor<2x2xf32>, tensor<7xf32>)
            %11 = stablehlo.add %10, %2 : tensor<2x2xf32>
            return %11 : tensor<2x2xf32>
          }
        }

        """
    )
  }

  @Test("What is asked about is each operation once, with its types; loops' conditions too")
  func whatIsAsked() throws {
    let matrix = TensorType(.float32, [2, 2])
    var asked: [Operation] = []
    let module = try draft()
    let same = module.replacingOperations { operation, operands, results in
      asked.append(operation)
      #expect(operands == [matrix, matrix] && results == [matrix])
      return nil
    }
    #expect(same == module)
    let dot = Operation.dot(Self.square)
    #expect(asked == [dot, dot, dot, .binary(.add)])
  }

  @Test("Without further results only the operation changes")
  func plainReplacement() throws {
    let module = try draft()
    let doubled = module.replacingOperations { operation, _, _ in
      if case .dot = operation { OperationReplacement(.binary(.add)) } else { nil }
    }
    let undone = doubled.text.components(separatedBy: "stablehlo.add").count - 1
    #expect(undone == 4)
    #expect(!doubled.text.contains("dot"))
    #expect(doubled.donations == module.donations && doubled.name == module.name)
  }
}
