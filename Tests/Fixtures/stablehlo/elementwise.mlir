module @elementwise {
  func.func public @main(%0: tensor<2xf32>, %1: tensor<2xf32>) -> (tensor<2xf32>) {
    %2 = stablehlo.compare LT, %0, %1 : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi1>
    %3 = stablehlo.exponential %0 : tensor<2xf32>
    %4 = stablehlo.is_finite %0 : (tensor<2xf32>) -> tensor<2xi1>
    %5 = chlo.erf %0 : tensor<2xf32> -> tensor<2xf32>
    %6 = stablehlo.convert %0 : (tensor<2xf32>) -> tensor<2xbf16>
    %7 = stablehlo.bitcast_convert %0 : (tensor<2xf32>) -> tensor<2xui32>
    %8 = stablehlo.select %2, %0, %1 : tensor<2xi1>, tensor<2xf32>
    %9 = stablehlo.clamp %0, %8, %1 : tensor<2xf32>
    %10 = stablehlo.add %9, %1 : tensor<2xf32>
    return %10 : tensor<2xf32>
  }
}
