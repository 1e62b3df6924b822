import Arrays
import EspalierTestSupport
import Foundation
import StableHLO
import Tensors
import Testing

@testable import LanguageModels

/// The custom calls for cuDNN's attention, beside those that JAX makes; there is no GPU to run them on.
@Suite struct CuDNNAttentionTests {
  /// What `Tests/Oracles/cudnn_attention.py` wrote.
  private func golden() throws -> [NSDictionary] {
    let path = TestPlugin.packageRoot.path + "/Tests/Fixtures/cudnn-attention/golden.json"
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [NSDictionary])
  }

  private func types(_ shape: [Int]) -> [TensorType] {
    let (batch, tokens, size) = (shape[0], shape[1], shape[4])
    return [shape[2], shape[3], shape[3]].map {
      TensorType(.bfloat16, [batch, tokens, $0, size])
    }
  }

  /// The calls of attention and its gradients in a program's text.
  private func calls(_ text: String) throws -> [NSDictionary] {
    let pattern =
      /custom_call @(__cudnn\$\w+)\(.*?\) \{api_version = (\d) : i32, backend_config = "(.*?)", operand_layouts = \[(.*?)\], result_layouts = \[(.*?)\]\} : (\(.*\) -> \(.*\))/
    return try text.matches(of: pattern).map { match in
      let configuration = match.3.replacing("\\22", with: "\"")
      return [
        "name": String(match.1), "version": try #require(Int(match.2)),
        "configuration": try JSONSerialization.jsonObject(with: Data(configuration.utf8)),
        "operandLayouts": String(match.4), "resultLayouts": String(match.5),
        "types": String(match.6),
      ] as NSDictionary
    }
  }

  @Test(arguments: [1, 2]) func callsAreThoseOfJAX(deviceCount: Int) throws {
    for entry in try golden() {
      var shape = try #require(entry["shape"] as? [Int])
      // Of several devices each makes the call of one on its rows.
      shape[0] *= deviceCount
      let function = try TracedFunction("attention", parameters: types(shape)) { inputs in
        let mixed = CuDNNAttention.attention(
          queries: inputs[0],
          keys: inputs[1],
          values: inputs[2],
          deviceCount: deviceCount
        )
        let loss = mixed.converted(to: .float32).sum()
        return gradient(of: loss, withRespectTo: inputs)
      }
      .distributed(
        over: deviceCount,
        parameters: [.split(axis: 0), .split(axis: 0), .split(axis: 0)],
        results: [.split(axis: 0), .split(axis: 0), .split(axis: 0)]
      )
      let expected = try #require(entry["calls"] as? [NSDictionary])
      let found = try calls(function.module.text)
      #expect(found == expected, "\(shape)")
      #expect(function.resultTypes == types(shape))
    }
  }

  /// Rows that are not causal, other numbers and other heads are computed in plain StableHLO.
  @Test func whatCuDNNCannotIsComposed() {
    func queries(_ elementType: ElementType, _ size: Int) -> Tensor {
      .zeros(TensorType(elementType, [2, 8, 4, size]))
    }
    let segments = Tensor.zeros(TensorType(.int32, [2, 8]))
    let prefixes = Tensor.zeros(TensorType(.int32, [2]))
    var near = Visibility()
    near.window = 4
    #expect(CuDNNAttention.canAttend(queries(.bfloat16, 64), Visibility()))
    #expect(!CuDNNAttention.canAttend(queries(.float32, 64), Visibility()))
    #expect(!CuDNNAttention.canAttend(queries(.bfloat16, 20), Visibility()))
    #expect(!CuDNNAttention.canAttend(queries(.bfloat16, 136), Visibility()))
    #expect(!CuDNNAttention.canAttend(queries(.bfloat16, 64), Visibility(segments: segments)))
    #expect(!CuDNNAttention.canAttend(queries(.bfloat16, 64), Visibility(prefixLengths: prefixes)))
    #expect(!CuDNNAttention.canAttend(queries(.bfloat16, 64), near))
    #expect(CuDNNAttention.canAttend(queries(.bfloat16, 64), Visibility(), deviceCount: 2))
    #expect(!CuDNNAttention.canAttend(queries(.bfloat16, 64), Visibility(), deviceCount: 4))
  }
}
