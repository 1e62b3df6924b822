module @contractions {
  func.func public @main(%0: tensor<2x4x3xf32>, %1: tensor<2x3x5xf32>) -> (tensor<2x4x5xf32>, tensor<2x5x2x4xf32>, tensor<2x2x5xf32>) {
    %2 = stablehlo.dot_general %0, %1, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<2x4x3xf32>, tensor<2x3x5xf32>) -> tensor<2x4x5xf32>
    %3 = stablehlo.dot_general %1, %0, contracting_dims = [1] x [2] : (tensor<2x3x5xf32>, tensor<2x4x3xf32>) -> tensor<2x5x2x4xf32>
    %neutral4 = stablehlo.constant dense<0.0> : tensor<f32>
    %4 = stablehlo.reduce(%0 init: %neutral4) applies stablehlo.add across dimensions = [0, 2] : (tensor<2x4x3xf32>, tensor<f32>) -> tensor<4xf32>
    %neutral5 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %5 = stablehlo.reduce(%0 init: %neutral5) applies stablehlo.maximum across dimensions = [] : (tensor<2x4x3xf32>, tensor<f32>) -> tensor<2x4x3xf32>
    %6 = stablehlo.convolution(%0, %1) dim_numbers = [b, 0, f]x[0, i, o]->[b, 0, f], window = {stride = [2], pad = [[1, 0]], lhs_dilate = [1], rhs_dilate = [1]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<2x4x3xf32>, tensor<2x3x5xf32>) -> tensor<2x2x5xf32>
    return %2, %3, %6 : tensor<2x4x5xf32>, tensor<2x5x2x4xf32>, tensor<2x2x5xf32>
  }
}
