import CKernels

/// Writes the operations of a tape as nodes of an ONNX graph. Values keep their shapes on the tape, [batch, rows,
/// columns, channels], so convolutions stand between two transpositions, most of which a runtime takes out again.
struct ONNXWriter {
  var graph = ONNXGraph()
  let tape: Tape
  /// The same operations for one more row of the batch.
  let other: Tape
  private let parameters: Parameters
  /// The name of each value of the tape.
  private var names: [String] = []

  init(_ tape: Tape, _ other: Tape, parameters: Parameters) {
    precondition(tape.nodes.count == other.nodes.count, "a network does the same for every batch")
    self.tape = tape
    self.other = other
    self.parameters = parameters
  }

  /// Writes all operations; the first value is the input.
  mutating func write(isFlat: Bool) throws(ONNXError) {
    // The tensors of a batch norm are folded into two others.
    var folded: Set<Int> = []
    for case .batchNorm(_, let scale, let shift, _) in tape.nodes.map(\.operation) {
      folded.formUnion([scale.index, shift.index])
    }
    for i in tape.nodes.indices {
      let name: String
      if folded.contains(i) {
        name = ""
      } else if i == 0 {
        name =
          isFlat
          ? reshape("planes", [-1, 1, 1, tape.nodes[0].shape.channels])
          : graph.node("Transpose", ["planes"], [("perm", .integers([0, 2, 3, 1]))])
      } else {
        name = try write(tape.nodes[i], at: i)
      }
      names.append(name)
    }
  }

  /// Makes a value of vectors an output.
  mutating func output(_ variable: Variable, name: String, channels: Int) {
    _ = graph.node("Reshape", [self[variable], graph.integers([-1, channels])], output: name)
    graph.output(name, shape: [-1, channels])
  }

  subscript(_ variable: Variable) -> String { names[variable.index] }

  /// The lengths of a value's axes, -1 where they depend on the batch.
  private func lengths(_ index: Int) -> [Int] {
    let (a, b) = (tape.nodes[index].shape, other.nodes[index].shape)
    return [(a.batch, b.batch), (a.rows, b.rows), (a.columns, b.columns), (a.channels, b.channels)]
      .map { $0 == $1 ? $0 : -1 }
  }

  mutating func reshape(_ value: String, _ shape: [Int]) -> String {
    graph.node("Reshape", [value, graph.integers(shape)])
  }

  mutating func transpose(_ value: String, _ order: [Int]) -> String {
    graph.node("Transpose", [value], [("perm", .integers(order))])
  }

  private mutating func write(_ node: Node, at index: Int) throws(ONNXError) -> String {
    switch node.operation {
    case .leaf: return try leaf(node, at: index)
    case .dense(let input, let weight, let bias): return dense(node, input, weight, bias)
    case .product(let first, let second, let transposed):
      let a = transposed.0 ? transpose(self[first], [0, 1, 3, 2]) : self[first]
      let b = transposed.1 ? transpose(self[second], [0, 1, 3, 2]) : self[second]
      return graph.node("MatMul", [a, b])
    case .convolution(let input, let weight, let bias, let window):
      return convolution(node, input, weight, bias, window)
    case .function(let input, let function): return graph.apply(function, to: self[input])
    case .combination(let first, let second, let kind):
      return graph.node(Self.operation(of: kind), [self[first], self[second]])
    case .weightedSum(let first, let firstScale, let second, let secondScale):
      let a = graph.node("Mul", [self[first], graph.scalar(firstScale)])
      return graph.node("Add", [a, graph.node("Mul", [self[second], graph.scalar(secondScale)])])
    case .sum(let input, let scale):
      let sum = reduce("ReduceSum", input, to: index)
      return scale == 1 ? sum : graph.node("Mul", [sum, graph.scalar(scale)])
    case .maximum(let input, _): return reduce("ReduceMax", input, to: index)
    case .softmax(let input): return graph.node("Softmax", [self[input]], [("axis", .integer(-1))])
    case .normalise(let input, _, let centred, let epsilon): return normalise(self[input], centred, epsilon)
    case .batchNorm(let input, let scale, let shift, let used):
      return batchNorm(node, input, scale, shift, used, at: index)
    case .reshape(let input):
      let sizes = lengths(index)
      guard sizes.count(where: { $0 < 0 }) <= 1 else { throw ONNXError("reshaping across batches") }
      return reshape(self[input], sizes)
    case .permute(let input, let order):
      let axes = [order.axes.0, order.axes.1, order.axes.2, order.axes.3]
      return transpose(self[input], axes.map(\.rawValue))
    case .slice(let input, let axis, let start):
      return slice(self[input], [start], [start + node.shape[axis]], axes: [axis.rawValue])
    case .concatenation(let parts, let axis):
      return graph.node(
        "Concat", parts.map { self[tape.operands[$0]] }, [("axis", .integer(axis.rawValue))])
    case .patches(let input, let geometry, let fill):
      return patches(node, self[input], geometry, fill: fill)
    case .gather(let input, let indices): return try gather(node, input, indices, at: index)
    case .perturbation: throw ONNXError("noise on weights")
    case .overlap: throw ONNXError("transposed convolution")
    case .tower: throw ONNXError("training in bf16")
    case .crossEntropy, .squaredError, .huber: throw ONNXError("loss")
    }
  }

  private static func operation(of kind: kernel_combination) -> String {
    switch kind {
    case kernel_combination_subtract: "Sub"
    case kernel_combination_multiply: "Mul"
    case kernel_combination_larger: "Max"
    case kernel_combination_smaller: "Min"
    default: "Add"
    }
  }

  /// A trained tensor or a constant. Constants must not depend on the batch.
  private mutating func leaf(_ node: Node, at index: Int) throws(ONNXError) -> String {
    let sizes = lengths(index)
    guard !sizes.contains(-1) else { throw ONNXError("constant for each row of a batch") }
    let values = UnsafeBufferPointer(start: UnsafePointer(node.value), count: node.shape.count)
    let entry = parameters.trained.baseAddress.flatMap { base in
      parameters.layout.trained.first { base + $0.offset == node.value && $0.shape.count == node.shape.count }
    }
    // A tensor that is used twice is written twice under different names.
    let name = entry.map { names.contains($0.name) ? "\($0.name)@\(index)" : $0.name } ?? "constant\(index)"
    return graph.tensor(name, shape: sizes, values: values)
  }

  private mutating func reduce(_ operation: String, _ input: Variable, to index: Int) -> String {
    let (from, to) = (lengths(input.index), lengths(index))
    let axes = (0..<4).filter { from[$0] != to[$0] }
    // Without axes both operations would reduce all of them.
    if axes.isEmpty { return self[input] }
    return operation == "ReduceMax"
      ? graph.node(operation, [self[input]], [("axes", .integers(axes))])
      : graph.node(operation, [self[input], graph.integers(axes)])
  }
}
