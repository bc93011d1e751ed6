import TensorCore

extension ActionValueTable {
  private static let mark = "table"

  /// Writes `values` [rows, actions], and `keys` [rows, 4] as four numbers of 16 bits, the highest first, since
  /// a file of tensors holds floats.
  public func save(to path: String) throws(TensorFileError) {
    var parts: [Float] = []
    parts.reserveCapacity(keys.count * 4)
    for key in keys {
      for shift in [48, 32, 16, 0] as [UInt64] { parts.append(Float(key >> shift & 0xFFFF)) }
    }
    try Safetensors(
      tensors: [
        NamedTensor(name: "keys", tensor: Tensor(shape: Shape([keys.count, 4]), values: parts)),
        NamedTensor(name: "values", tensor: Tensor(shape: Shape([keys.count, actionCount]), values: values)),
      ], metadata: [Self.mark: "action values by state"]
    ).write(to: path)
  }

  /// Reads a table that `save` wrote.
  public init(contentsOf path: String) throws(TensorFileError) {
    let file = try Safetensors(contentsOf: path)
    func problem(_ text: String) -> TensorFileError { .malformed(file: path, problem: text) }
    guard file.metadata[Self.mark] != nil else { throw problem("it holds no table of action values") }
    guard let parts = file["keys"], let values = file["values"] else {
      throw problem("the tensors keys and values are not both there")
    }
    let (sizes, shape) = (parts.shape.dimensions, values.shape.dimensions)
    guard sizes.count == 2, sizes[1] == 4, shape.count == 2, shape[0] == sizes[0], shape[1] > 0 else {
      throw problem("keys \(parts.shape) and values \(values.shape) do not belong together")
    }
    guard parts.values.allSatisfy({ 0...65535 ~= $0 && $0 == $0.rounded() }) else {
      throw problem("a part of a key is no number of 16 bits")
    }
    guard values.values.allSatisfy({ !$0.isNaN && $0 < .infinity }) else {
      throw problem("a value is no number")
    }
    let keys = (0..<sizes[0]).map { row in
      (0..<4).reduce(UInt64(0)) { $0 << 16 | UInt64(parts.values[row * 4 + $1]) }
    }
    guard let table = ActionValueTable(actionCount: shape[1], keys: keys, values: values.values) else {
      throw problem("a state appears twice")
    }
    self = table
  }
}
