import Arrays
import EspalierTestSupport
import PJRT
import Testing

@Suite struct ExecutionTests {
  @Test func anOutputHasItsTypeAndItsValues() throws {
    let client = try TestPlugin.client()
    let program = try client.compile(stableHLO: Programs.add)
    let left = try client.buffer(from: HostArray([1, 2, 3, 4] as [Float]))
    let right = try client.buffer(from: HostArray([10, 20, 30, 40] as [Float]))
    let outputs = try program.execute([left, right])
    #expect(program.name == "add")
    #expect(program.deviceCount == 1)
    #expect(outputs.map(\.type) == [TensorType(.float32, [4])])
    #expect(program.resultTypes == outputs.map(\.type))
    #expect(try outputs[0].copyToHost().values(as: Float.self) == [11, 22, 33, 44])
    #expect(try left.isDeleted == false)
    #expect(try outputs[0].device() == client.devices[0])
  }

  @Test func outputsComeInTheOrderOfTheResults() throws {
    let client = try TestPlugin.client()
    let program = try client.compile(
      stableHLO: """
        module @three {
          func.func public @main(%a: tensor<2x3xf32>)
              -> (tensor<f64>, tensor<2x3xf32>, tensor<0x5xi32>, tensor<2x1x3xi1>) {
            %0 = stablehlo.constant dense<2.5> : tensor<f64>
            %1 = stablehlo.negate %a : tensor<2x3xf32>
            %2 = stablehlo.constant dense<> : tensor<0x5xi32>
            %3 = stablehlo.compare GT, %a, %1 : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xi1>
            %4 = stablehlo.reshape %3 : (tensor<2x3xi1>) -> tensor<2x1x3xi1>
            return %0, %1, %2, %4
              : tensor<f64>, tensor<2x3xf32>, tensor<0x5xi32>, tensor<2x1x3xi1>
          }
        }
        """
    )
    let input = HostArray([1, -2, 3, -4, 5, -6] as [Float], shape: [2, 3])
    let outputs = try program.execute([client.buffer(from: input)])
    #expect(
      outputs.map(\.type) == [
        TensorType(.float64, .scalar), TensorType(.float32, [2, 3]), TensorType(.int32, [0, 5]),
        TensorType(.bool, [2, 1, 3]),
      ]
    )
    #expect(try outputs[0].copyToHost() == HostArray(scalar: 2.5))
    #expect(try outputs[1].copyToHost().values(as: Float.self) == [-1, 2, -3, 4, -5, 6])
    #expect(try outputs[2].copyToHost().bytes.isEmpty)
    #expect(
      try outputs[3].copyToHost().values(as: Bool.self) == [true, false, true, false, true, false]
    )
  }

  @Test func aProgramNeedsNeitherArgumentsNorResults() throws {
    let client = try TestPlugin.client()
    let constant = try client.compile(
      stableHLO: """
        module @constant {
          func.func public @main() -> tensor<i32> {
            %0 = stablehlo.constant dense<7> : tensor<i32>
            return %0 : tensor<i32>
          }
        }
        """
    )
    #expect(try constant.execute([])[0].copyToHost() == HostArray(scalar: Int32(7)))
    let nothing = try client.compile(
      stableHLO: "module @nothing { func.func public @main() { return } }"
    )
    #expect(nothing.resultTypes.isEmpty)
    #expect(try nothing.execute([]).isEmpty)
    #expect(try nothing.execute(perDevice: [[]]).map(\.count) == [0])
  }

  /// The output of one execution is the input of the next, with no wait between them.
  @Test func executionsFollowEachOther() throws {
    let client = try TestPlugin.client()
    let program = try client.compile(stableHLO: Programs.addInPlace)
    let one = try client.buffer(from: HostArray([Float](repeating: 1, count: 1024)))
    var sum = try client.buffer(from: HostArray([Float](repeating: 0, count: 1024)))
    for _ in 0..<200 {
      sum = try program.execute([sum, one])[0]
    }
    #expect(try sum.copyToHost().values() == [Float](repeating: 200, count: 1024))
  }

  @Test func threadsShareAProgram() async throws {
    let client = try TestPlugin.client()
    let program = try client.compile(stableHLO: Programs.add)
    let sums = try await withThrowingTaskGroup(of: (Int, [Float]).self) { group in
      for index in 0..<32 {
        group.addTask {
          let input = try client.buffer(from: HostArray([Float](repeating: Float(index), count: 4)))
          return (index, try program.execute([input, input])[0].copyToHost().values())
        }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    #expect(sums.count == 32)
    for (index, sum) in sums {
      #expect(sum == [Float](repeating: 2 * Float(index), count: 4))
    }
  }

  @Test func tooFewArgumentsAreRefusedInXLAsWords() throws {
    let client = try TestPlugin.client()
    let program = try client.compile(stableHLO: Programs.add)
    let input = try client.buffer(from: HostArray([1, 2, 3, 4] as [Float]))
    let error = #expect(throws: PJRTError.self) { try program.execute([input]) }
    guard case .call(let name, let code, let message) = error else {
      Issue.record("got \(String(describing: error))")
      return
    }
    #expect(name == "PJRT_LoadedExecutable_Execute")
    #expect(code == .invalidArgument)
    #expect(message.contains("1") && message.contains("2"))
  }

  @Test func anArgumentOfAnotherShapeIsRefusedInXLAsWords() throws {
    let client = try TestPlugin.client()
    let program = try client.compile(stableHLO: Programs.add)
    let fits = try client.buffer(from: HostArray([1, 2, 3, 4] as [Float]))
    let short = try client.buffer(from: HostArray([1, 2] as [Float]))
    let error = #expect(throws: PJRTError.self) {
      try program.execute([fits, short])[0].copyToHost()
    }
    guard case .call(_, .invalidArgument, _) = error else {
      Issue.record("got \(String(describing: error))")
      return
    }
  }
}
