module @program {
  func.func public @main(%0: tensor<64x64xf32>, %1: tensor<4x16x8xf32>, %2: tensor<7xi32>) -> (tensor<64x64xf32>, tensor<4x16x16xf32>, tensor<7x64xf32>, tensor<64xf32>, tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32>) {
    %3 = stablehlo.dot_general %0, %0, contracting_dims = [1] x [0] : (tensor<64x64xf32>, tensor<64x64xf32>) -> tensor<64x64xf32>
    %4 = stablehlo.dot_general %1, %1, batching_dims = [0] x [0], contracting_dims = [2] x [2] : (tensor<4x16x8xf32>, tensor<4x16x8xf32>) -> tensor<4x16x16xf32>
    %5 = "stablehlo.gather"(%0, %2) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, indices_are_sorted = false, slice_sizes = array<i64: 1, 64>}> : (tensor<64x64xf32>, tensor<7xi32>) -> tensor<7x64xf32>
    %zero = stablehlo.constant dense<0.0> : tensor<f32>
    %6 = stablehlo.reduce(%3 init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<64x64xf32>, tensor<f32>) -> tensor<64xf32>
    %7 = stablehlo.sine %3 : tensor<64x64xf32>
    %8 = "stablehlo.sort"(%7) <{dimension = 1 : i64, is_stable = true}> ({
    ^bb0(%left: tensor<f32>, %right: tensor<f32>):
      %before = stablehlo.compare LT, %left, %right : (tensor<f32>, tensor<f32>) -> tensor<i1>
      stablehlo.return %before : tensor<i1>
    }) : (tensor<64x64xf32>) -> tensor<64x64xf32>
    %9 = stablehlo.sine %8 : tensor<64x64xf32>
    %first = stablehlo.constant dense<0> : tensor<i32>
    %10, %11 = "stablehlo.while"(%first, %0) ({
    ^bb0(%i: tensor<i32>, %x: tensor<64x64xf32>):
      %end = stablehlo.constant dense<5> : tensor<i32>
      %more = stablehlo.compare LT, %i, %end : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %more : tensor<i1>
    }, {
    ^bb0(%i: tensor<i32>, %x: tensor<64x64xf32>):
      %one = stablehlo.constant dense<1> : tensor<i32>
      %next = stablehlo.add %i, %one : tensor<i32>
      %y = stablehlo.dot_general %x, %x, contracting_dims = [1] x [0] : (tensor<64x64xf32>, tensor<64x64xf32>) -> tensor<64x64xf32>
      stablehlo.return %next, %y : tensor<i32>, tensor<64x64xf32>
    }) : (tensor<i32>, tensor<64x64xf32>) -> (tensor<i32>, tensor<64x64xf32>)
    return %3, %4, %5, %6, %8, %9, %11 : tensor<64x64xf32>, tensor<4x16x16xf32>, tensor<7x64xf32>, tensor<64xf32>, tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32>
  }
}
