import Arrays
import LanguageModels
import PJRT
import Safetensors

extension SavedModel {
  /// Reads a parameter.
  ///
  /// - Parameter specification: One of the ``configuration``'s, or another model's parameter that is to have
  ///   the same name and type.
  /// - Returns: An array of the specification's shape.
  /// - Throws: ``SavedModelError/missingTensor(name:path:)``,
  ///   ``SavedModelError/wrongTensor(name:path:expected:found:)`` or `SafetensorsError`.
  public func array(of specification: ParameterSpecification) throws -> HostArray {
    try array(named: specification.name, specification.type)
  }

  /// Reads what one layer has of a parameter, and no other layer's.
  ///
  /// - Parameters:
  ///   - specification: A parameter with a layer axis.
  ///   - layer: The stored layer.
  /// - Returns: An array of the specification's ``ParameterSpecification/layerShape``.
  /// - Throws: As ``array(of:)``.
  public func array(of specification: ParameterSpecification, layer: Int) throws -> HostArray {
    try file(of: specification.name, specification.type)
      .row(layer, ofArrayNamed: specification.name)
  }

  /// Copies all parameters to a device; one at a time is in the host's memory.
  ///
  /// - Parameter client: Whose first device takes them.
  /// - Returns: A buffer for each of the ``configuration``'s parameter specifications, in their order and of
  ///   their shapes.
  /// - Throws: As ``array(of:)``, or `PJRTError`.
  public func parameters(on client: Client) throws -> [Buffer] {
    try configuration.parameterSpecifications.map { try client.buffer(from: array(of: $0)) }
  }

  /// Reads a tensor of the checkpoint, the model's or the optimizer's.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - type: The type that it has to have.
  /// - Returns: Its elements.
  /// - Throws: ``SavedModelError`` for one that is missing or of another type, or `SafetensorsError`.
  package func array(named name: String, _ type: TensorType) throws -> HostArray {
    try file(of: name, type).array(named: name)
  }

  /// Checks that a tensor is there with the right type, without reading it.
  ///
  /// - Throws: As ``array(named:_:)``.
  package func checkTensor(named name: String, _ type: TensorType) throws {
    _ = try file(of: name, type)
  }

  private func file(of name: String, _ type: TensorType) throws -> SafetensorsFile {
    guard let file = files.first(where: { $0.names.contains(name) }) else {
      throw SavedModelError.missingTensor(name: name, path: files[0].path)
    }
    let found = try file.type(of: name)
    guard found == type else {
      throw SavedModelError.wrongTensor(
        name: name,
        path: file.path,
        expected: "\(type)",
        found: "\(found)"
      )
    }
    return file
  }
}
