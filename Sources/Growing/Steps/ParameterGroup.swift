/// A kind of parameters, by which recipes tell apart how parameters are trained.
public enum ParameterGroup: String, Hashable, Sendable, CaseIterable {
  /// The vectors of tokens.
  case embedding
  /// The output projection, where it is not the embedding.
  case head
  /// The matrices of the layers.
  case matrices
  /// The gains of norms and biases.
  case gains
  /// The gates on what layers add.
  case gates
}
