/// StableHLO programs that several suites run.
enum Programs {
  /// `a + b`.
  static let add = """
    module @add {
      func.func public @main(%a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {
        %0 = stablehlo.add %a, %b : tensor<4xf32>
        return %0 : tensor<4xf32>
      }
    }
    """

  /// `a + b` in the memory of `a`.
  static let addInPlace = """
    module @add_in_place {
      func.func public @main(
        %a: tensor<1024xf32> {tf.aliasing_output = 0 : i32}, %b: tensor<1024xf32>
      ) -> tensor<1024xf32> {
        %0 = stablehlo.add %a, %b : tensor<1024xf32>
        return %0 : tensor<1024xf32>
      }
    }
    """

  /// `transpose(x) · (x · w)` with the rows of `x` split over two devices.
  static let partitionedProduct = """
    module @partitioned attributes {mhlo.num_partitions = 2 : i32, mhlo.num_replicas = 1 : i32} {
      func.func public @main(
        %x: tensor<4x8xf32> {mhlo.sharding = "{devices=[2,1]<=[2]}"},
        %w: tensor<8x2xf32> {mhlo.sharding = "{replicated}"}
      ) -> (
        tensor<8x2xf32> {mhlo.sharding = "{replicated}"},
        tensor<4x2xf32> {mhlo.sharding = "{devices=[2,1]<=[2]}"}
      ) {
        %y = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0]
          : (tensor<4x8xf32>, tensor<8x2xf32>) -> tensor<4x2xf32>
        %g = stablehlo.dot_general %x, %y, contracting_dims = [0] x [0]
          : (tensor<4x8xf32>, tensor<4x2xf32>) -> tensor<8x2xf32>
        return %g, %y : tensor<8x2xf32>, tensor<4x2xf32>
      }
    }
    """

  /// The product of two square matrices.
  static func product(extent: Int) -> String {
    let type = "tensor<\(extent)x\(extent)xf32>"
    return """
      module @product {
        func.func public @main(%a: \(type), %b: \(type)) -> \(type) {
          %0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0]
            : (\(type), \(type)) -> \(type)
          return %0 : \(type)
        }
      }
      """
  }

  /// Its one argument, of any type.
  static func identity(_ type: String) -> String {
    """
    module @identity {
      func.func public @main(%a: \(type)) -> \(type) {
        return %a : \(type)
      }
    }
    """
  }
}
