import FoundationEssentials
import TensorCore

/// What the AlphaGo pipeline makes: a policy network and a value network, kept in one file.
public struct NetworkPair: Sendable {
  /// Its policy counts, its value does not.
  public let policy: Network
  /// Its value counts, its policy does not.
  public let value: Network

  public init(policy: Network, value: Network) {
    self.policy = policy
    self.value = value
  }

  private static let names = ["policy_network", "value_network"]

  /// Writes both as one safetensors file, atomically.
  public func save(to path: String) throws(TensorFileError) {
    var contents = Safetensors(tensors: [])
    for (name, network) in zip(Self.names, [policy, value]) {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      do {
        let text = try encoder.encode(network.description)
        contents.metadata[name] = String(decoding: text, as: UTF8.self)
      } catch {
        throw .description(file: path, problem: "cannot be encoded: \(error)")
      }
      for tensor in network.parameters.tensors() {
        contents.tensors.append(NamedTensor(name: "\(name)/\(tensor.name)", tensor: tensor.tensor))
      }
    }
    try contents.write(to: path)
  }

  /// Reads what `save` wrote.
  public static func load(from path: String) throws(TensorFileError) -> NetworkPair {
    let contents = try Safetensors(contentsOf: path)
    let policy = try network(names[0], in: contents, file: path)
    return NetworkPair(policy: policy, value: try network(names[1], in: contents, file: path))
  }

  private static func network(
    _ name: String, in contents: Safetensors, file path: String
  ) throws(TensorFileError) -> Network {
    guard let text = contents.metadata[name] else {
      throw .description(file: path, problem: "is missing")
    }
    let network: Network
    do {
      let description = try JSONDecoder().decode(NetworkDescription.self, from: Data(text.utf8))
      network = try Network(description, seed: 0)
    } catch let error as NetworkDescriptionError {
      throw .description(file: path, problem: error.description)
    } catch {
      throw .description(file: path, problem: "does not describe a network")
    }
    let own = contents.tensors.filter { $0.name.hasPrefix(name + "/") }
      .map { NamedTensor(name: String($0.name.dropFirst(name.count + 1)), tensor: $0.tensor) }
    try network.parameters.restore(from: own, file: path)
    return network
  }
}
