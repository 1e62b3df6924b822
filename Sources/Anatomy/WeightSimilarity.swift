import Arrays
import LanguageModels

/// How much alike the weights of blocks are.
package struct WeightSimilarity {
  /// Of each layer that runs, each matrix by its name.
  private let layers: [[(name: String, values: [Double])]]

  /// Takes a model's matrices.
  ///
  /// - Parameters:
  ///   - configuration: The model.
  ///   - arrays: Its parameters, one for each of its specifications.
  package init(_ configuration: LlamaConfiguration, _ arrays: [HostArray]) {
    let order = configuration.layerOrder ?? Array(0..<configuration.layerCount)
    let matrices = zip(configuration.parameterSpecifications, arrays).filter {
      $0.0.isLayered && $0.0.layerShape.rank == 2
    }
    layers = order.map { layer in
      matrices.map { specification, array in
        let size = specification.layerShape.elementCount
        let values = array.values(as: Float.self)[layer * size..<(layer + 1) * size]
        return (String(specification.name.dropFirst("layers.".count)), values.map(Double.init))
      }
    }
  }

  /// Cosines between the matrices of blocks, the mean over their layers in order: a map for each matrix, and one of their
  /// means.
  ///
  /// The floor is what blocks give whose layers are compared with one another's neighbours.
  func maps(blockSize: Int) -> [Anatomy.Map] {
    let blocks = layers.count / blockSize
    let names = layers.first?.map(\.name) ?? []
    let each = names.indices.map { matrix in
      Anatomy.Map(
        key: "weights.\(names[matrix])",
        values: (0..<blocks).map { one in
          (0..<blocks).map { other in
            cosine(matrix, one, other, blockSize: blockSize, shift: 0)
          }
        },
        floor: blockSize > 1
          ? mean(
            Self.pairs(blocks).map { cosine(matrix, $0, $1, blockSize: blockSize, shift: 1) }
          )
          : nil
      )
    }
    let all = Anatomy.Map(
      key: "weights",
      values: (0..<blocks).map { one in
        (0..<blocks).map { other in mean(each.map { $0.values[one][other] }) }
      },
      floor: mean(each.map(\.floor))
    )
    return [all] + each
  }

  /// The mean cosine between this model's blocks and those of another, whose training drew other numbers.
  package func meanCosine(with other: WeightSimilarity) -> Double? {
    mean(
      layers.flatMap { layer in
        other.layers.flatMap { zip(layer, $0).map { Cosine.of($0.values, $1.values) } }
      }
    )
  }

  private func cosine(
    _ matrix: Int,
    _ one: Int,
    _ other: Int,
    blockSize: Int,
    shift: Int
  ) -> Double? {
    mean(
      (0..<blockSize).map { layer in
        Cosine.of(
          layers[one * blockSize + layer][matrix].values,
          layers[other * blockSize + (layer + shift) % blockSize][matrix].values
        )
      }
    )
  }

  private static func pairs(_ count: Int) -> [(Int, Int)] {
    (0..<count).flatMap { one in (0..<count).filter { $0 != one }.map { (one, $0) } }
  }
}
