extension Tape {
  /// Channel vectors picked by number: `indices` name vectors of the input (batch x rows x columns of them);
  /// the result has `shape`, whose channels are the input's. -1 picks zeros. `indices` is copied.
  public func gather(
    _ input: Variable, indices: UnsafeBufferPointer<Int32>, shape: VariableShape
  ) -> Variable {
    let source = node(input)
    let width = source.shape.channels
    precondition(shape.channels == width, "picked vectors have \(width) channels, not \(shape.channels)")
    precondition(indices.count >= shape.vectors, "\(indices.count) indices given, \(shape.vectors) needed")
    let copy = integers(shape.vectors)
    let value = arena.floats(shape.count)
    for i in 0..<shape.vectors {
      let index = Int(indices[i])
      precondition(index >= -1 && index < source.shape.vectors, "there is no vector \(index)")
      copy[i] = Int32(index)
      if index < 0 {
        (value + i * width).update(repeating: 0, count: width)
      } else {
        (value + i * width).update(from: source.value + index * width, count: width)
      }
    }
    return record(
      .gather(input, indices: copy), shape: shape, value: value, needsGradient: source.needsGradient)
  }

  /// The value of one action a row: [batch, actions] to [batch, 1]. `actions` is copied.
  public func gather(_ input: Variable, actions: UnsafeBufferPointer<Int32>) -> Variable {
    let shape = shape(of: input)
    precondition(actions.count >= shape.vectors, "\(actions.count) actions given, \(shape.vectors) needed")
    let indices = integers(shape.vectors)
    for row in 0..<shape.vectors {
      precondition(actions[row] >= 0 && actions[row] < shape.channels, "there is no action \(actions[row])")
      indices[row] = Int32(row * shape.channels) + actions[row]
    }
    return gather(
      reshape(input, to: VariableShape(batch: shape.count, channels: 1)),
      indices: UnsafeBufferPointer(start: indices, count: shape.vectors), shape: shape.with(channels: 1))
  }

  /// Adds what picked vectors (or largest elements, of width one) received to where they came from.
  func scatter(
    _ gradient: UnsafePointer<Float>, _ indices: UnsafePointer<Int32>, count: Int, width: Int,
    to input: Variable
  ) {
    guard let target = gradientPointer(input) else { return }
    for i in 0..<count where indices[i] >= 0 {
      for j in 0..<width { target[Int(indices[i]) * width + j] += gradient[i * width + j] }
    }
  }

  /// Memory for integers until the next reset.
  func integers(_ count: Int) -> UnsafeMutablePointer<Int32> {
    // Arena pieces are 32-bit wide; this one holds integers for its whole life.
    UnsafeMutableRawPointer(arena.floats(count)).bindMemory(to: Int32.self, capacity: count)
  }
}
