module @movement {
  func.func public @main(%0: tensor<2x3xf32>, %1: tensor<f32>, %2: tensor<i32>) -> (tensor<2x3xf32>) {
    %3 = stablehlo.broadcast_in_dim %0, dims = [1, 2] : (tensor<2x3xf32>) -> tensor<4x2x3xf32>
    %4 = stablehlo.reshape %0 : (tensor<2x3xf32>) -> tensor<6xf32>
    %5 = stablehlo.transpose %0, dims = [1, 0] : (tensor<2x3xf32>) -> tensor<3x2xf32>
    %6 = stablehlo.slice %0 [0:1:1, 1:3:2] : (tensor<2x3xf32>) -> tensor<1x1xf32>
    %7 = stablehlo.dynamic_slice %0, %2, %2, sizes = [1, 1] : (tensor<2x3xf32>, tensor<i32>, tensor<i32>) -> tensor<1x1xf32>
    %8 = stablehlo.dynamic_update_slice %0, %6, %2, %2 : (tensor<2x3xf32>, tensor<1x1xf32>, tensor<i32>, tensor<i32>) -> tensor<2x3xf32>
    %9 = stablehlo.concatenate %0, %0, dim = 0 : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<4x3xf32>
    %10 = stablehlo.pad %0, %1, low = [0, -1], high = [1, 0], interior = [0, 2] : (tensor<2x3xf32>, tensor<f32>) -> tensor<3x6xf32>
    %11 = stablehlo.reverse %0, dims = [0] : tensor<2x3xf32>
    return %11 : tensor<2x3xf32>
  }
}
