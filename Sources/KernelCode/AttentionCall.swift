import Arrays
import KernelInterface
import PJRT

/// The custom call `attention`: queries, keys, values, cosines, sines and, if documents are kept apart,
/// their numbers, and if there are prefixes, their lengths, to the result, the logarithms of the weights'
/// sums and scratch memory.
///
/// Attributes, all int32: `batch`, `length`, `heads`, `key_heads`, `head_size`, `workers` and, if there
/// are prefixes, `has_prefixes`.
let attentionCall = CustomCall(name: "espalier.\(kernelSetName).attention") { frame in
  CustomCallFrame.handle(frame) { call in
    guard let (attention, workers) = call.attention(moreInputs: 0),
      let result = call.output(0)?.mutableValues(as: Real.self),
      let logSums = call.output(1)?.mutableValues(as: Real.self),
      let scratch = call.output(2)?.mutableValues(as: Real.self),
      let resultStart = result.baseAddress, let logSumStart = logSums.baseAddress,
      let scratchStart = scratch.baseAddress
    else { return .failure("attention: operands or attributes are missing or do not fit") }
    let shape = attention.shape
    guard result.count == shape.queryCount, logSums.count == shape.rowCount,
      scratch.count >= workers.count * AttentionForward.Plan(shape).count
    else { return .failure("attention: sizes do not fit: \(shape)") }
    AttentionForward(attention: attention, result: resultStart, logSums: logSumStart)
      .run(scratch: scratchStart, workers: workers)
    return .success
  }
}

/// The custom call `attention_gradient`: what `attention` takes, then its result, its logarithms of sums and
/// the gradient by the result, to the gradients by queries, keys and values and scratch memory.
let attentionGradientCall = CustomCall(
  name: "espalier.\(kernelSetName).attention_gradient"
) { frame in
  CustomCallFrame.handle(frame) { call in
    guard let (attention, workers) = call.attention(moreInputs: 3),
      let result = call.input(call.inputCount - 3)?.values(as: Real.self),
      let logSums = call.input(call.inputCount - 2)?.values(as: Real.self),
      let gradient = call.input(call.inputCount - 1)?.values(as: Real.self),
      let queries = call.output(0)?.mutableValues(as: Real.self),
      let keys = call.output(1)?.mutableValues(as: Real.self),
      let values = call.output(2)?.mutableValues(as: Real.self),
      let scratch = call.output(3)?.mutableValues(as: Real.self),
      let resultStart = result.baseAddress, let logSumStart = logSums.baseAddress,
      let gradientStart = gradient.baseAddress, let queryStart = queries.baseAddress,
      let keyStart = keys.baseAddress, let valueStart = values.baseAddress,
      let scratchStart = scratch.baseAddress
    else { return .failure("attention_gradient: operands are missing or do not fit") }
    let shape = attention.shape
    guard result.count == shape.queryCount, gradient.count == shape.queryCount,
      logSums.count == shape.rowCount, queries.count == shape.queryCount,
      keys.count == shape.keyCount, values.count == shape.keyCount,
      scratch.count >= workers.count * AttentionBackward.Plan(shape).count
    else { return .failure("attention_gradient: sizes do not fit: \(shape)") }
    AttentionBackward(
      attention: attention,
      result: resultStart,
      logSums: logSumStart,
      gradient: gradientStart,
      queryGradient: queryStart,
      keyGradient: keyStart,
      valueGradient: valueStart
    ).run(scratch: scratchStart, workers: workers)
    return .success
  }
}

extension CustomCallFrame {
  /// The operands that both directions share, and who works; nil if they do not fit.
  fileprivate func attention(moreInputs: Int) -> (Attention, Workers)? {
    guard let batch = size("batch"), let length = size("length"), let heads = size("heads"),
      let keyHeads = size("key_heads"), let headSize = size("head_size"), let workers, batch > 0,
      length > 0, keyHeads > 0, heads > 0, heads % keyHeads == 0,
      headSize > 0, headSize % 2 == 0
    else { return nil }
    let hasPrefixes = attribute("has_prefixes", as: Int32.self) == 1
    let sharedCount = inputCount - moreInputs - (hasPrefixes ? 1 : 0)
    let shape = AttentionShape(
      batch: batch,
      length: length,
      headCount: heads,
      keyHeadCount: keyHeads,
      headSize: headSize,
      separatesDocuments: sharedCount == 6,
      hasPrefixes: hasPrefixes
    )
    let angleCount = shape.length * shape.headSize / 2
    guard sharedCount == 5 || shape.separatesDocuments,
      let queries = input(0)?.values(as: Real.self), queries.count == shape.queryCount,
      let keys = input(1)?.values(as: Real.self), keys.count == shape.keyCount,
      let values = input(2)?.values(as: Real.self), values.count == shape.keyCount,
      let cosines = input(3)?.values(as: Real.self), cosines.count == angleCount,
      let sines = input(4)?.values(as: Real.self), sines.count == angleCount,
      let queryStart = queries.baseAddress, let keyStart = keys.baseAddress,
      let valueStart = values.baseAddress, let cosineStart = cosines.baseAddress,
      let sineStart = sines.baseAddress
    else { return nil }
    var documents: UnsafePointer<Int32>?
    if shape.separatesDocuments {
      guard let numbers = input(5)?.values(as: Int32.self),
        numbers.count == shape.batch * shape.length, let start = numbers.baseAddress
      else { return nil }
      documents = start
    }
    var prefixLengths: UnsafePointer<Int32>?
    if shape.hasPrefixes {
      guard let lengths = input(sharedCount)?.values(as: Int32.self), lengths.count == shape.batch,
        let start = lengths.baseAddress
      else { return nil }
      prefixLengths = start
    }
    let attention = Attention(
      shape: shape,
      queries: queryStart,
      keys: keyStart,
      values: valueStart,
      rotation: Rotation(cosines: cosineStart, sines: sineStart, headSize: shape.headSize),
      documents: documents,
      prefixLengths: prefixLengths
    )
    return (attention, workers)
  }
}
