module @constants {
  func.func public @main() -> (tensor<f32>, tensor<2xi32>, tensor<3xf64>, tensor<2x2xf32>, tensor<bf16>, tensor<2x1xi1>, tensor<0x2xf32>, tensor<2x3xi32>) {
    %0 = stablehlo.constant dense<1.0> : tensor<f32>
    %1 = stablehlo.constant dense<[1, 2]> : tensor<2xi32>
    %2 = stablehlo.constant dense<[1.5, -0.0, 0x7FF8000000000000]> : tensor<3xf64>
    %3 = stablehlo.constant dense<"0x0000803F000000400000404000008040"> : tensor<2x2xf32>
    %4 = stablehlo.constant dense<0x3F80> : tensor<bf16>
    %5 = stablehlo.constant dense<[[true], [false]]> : tensor<2x1xi1>
    %6 = stablehlo.constant dense<> : tensor<0x2xf32>
    %7 = stablehlo.iota dim = 1 : tensor<2x3xi32>
    return %0, %1, %2, %3, %4, %5, %6, %7 : tensor<f32>, tensor<2xi32>, tensor<3xf64>, tensor<2x2xf32>, tensor<bf16>, tensor<2x1xi1>, tensor<0x2xf32>, tensor<2x3xi32>
  }
}
