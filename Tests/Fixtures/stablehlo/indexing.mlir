module @indexing {
  func.func public @main(%0: tensor<5x3xf32>, %1: tensor<4xi32>) -> (tensor<5x3xf32>, tensor<5x3xf32>, tensor<5x3xi32>, tensor<5x3xf32>) {
    %2 = "stablehlo.gather"(%0, %1) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, indices_are_sorted = false, slice_sizes = array<i64: 1, 3>}> : (tensor<5x3xf32>, tensor<4xi32>) -> tensor<4x3xf32>
    %3 = "stablehlo.scatter"(%0, %1, %2) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, indices_are_sorted = false, unique_indices = false}> ({
    ^bb0(%old: tensor<f32>, %new: tensor<f32>):
      %sum = stablehlo.add %old, %new : tensor<f32>
      stablehlo.return %sum : tensor<f32>
    }) : (tensor<5x3xf32>, tensor<4xi32>, tensor<4x3xf32>) -> tensor<5x3xf32>
    %4 = stablehlo.iota dim = 0 : tensor<5x3xi32>
    %5, %6 = "stablehlo.sort"(%0, %4) <{dimension = 0 : i64, is_stable = true}> ({
    ^bb0(%left0: tensor<f32>, %right0: tensor<f32>, %left1: tensor<i32>, %right1: tensor<i32>):
      %before = stablehlo.compare GT, %left0, %right0 : (tensor<f32>, tensor<f32>) -> tensor<i1>
      stablehlo.return %before : tensor<i1>
    }) : (tensor<5x3xf32>, tensor<5x3xi32>) -> (tensor<5x3xf32>, tensor<5x3xi32>)
    %7 = "stablehlo.sort"(%0) <{dimension = 1 : i64, is_stable = true}> ({
    ^bb0(%left0: tensor<f32>, %right0: tensor<f32>):
      %before = stablehlo.compare LT, %left0, %right0 : (tensor<f32>, tensor<f32>) -> tensor<i1>
      stablehlo.return %before : tensor<i1>
    }) : (tensor<5x3xf32>) -> tensor<5x3xf32>
    return %3, %5, %6, %7 : tensor<5x3xf32>, tensor<5x3xf32>, tensor<5x3xi32>, tensor<5x3xf32>
  }
}
