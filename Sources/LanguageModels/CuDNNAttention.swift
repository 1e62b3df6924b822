import Arrays
import StableHLO
import Tensors

// B batch, T tokens, H query heads, K key and value heads, C head size.

/// Attention by NVIDIA's cuDNN, on its GPUs.
///
/// XLA's compiler knows two custom calls: one computes attention and the statistics of its softmax, the other
/// the gradients from these, and neither ever holds the scores of all pairs of tokens. They take bfloat16 and causal rows; other
/// rows (packed documents, prefixes, windows) and other numbers are computed as ``ComposedOperations`` says.
///
/// Source: XLA's message `CudnnfMHABackendConfig` (`xla/service/gpu/backend_configs.proto`); Dao 2023, "FlashAttention-2",
/// arXiv 2307.08691, for the algorithm.
enum CuDNNAttention {
  /// Whether cuDNN computes attention of such queries `[B, T, H, C]`, on each of several devices for its rows.
  ///
  /// Source: the checks of JAX's `jax.nn.dot_product_attention` for cuDNN 9: half precision, heads of a multiple of 8 up to 128.
  static func canAttend(
    _ queries: Tensor,
    _ visibility: Visibility,
    deviceCount: Int = 1
  ) -> Bool {
    let size = queries.shape[3]
    return queries.elementType == .bfloat16 && size.isMultiple(of: 8) && size <= 128
      && visibility.isCausal && queries.shape[0].isMultiple(of: deviceCount)
  }

  /// Causal attention of queries `[B, T, H, C]` to keys and values `[B, T, K, C]` that have been turned; as the queries.
  static func attention(
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    deviceCount: Int = 1
  ) -> Tensor {
    let calls = Calls(queries: queries, keyHeads: keys.shape[2], deviceCount: deviceCount)
    let results = Tensor.customCall(calls.forward, [queries, keys, values]) {
      operands,
      results,
      cotangents in
      let gradients = Tensor.customCall(
        calls.backward,
        operands + [results[1]] + [cotangents[0], results[0]].map { $0.transposed([0, 2, 1, 3]) }
      )
      return gradients.dropLast().map { $0.transposed([0, 2, 1, 3]) }
    }
    return results[0].transposed([0, 2, 1, 3])
  }
}

/// The custom calls of attention between given heads.
private struct Calls {
  let batch, length, heads, keyHeads, size: Int
  /// The rows that a call is made for.
  let rows: Int

  init(queries: Tensor, keyHeads: Int, deviceCount: Int) {
    rows = queries.shape[0] / deviceCount
    (batch, length) = (queries.shape[0], queries.shape[1])
    (heads, size) = (queries.shape[2], queries.shape[3])
    self.keyHeads = keyHeads
  }

  /// From queries, keys and values to `[B, H, T, C]`, the softmax's statistics `[B, H, T]`, and room to work in.
  var forward: CustomCallTarget {
    target(
      "__cudnn$fmhaSoftmax",
      [headsType(heads), TensorType(.float32, [batch, heads, length])],
      [
        ("bmm1", Dots(contracting: (3, 3), left: (0, 2), right: (0, 2))),
        ("bmm2", Dots(contracting: (3, 1), left: (0, 1), right: (0, 2))),
      ]
    )
  }

  /// From queries, keys, values, statistics, the cotangent of the result and the result to the gradients of the first three.
  var backward: CustomCallTarget {
    target(
      "__cudnn$fmhaSoftmaxBackward",
      [heads, keyHeads, keyHeads].map(headsType),
      [
        ("bmm1_grad_gemm1", Dots(contracting: (2, 1), left: (0, 1), right: (0, 2))),
        ("bmm1_grad_gemm2", Dots(contracting: (3, 1), left: (0, 1), right: (0, 2))),
        ("bmm2_grad_gemm1", Dots(contracting: (2, 1), left: (0, 1), right: (0, 2))),
        ("bmm2_grad_gemm2", Dots(contracting: (3, 3), left: (0, 2), right: (0, 2))),
      ]
    )
  }

  /// The axes of a product's operands: the one that is summed over, and the two of batch and heads.
  private struct Dots {
    let contracting, left, right: (Int, Int)
  }

  private func headsType(_ heads: Int) -> TensorType {
    TensorType(.bfloat16, [batch, heads, length, size])
  }

  private func target(
    _ name: String,
    _ results: [TensorType],
    _ dots: [(String, Dots)]
  ) -> CustomCallTarget {
    CustomCallTarget(
      name: name,
      resultTypes: results + [TensorType(.uint8, [0])],
      opaque: OpaqueConfiguration(
        text: configuration(dots),
        // Heads lie beside each other token by token, as in the operands.
        resultLayouts: results.map { $0.shape.rank == 4 ? [3, 1, 2, 0] : [2, 1, 0] } + [[0]]
      ),
      isPerDevice: true
    )
  }

  /// What XLA has to know besides the operands, as its message in JSON, in which whole numbers of 64 bits are texts.
  private func configuration(_ dots: [(String, Dots)]) -> String {
    func texts(_ values: [Int]) -> String {
      "[\(values.map { "\"\($0)\"" }.joined(separator: ", "))]"
    }
    let algorithm = """
      "algorithm": {"algo_id": "0", "math_type": "TENSOR_OP_MATH", "tuning_knobs": {"17": "1", "24": "0"}, \
      "is_cudnn_frontend": true, "workspace_size": "0"}
      """
    let scores = """
      "intermediate_tensor_shape": {"element_type": "BF16", \
      "dimensions": \(texts([rows, heads, length, length])), "tuple_shapes": [], \
      "layout": {"dim_level_types": [], "dim_unique": [], "dim_ordered": [], \
      "minor_to_major": ["3", "2", "1", "0"], "tiles": [], "element_size_in_bits": "0", \
      "memory_space": "0", "index_primitive_type": "PRIMITIVE_TYPE_INVALID", \
      "pointer_primitive_type": "PRIMITIVE_TYPE_INVALID", "dynamic_shape_metadata_prefix_bytes": "0"}, \
      "is_dynamic_dimension": [false, false, false, false]}
      """
    let products = dots.map { name, dots in
      """
      "\(name)_dot_dimension_numbers": {\
      "lhs_contracting_dimensions": \(texts([dots.contracting.0])), \
      "rhs_contracting_dimensions": \(texts([dots.contracting.1])), \
      "lhs_batch_dimensions": \(texts([dots.left.0, dots.left.1])), \
      "rhs_batch_dimensions": \(texts([dots.right.0, dots.right.1]))}
      """
    }
    let scale = 1 / Double(size).squareRoot()
    let attention =
      [algorithm, "\"fmha_scale\": \(scale)", scores, "\"is_flash_attention\": true"]
      + ["\"mask_type\": \"CAUSAL\""] + products + [
        "\"dropout_rate\": 0.0, \"seed\": 42, \"sliding_window_length\": 0",
        "\"max_seg_per_batch\": 1, \"is_paged_attention\": false",
      ]
    return "{\"operation_queue_id\": \"0\", \"cudnn_fmha_backend_config\": "
      + "{\(attention.joined(separator: ", "))}}"
  }
}
