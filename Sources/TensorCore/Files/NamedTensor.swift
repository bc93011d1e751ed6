/// A tensor with the name it has in a file.
public struct NamedTensor: Hashable, Sendable {
  public let name: String
  public let tensor: Tensor

  public init(name: String, tensor: Tensor) {
    self.name = name
    self.tensor = tensor
  }

  init(name: String, shape: Shape, values: some Sequence<Float>) {
    self.init(name: name, tensor: Tensor(shape: shape, values: Array(values)))
  }
}

/// Tensors of a file by name, checked against what a model expects.
struct TensorTable {
  private let tensors: [String: Tensor]
  private let file: String

  init(_ list: [NamedTensor], file: String) throws(TensorFileError) {
    self.file = file
    var tensors: [String: Tensor] = [:]
    for item in list {
      guard tensors.updateValue(item.tensor, forKey: item.name) == nil else {
        throw .malformed(file: file, problem: "tensor \(item.name) appears twice")
      }
    }
    self.tensors = tensors
  }

  func check(_ name: String, shape: Shape) throws(TensorFileError) {
    guard let tensor = tensors[name] else { throw .missing(file: file, tensor: name, expected: shape) }
    guard tensor.shape == shape else {
      throw .mismatch(file: file, tensor: name, expected: shape, found: tensor.shape)
    }
  }

  func has(_ name: String, shape: Shape) -> Bool { tensors[name]?.shape == shape }

  func checkNothingElse(than names: [String]) throws(TensorFileError) {
    let extra = Set(tensors.keys).subtracting(names).sorted()
    if let name = extra.first { throw .unexpected(file: file, tensor: name) }
  }

  func copy(_ name: String, into memory: UnsafeMutableBufferPointer<Float>, at offset: Int) {
    for (i, value) in (tensors[name]?.values ?? []).enumerated() { memory[offset + i] = value }
  }

  func values(_ name: String) -> [Float] { tensors[name]?.values ?? [] }

  /// Refuses what no network can compute with.
  func checkValues(of names: [String]) throws(TensorFileError) {
    for name in names {
      let values = values(name)
      guard values.allSatisfy(\.isFinite) else { throw .notFinite(file: file, tensor: name) }
      if name.hasSuffix(".running_var"), values.contains(where: { $0 < 0 }) {
        throw .negativeVariance(file: file, tensor: name)
      }
    }
  }
}
