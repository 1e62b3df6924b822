import Arrays
import PJRT

let client = try Client.onOneDevice(of: Plugin(path: CommandLine.arguments[1]))
let program = try client.compile(
  stableHLO: """
    module @sum {
      func.func public @main(%a: tensor<3xf32>, %b: tensor<3xf32>) -> tensor<3xf32> {
        %sum = stablehlo.add %a, %b : tensor<3xf32>
        return %sum : tensor<3xf32>
      }
    }
    """
)
let a = try client.buffer(from: HostArray([1, 2, 3] as [Float]))
let b = try client.buffer(from: HostArray([10, 20, 30] as [Float]))
let sum = try program.execute([a, b])[0].copyToHost()
print(sum.type, sum.values(as: Float.self))
