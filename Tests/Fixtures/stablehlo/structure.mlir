module @structure {
  func.func public @main(%0: tensor<2xf32> {tf.aliasing_output = 0 : i32}, %1: tensor<i1>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
    %7, %8 = "stablehlo.while"(%0, %1) ({
    ^bb0(%2: tensor<2xf32>, %3: tensor<i1>):
      stablehlo.return %3 : tensor<i1>
    }, {
    ^bb0(%4: tensor<2xf32>, %5: tensor<i1>):
      %6 = stablehlo.add %4, %4 : tensor<2xf32>
      stablehlo.return %6, %5 : tensor<2xf32>, tensor<i1>
    }) : (tensor<2xf32>, tensor<i1>) -> (tensor<2xf32>, tensor<i1>)
    %9, %10 = stablehlo.optimization_barrier %7, %8 : tensor<2xf32>, tensor<i1>
    %11, %12 = stablehlo.custom_call @twice(%9) {api_version = 4 : i32, backend_config = {axis = 0 : i64, scale = 2.0 : f32}, output_operand_aliases = [#stablehlo.output_operand_alias<output_tuple_indices = [1], operand_index = 0, operand_tuple_indices = []>]} : (tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
    return %7, %11, %12 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
  }
}
