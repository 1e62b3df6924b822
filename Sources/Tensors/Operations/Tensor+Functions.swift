import Arrays
import StableHLO

extension Tensor {
  /// Applies a function to every element.
  ///
  /// - Parameters:
  ///   - function: The function.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  /// - Returns: This shape; `bool` for `isFinite`, otherwise this type.
  public func applying(
    _ function: UnaryFunction,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    .apply(.unary(function), self, site: SourceSite(fileID: fileID, line: line))
  }

  /// `exp x`.
  public func exponential() -> Tensor { applying(.exponential) }
  /// The natural logarithm.
  public func logarithm() -> Tensor { applying(.logarithm) }
  /// `log(1 + x)`, exact near zero.
  public func logarithmOfOnePlus() -> Tensor { applying(.logarithmOfOnePlus) }
  /// `exp x - 1`, exact near zero.
  public func exponentialMinusOne() -> Tensor { applying(.exponentialMinusOne) }
  /// `tanh x`.
  public func hyperbolicTangent() -> Tensor { applying(.hyperbolicTangent) }
  /// `1 / (1 + exp(-x))`.
  public func logistic() -> Tensor { applying(.logistic) }
  /// The error function.
  public func errorFunction() -> Tensor { applying(.errorFunction) }
  /// `√x`.
  public func squareRoot() -> Tensor { applying(.squareRoot) }
  /// `1 / √x`.
  public func reciprocalSquareRoot() -> Tensor { applying(.reciprocalSquareRoot) }
  /// `sin x`.
  public func sine() -> Tensor { applying(.sine) }
  /// `cos x`.
  public func cosine() -> Tensor { applying(.cosine) }
  /// -1, 0 or 1.
  public func sign() -> Tensor { applying(.sign) }
  /// `|x|`.
  public func absoluteValue() -> Tensor { applying(.absolute) }
  /// Where an element is neither infinite nor NaN.
  public func isFinite() -> Tensor { applying(.isFinite) }
  /// `x²`.
  public func squared() -> Tensor { self * self }

  /// The elements converted by value.
  public func converted(
    to elementType: ElementType,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    if elementType == self.elementType { return self }
    return .apply(.convert(elementType), self, site: SourceSite(fileID: fileID, line: line))
  }

  /// The elements' bits read as another type of the same size.
  public func bitcast(
    to elementType: ElementType,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    .apply(.bitcast(elementType), self, site: SourceSite(fileID: fileID, line: line))
  }

  /// The same values, as a constant for differentiation: no gradient flows through.
  public func withoutGradient(fileID: String = #fileID, line: Int = #line) -> Tensor {
    let site = SourceSite(fileID: fileID, line: line)
    return Tensor.make(.detached, [self], site: site) { types in types }[0]
  }

  /// The same values, lying in a given way on the devices that share the program; on one device nothing is done.
  ///
  /// XLA's partitioner spreads the ways in which parameters and results lie over a program by its own judgement. A constraint
  /// decides it at one place. Source: Xu et al. 2021, "GSPMD", section 3.2.
  ///
  /// - Parameters:
  ///   - sharding: How the tensor is to lie; an axis that is cut need not be a multiple of the devices.
  ///   - constrainsGradient: Whether what flows back lies likewise; else the compiler decides.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  /// - Returns: A tensor of the same type.
  public func constrained(
    to sharding: TensorSharding,
    constrainsGradient: Bool = true,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    let site = SourceSite(fileID: fileID, line: line)
    return Tensor.make(
      .sharded(sharding, constrainsGradient: constrainsGradient),
      [self],
      site: site
    ) { types throws(ShapeError) in
      try Operation.shardingConstraint(sharding).resultTypes(operands: types)
    }[0]
  }

  /// The same scalar, whose gradients are known already: what was computed along with it is not derived again.
  ///
  /// What it was computed from gets no gradient through it but for the inputs.
  ///
  /// - Parameters:
  ///   - gradients: One for each input, of its type; they may be differentiated again, as what they are computed from.
  ///   - inputs: What the scalar depends on.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  /// - Returns: The scalar.
  public func withGradients(
    _ gradients: [Tensor],
    by inputs: [Tensor],
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    let site = SourceSite(fileID: fileID, line: line)
    guard shape == .scalar, elementType.isFloatingPoint,
      inputs.map(\.type) == gradients.map(\.type)
    else {
      let rule = "needs a floating-point scalar and one gradient an input, of its type"
      return .mistaken("withGradients", rule, [self] + inputs + gradients, site: site)
    }
    return Tensor.make(
      .knownGradients(count: inputs.count),
      [self] + inputs + gradients,
      site: site
    ) { types in [types[0]] }[0]
  }
}

/// The same values of several tensors, none of which is used before all of them are computed.
public func optimizationBarrier(
  _ tensors: [Tensor],
  fileID: String = #fileID,
  line: Int = #line
) -> [Tensor] {
  let site = SourceSite(fileID: fileID, line: line)
  return Tensor.apply(.optimizationBarrier, tensors, site: site).spread(over: tensors.count)
}
