import PJRT

extension Dissection {
  /// How much alike blocks are as functions: block q on what block p gets, beside what block p makes of it, without the
  /// residual, by the mean cosine over tokens.
  ///
  /// The floor compares what blocks add at a token with what they add at another.
  ///
  /// Source: the functional similarity that Saunshi et al. 2024, arXiv 2409.19044, name.
  func functionSimilarity(blockSize: Int) throws -> Anatomy.Map {
    let blocks = depth / blockSize
    var (values, floors): ([[Double?]], [Double?]) = ([], [])
    for one in 0..<blocks {
      let input = states[one * blockSize]
      let before = try vectors(input)
      let own = try vectors(states[(one + 1) * blockSize]) - before
      values.append(
        try (0..<blocks).map { other in
          guard other != one else { return own.meanCosine(with: own) }
          let run = try run(other * blockSize..<(other + 1) * blockSize, on: input)
          let added = try vectors(run) - before
          floors.append(own.meanCosine(with: added.exchangingHalves))
          return own.meanCosine(with: added)
        }
      )
    }
    return Anatomy.Map(key: "functions", values: values, floor: mean(floors))
  }

  /// How much alike layers look: the mean cosine between their attention patterns, head by head.
  ///
  /// The floor compares each head with the next one of the other layer.
  func attentionSimilarity() throws -> Anatomy.Map {
    let patterns = try (0..<depth).map(attentionPatterns)
    let heads = configuration.headCount
    func cosine(_ one: Int, _ other: Int, shift: Int) -> Double? {
      mean(
        (0..<patterns[one].count).map { place in
          let head = place % heads
          let partner = place - head + (head + shift) % heads
          return Cosine.of(patterns[one][place], patterns[other][partner])
        }
      )
    }
    let values = (0..<depth).map { one in (0..<depth).map { cosine(one, $0, shift: 0) } }
    let floors = (0..<depth).flatMap { one in
      (0..<depth).filter { $0 != one }.map { cosine(one, $0, shift: 1) }
    }
    return Anatomy.Map(key: "attention", values: values, floor: heads > 1 ? mean(floors) : nil)
  }

  /// How long what a layer's parts add is, beside the residual stream that they read.
  func contributionProfiles() throws -> [Anatomy.Profile] {
    var (attention, feedForward): ([Double?], [Double?]) = ([], [])
    for (layer, parts) in contributions.enumerated() {
      let before = try vectors(states[layer])
      let added = try vectors(parts.attention)
      attention.append(added.meanLength(beside: before))
      feedForward.append(try vectors(parts.feedForward).meanLength(beside: before + added))
    }
    return [
      Anatomy.Profile(key: "contribution.attention", values: attention),
      Anatomy.Profile(key: "contribution.feedForward", values: feedForward),
    ]
  }

  /// How far each layer, without the residual, is an affine map of each token's vector.
  ///
  /// The floor is that of maps fitted to inputs that belong to other tokens.
  ///
  /// Source: Saunshi et al. 2024, arXiv 2409.19044, whose reason for growing in the middle it is.
  func linearityProfiles() throws -> [Anatomy.Profile] {
    var (shares, cosines, floors): ([Double?], [Double?], [Double?]) = ([], [], [])
    for layer in 0..<depth {
      let input = try vectors(states[layer])
      let added = try vectors(states[layer + 1]) - input
      let linearity = Linearity(input, added)
      shares.append(linearity?.determination)
      cosines.append(linearity?.cosine)
      floors.append(Linearity(input.exchangingHalves, added)?.determination)
    }
    return [
      Anatomy.Profile(key: "linearity", values: shares, floor: mean(floors)),
      Anatomy.Profile(key: "linearity.cosine", values: cosines),
    ]
  }

  /// What the model would say if it ended before each layer: by the final norm and head as they are, and behind the affine
  /// map to the last layer's stream, fitted on the first half of the tokens; measured on the second half.
  ///
  /// Source: nostalgebraist 2020 (the logit lens); the fitted map stands for the tuned lens of Belrose et al. 2023,
  /// arXiv 2303.08112, which is trained on the output instead.
  func lensProfiles() throws -> [Anatomy.Profile] {
    let final = try reading(states[depth])
    let first = final.losses.count / 2
    let last = try vectors(states[depth])
    func heldOut(_ reading: Reading) -> Double? { mean(reading.losses[first...].map { $0 }) }
    var (losses, overlaps, fitted): ([Double?], [Double?], [Double?]) = ([], [], [])
    for state in states {
      let plain = try reading(state)
      losses.append(heldOut(plain))
      overlaps.append(plain.overlap(with: final, from: first))
      let stream = try vectors(state)
      let fit = AffineFit(stream[0..<first], last[0..<first])
      fitted.append(try fit.map { try heldOut(reading($0(stream))) } ?? nil)
    }
    return [
      Anatomy.Profile(key: "lens", values: losses),
      Anatomy.Profile(key: "lens.overlap", values: overlaps),
      Anatomy.Profile(key: "lens.fitted", values: fitted),
    ]
  }
}
