import CKernels

extension ONNXWriter {
  /// x W^T + b.
  mutating func dense(_ node: Node, _ input: Variable, _ weight: Variable, _ bias: Variable?) -> String {
    let matrix = transpose(reshape(self[weight], [node.shape.channels, -1]), [1, 0])
    let product = graph.node("MatMul", [self[input], matrix])
    return bias.map { graph.node("Add", [product, self[$0]]) } ?? product
  }

  mutating func convolution(
    _ node: Node, _ input: Variable, _ weight: Variable, _ bias: Variable?, _ window: SquareWindow
  ) -> String {
    let source = tape.nodes[input.index].shape
    let (kernel, padding) = (window.kernel, window.padding)
    let planes = transpose(self[input], [0, 3, 1, 2])
    let weights = reshape(self[weight], [node.shape.channels, source.channels, kernel, kernel])
    var operands = [planes, weights]
    if let bias { operands.append(reshape(self[bias], [node.shape.channels])) }
    let result = graph.node(
      "Conv", operands,
      [
        ("kernel_shape", .integers([kernel, kernel])),
        ("pads", .integers([padding, padding, padding, padding])),
        ("strides", .integers([window.stride, window.stride])),
      ])
    return transpose(result, [0, 2, 3, 1])
  }

  /// x * a + b with the running statistics folded in, and what the operation does besides.
  mutating func batchNorm(
    _ node: Node, _ input: Variable, _ scale: Variable, _ shift: Variable, _ used: Normalisation,
    at index: Int
  ) -> String {
    let channels = node.shape.channels
    let (scales, shifts) = (tape.nodes[scale.index].value, tape.nodes[shift.index].value)
    let a = (0..<channels).map { scales[$0] * used.inverseDeviation[$0] }
    let b = (0..<channels).map { shifts[$0] - used.mean[$0] * a[$0] }
    let factor = a.withUnsafeBufferPointer { graph.tensor("factor\(index)", shape: [channels], values: $0) }
    let summand = b.withUnsafeBufferPointer { graph.tensor("summand\(index)", shape: [channels], values: $0) }
    let normalised = graph.node("Add", [graph.node("Mul", [self[input], factor]), summand])
    let sum = used.residual.map { graph.node("Add", [self[$0], normalised]) } ?? normalised
    return used.relu ? graph.apply(.relu, to: sum) : sum
  }

  mutating func normalise(_ input: String, _ isCentred: Bool, _ epsilon: Float) -> String {
    let last: [(String, ONNXGraph.Attribute)] = [("axes", .integers([-1]))]
    let centred = isCentred ? graph.node("Sub", [input, graph.node("ReduceMean", [input], last)]) : input
    let square = graph.node("ReduceMean", [graph.node("Mul", [centred, centred])], last)
    let deviation = graph.node("Sqrt", [graph.node("Add", [square, graph.scalar(epsilon)])])
    return graph.node("Div", [centred, deviation])
  }

  mutating func slice(_ value: String, _ starts: [Int], _ ends: [Int], axes: [Int], steps: [Int]? = nil)
    -> String
  {
    graph.node(
      "Slice",
      [
        value, graph.integers(starts), graph.integers(ends), graph.integers(axes),
        graph.integers(steps ?? axes.map { _ in 1 }),
      ])
  }

  /// The points under every window: one strided slice of the padded image for each tap, side by side.
  mutating func patches(_ node: Node, _ image: String, _ g: kernel_patches, fill: Float) -> String {
    let (top, left) = (g.padding_rows, g.padding_columns)
    var padded = image
    if top + left > 0 {
      padded = graph.node(
        "Pad", [image, graph.integers([0, top, left, 0, 0, top, left, 0]), graph.scalar(fill)])
    }
    var taps: [String] = []
    for i in 0..<g.kernel_rows {
      for j in 0..<g.kernel_columns {
        let first = [i * g.dilation_rows, j * g.dilation_columns]
        let end = [
          first[0] + (g.out_rows - 1) * g.stride_rows + 1,
          first[1] + (g.out_columns - 1) * g.stride_columns + 1,
        ]
        taps.append(slice(padded, first, end, axes: [1, 2], steps: [g.stride_rows, g.stride_columns]))
      }
    }
    let all = graph.node("Concat", taps, [("axis", .integer(3))])
    return reshape(all, [-1, 1, node.shape.columns, node.shape.channels])
  }

  /// Vectors picked by number, from a value that does not depend on the batch; -1 picks zeros.
  mutating func gather(
    _ node: Node, _ input: Variable, _ indices: UnsafeMutablePointer<Int32>, at index: Int
  ) throws(ONNXError) -> String {
    let source = tape.nodes[input.index].shape
    guard source == other.nodes[input.index].shape, node.shape == other.nodes[index].shape else {
      throw ONNXError("picking of vectors")
    }
    var vectors = reshape(self[input], [source.vectors, source.channels])
    let picked = (0..<node.shape.vectors).map { Int(indices[$0]) }
    if picked.contains(-1) {
      let zeros = [Float](repeating: 0, count: source.channels).withUnsafeBufferPointer {
        graph.tensor("zeros\(index)", shape: [1, source.channels], values: $0)
      }
      vectors = graph.node("Concat", [vectors, zeros], [("axis", .integer(0))])
    }
    let places = graph.integers(picked.map { $0 < 0 ? source.vectors : $0 })
    let result = graph.node("Gather", [vectors, places], [("axis", .integer(0))])
    return reshape(result, [node.shape.batch, node.shape.rows, node.shape.columns, node.shape.channels])
  }
}
