/// A graph in the Open Neural Network Exchange format (ONNX, operator set 17), grown a node at a time. Values are
/// named; sizes of -1 stand for the batch.
struct ONNXGraph {
  /// An attribute of a node.
  enum Attribute {
    case integer(Int)
    case integers([Int])
    case float(Float)
  }

  private var graph = ProtocolBuffer()
  private var inputs = ProtocolBuffer()
  private var count = 0
  private var integerTensors: [[Int]: String] = [:]

  private enum DataType: Int { case float = 1, integer = 7 }

  /// Adds a node with one output, and returns the output's name.
  mutating func node(
    _ operation: String, _ inputs: [String], _ attributes: [(String, Attribute)] = [], output: String? = nil
  ) -> String {
    count += 1
    let output = output ?? "value\(count)"
    var node = ProtocolBuffer()
    for input in inputs { node.add(1, input) }
    node.add(2, output)
    node.add(3, "\(operation)\(count)")
    node.add(4, operation)
    for (name, value) in attributes { node.add(5, Self.attribute(name, value)) }
    graph.add(1, node)
    return output
  }

  private static func attribute(_ name: String, _ value: Attribute) -> ProtocolBuffer {
    var attribute = ProtocolBuffer()
    attribute.add(1, name)
    switch value {
    case .float(let number):
      attribute.add(2, number)
      attribute.add(20, 1)
    case .integer(let number):
      attribute.add(3, number)
      attribute.add(20, 2)
    case .integers(let numbers):
      for number in numbers { attribute.add(8, number) }
      attribute.add(20, 7)
    }
    return attribute
  }

  /// Adds a tensor of floats under a name.
  mutating func tensor(_ name: String, shape: [Int], values: UnsafeBufferPointer<Float>) -> String {
    initialiser(
      name, shape, .float, values.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian) { Array($0) } })
    return name
  }

  /// A number as a tensor without dimensions.
  mutating func scalar(_ value: Float) -> String {
    count += 1
    let name = "scalar\(count)"
    initialiser(name, [], .float, withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) })
    return name
  }

  /// A list of integers as a tensor; equal lists are stored once.
  mutating func integers(_ values: [Int]) -> String {
    if let known = integerTensors[values] { return known }
    let name = "integers\(integerTensors.count)"
    integerTensors[values] = name
    initialiser(
      name, [values.count], .integer,
      values.flatMap { withUnsafeBytes(of: Int64($0).littleEndian) { Array($0) } })
    return name
  }

  private mutating func initialiser(_ name: String, _ shape: [Int], _ type: DataType, _ bytes: [UInt8]) {
    var tensor = ProtocolBuffer()
    for length in shape { tensor.add(1, length) }
    tensor.add(2, type.rawValue)
    tensor.add(8, name)
    tensor.add(9, bytes: bytes)
    graph.add(5, tensor)
  }

  /// Declares an input of floats.
  mutating func input(_ name: String, shape: [Int]) { graph.add(11, Self.declaration(name, shape)) }

  /// Declares an output of floats.
  mutating func output(_ name: String, shape: [Int]) { graph.add(12, Self.declaration(name, shape)) }

  private static func declaration(_ name: String, _ shape: [Int]) -> ProtocolBuffer {
    var (sizes, tensor, type, value) = (
      ProtocolBuffer(), ProtocolBuffer(), ProtocolBuffer(), ProtocolBuffer()
    )
    for length in shape {
      var dimension = ProtocolBuffer()
      if length < 0 { dimension.add(2, "batch") } else { dimension.add(1, length) }
      sizes.add(1, dimension)
    }
    tensor.add(1, DataType.float.rawValue)
    tensor.add(2, sizes)
    type.add(1, tensor)
    value.add(1, name)
    value.add(2, type)
    return value
  }

  /// The whole file.
  func model(named name: String) -> [UInt8] {
    var (body, operators, model) = (graph, ProtocolBuffer(), ProtocolBuffer())
    body.add(2, name)
    operators.add(1, "")
    operators.add(2, 17)
    model.add(1, 8)
    model.add(2, "selfplay")
    model.add(7, body)
    model.add(8, operators)
    return model.bytes
  }
}
