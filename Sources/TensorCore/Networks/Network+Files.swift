import FoundationEssentials

extension Network {
  private static let descriptionKey = "network"

  /// Writes description and parameters as a safetensors file, atomically. `metadata` may add texts. With `halves` the
  /// parameters are rounded to half precision, which takes half the room; those beyond 65504 become infinite.
  public func save(
    to path: String, metadata: [String: String] = [:], halves: Bool = false
  ) throws(TensorFileError) {
    var metadata = metadata
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    do {
      metadata[Self.descriptionKey] = String(decoding: try encoder.encode(description), as: UTF8.self)
    } catch {
      throw .description(file: path, problem: "cannot be encoded: \(error)")
    }
    try Safetensors(tensors: parameters.tensors(), metadata: metadata).write(to: path, halves: halves)
  }

  /// Reads a network that `save` wrote.
  public static func load(from path: String) throws(TensorFileError) -> Network {
    let contents = try Safetensors(contentsOf: path)
    guard let text = contents.metadata[descriptionKey] else {
      throw .description(file: path, problem: "is missing")
    }
    let network: Network
    do {
      let description = try JSONDecoder().decode(NetworkDescription.self, from: Data(text.utf8))
      network = try Network(uninitialised: description)
    } catch let error as NetworkDescriptionError {
      throw .description(file: path, problem: error.description)
    } catch {
      throw .description(file: path, problem: "does not describe a network")
    }
    try network.parameters.restore(from: contents.tensors, file: path)
    return network
  }
}
