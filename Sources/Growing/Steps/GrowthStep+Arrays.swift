import Arrays

extension GrowthStep {
  /// One tensor of the training state, grown.
  ///
  /// | role | rows of the result |
  /// |---|---|
  /// | layered weight, output or gain | the source's row, or `fresh`; then the layer's ``decorations`` |
  /// | layered gate | likewise; then new layers' begin as ``gates`` says |
  /// | shared weight | unchanged |
  /// | layered optimizer slot | by ``slotSources``: the source's row, or zeros |
  /// | shared optimizer slot | unchanged, or zeros under ``OptimizerStatePolicy/clearAll`` |
  ///
  /// - Parameters:
  ///   - tensor: The tensor; for layered roles `[map.sourceDepth, ...]`.
  ///   - role: What the tensor is.
  ///   - fresh: The row `[...]` of a fresh layer, given its index in the grown network. Called once for
  ///     each fresh layer of a layered weight, in order, and for nothing else.
  /// - Returns: The tensor under the same name; for layered roles `[map.depth, ...]`.
  /// - Throws: ``GrowthError/wrongLayerAxis(tensor:shape:layers:)``,
  ///   ``GrowthError/wrongFreshRow(tensor:layer:expected:found:)``,
  ///   ``GrowthError/cannotDecorate(tensor:elementType:)``, or what `fresh` throws.
  /// - Complexity: One pass over the result; nothing else is allocated, but for one row while a layer is
  ///   decorated.
  public func grown(
    _ tensor: NamedArray,
    role: TensorRole,
    fresh: (_ layer: Int) throws -> HostArray
  ) throws -> NamedArray {
    switch role {
    case .sharedWeight:
      return tensor
    case .sharedOptimizerSlot:
      return keepsSharedSlots
        ? tensor : NamedArray(tensor.name, HostArray(zeros: tensor.array.type))
    case .layeredOptimizerSlot:
      return try gathered(tensor, sources: slotSources) { _, row in HostArray(zeros: row) }
    case .layeredWeight, .layeredOutput, .layeredGain, .layeredHeadGain, .layeredBias,
      .layeredOutputBias, .layeredGate:
      var grown = try gathered(tensor, sources: map.sources) { layer, row in
        let values = try fresh(layer)
        guard values.type == row else {
          throw GrowthError.wrongFreshRow(
            tensor: tensor.name,
            layer: layer,
            expected: "\(row)",
            found: "\(values.type)"
          )
        }
        return values
      }
      try decorate(&grown, from: tensor, role: role)
      if role == .layeredGate, let gates { setNewGates(gates, in: &grown.array) }
      return grown
    }
  }

  /// Gives the gates of new layers the values they begin with.
  private func setNewGates(_ gates: GateGrowth, in grown: inout HostArray) {
    for (layer, isNew) in map.newLayers.enumerated() where isNew {
      grown.replaceRow(layer, withNumbers: gates.newLayerGates(afterSteps: 0).values)
    }
  }

  /// Rows gathered along the layer axis, the missing ones made by `filler` from their type.
  private func gathered(
    _ tensor: NamedArray,
    sources: [Int?],
    filler: (_ layer: Int, _ row: TensorType) throws -> HostArray
  ) throws -> NamedArray {
    let array = tensor.array
    guard array.shape.rank > 0, array.shape[0] == map.sourceDepth else {
      throw GrowthError.wrongLayerAxis(
        tensor: tensor.name,
        shape: array.shape.dimensions,
        layers: map.sourceDepth
      )
    }
    let row = TensorType(array.elementType, Shape(Array(array.shape.dimensions.dropFirst())))
    var bytes: [UInt8] = []
    bytes.reserveCapacity(row.byteCount * sources.count)
    for (layer, source) in sources.enumerated() {
      if let source {
        bytes.append(contentsOf: array.bytes[source * row.byteCount..<(source + 1) * row.byteCount])
      } else {
        bytes.append(contentsOf: try filler(layer, row).bytes)
      }
    }
    let shape = Shape([sources.count] + row.shape.dimensions)
    return NamedArray(
      tensor.name,
      HostArray(bytes: bytes, type: TensorType(array.elementType, shape))
    )
  }
}
