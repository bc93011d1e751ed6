import CKernels

extension Tape {
  /// The Hessian of a scalar loss by all parameters, times `direction`: into `product`, both laid out like
  /// `parameters.trained`. Forward mode over reverse mode (Pearlmutter 1994), at some four times the cost of
  /// `backward`, which it runs as well: `gradient` gains the gradient.
  ///
  /// Every operation but batch norm has a second derivative; that of ReLU and other kinks is zero.
  public func hessianVectorProduct(
    of loss: Variable, direction: UnsafeBufferPointer<Float>, into product: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(direction.count >= gradient.count, "the direction is shorter than the parameters")
    precondition(product.count >= gradient.count, "the product has no room for all parameters")
    backward(from: loss)
    let tangents = tangents(upTo: loss.index, direction)
    let gradients = (0...loss.index).map { nodes[$0].gradient }
    product.update(repeating: 0)
    // From here on a node's gradient is the derivative of its gradient along the direction.
    for (i, first) in gradients.enumerated() {
      guard let first else { continue }
      let offset = gradient.baseAddress.map { first - $0 } ?? -1
      let isParameter = gradient.indices.contains(offset)
      nodes[i].gradient =
        isParameter ? product.baseAddress.map { $0 + offset } : arena.zeros(nodes[i].shape.count)
    }
    for i in stride(from: loss.index, through: 0, by: -1) {
      guard let first = gradients[i] else { continue }
      propagate(nodes[i])
      bend(nodes[i], first, tangents)
    }
    for (i, first) in gradients.enumerated() { nodes[i].gradient = first }
  }

  /// The derivative of every value along the direction, as a value of its own; nil where it is zero.
  private func tangents(upTo last: Int, _ direction: UnsafeBufferPointer<Float>) -> [Variable?] {
    var tangents: [Variable?] = []
    for i in 0...last { tangents.append(nodes[i].needsGradient ? tangent(of: i, direction, tangents) : nil) }
    return tangents
  }

  private func tangent(of i: Int, _ direction: UnsafeBufferPointer<Float>, _ known: [Variable?]) -> Variable?
  {
    let node = nodes[i]
    func of(_ operand: Variable) -> Variable? { known[operand.index] }
    func linear(_ operand: Variable, _ body: (Variable) -> Variable) -> Variable? { of(operand).map(body) }
    switch node.operation {
    case .leaf:
      guard let base = parameters.trained.baseAddress else { return nil }
      let offset = node.value - base
      guard parameters.trained.indices.contains(offset) else { return nil }
      return constant(UnsafeBufferPointer(rebasing: direction[offset...]), shape: node.shape)
    case .weightedSum(let first, let firstScale, let second, let secondScale):
      return total(linear(first) { scale($0, by: firstScale) }, linear(second) { scale($0, by: secondScale) })
    case .perturbation(let mean, let deviation, let to, let from):
      let factors = reshape(to, to: VariableShape(batch: node.shape.batch, channels: 1))
      return total(
        linear(mean) { reshape($0, to: node.shape) },
        linear(deviation) { multiply(reshape($0, to: node.shape), multiply(factors, from)) })
    case .sum(let input, let factor):
      let shape = nodes[input.index].shape
      return linear(input) { sum($0, over: shape.axesReduced(to: node.shape), scale: factor) }
    case .maximum(let input, let indices):
      return linear(input) { slopes in
        let values = nodes[slopes.index].value
        return constant(shape: node.shape) { indices[$0] < 0 ? 0 : values[Int(indices[$0])] }
      }
    case .reshape(let input): return linear(input) { reshape($0, to: node.shape) }
    case .permute(let input, let order):
      return linear(input) { permute($0, order.axes.0, order.axes.1, order.axes.2, order.axes.3) }
    case .slice(let input, let axis, let start):
      return linear(input) { slice($0, start..<(start + node.shape[axis]), along: axis) }
    case .concatenation(let parts, let axis):
      let first = operands.count
      for part in parts { operands.append(of(operands[part]) ?? zeros(nodes[operands[part].index].shape)) }
      return concatenate(operands: first..<operands.count, along: axis)
    case .gather(let input, let indices):
      return linear(input) {
        gather($0, indices: UnsafeBufferPointer(start: indices, count: node.shape.vectors), shape: node.shape)
      }
    default: return curvedTangent(node, known)
    }
  }

  /// The tangents of products and of functions of one value.
  private func curvedTangent(_ node: Node, _ known: [Variable?]) -> Variable? {
    func of(_ operand: Variable) -> Variable? { known[operand.index] }
    switch node.operation {
    case .dense(let input, let weight, let bias):
      let outputs = node.shape.channels
      let bilinear = total(
        of(input).map { dense($0, weight: weight, bias: nil, outputs: outputs) },
        of(weight).map { dense(input, weight: $0, bias: nil, outputs: outputs) })
      guard let shift = bias.flatMap(of) else { return bilinear }
      return bilinear.map { add($0, shift) } ?? add(zeros(node.shape), shift)
    case .convolution(let input, let weight, let bias, let window):
      func run(_ input: Variable, _ weight: Variable) -> Variable {
        convolution(input, weight: weight, bias: nil, outputs: node.shape.channels, window)
      }
      let bilinear = total(of(input).map { run($0, weight) }, of(weight).map { run(input, $0) })
      guard let shift = bias.flatMap(of) else { return bilinear }
      return bilinear.map { add($0, shift) } ?? add(zeros(node.shape), shift)
    case .product(let first, let second, let transposed):
      return total(
        of(first).map { product($0, second, transposed: transposed) },
        of(second).map { product(first, $0, transposed: transposed) })
    case .combination(let first, let second, let kind): return combined(node, first, second, kind, known)
    case .patches(let input, var geometry, _):
      return of(input).map { slopes in
        let value = arena.floats(node.shape.count)
        kernels.gather_patches(nodes[slopes.index].value, &geometry, 0, value)
        return record(.leaf, shape: node.shape, value: value, needsGradient: false)
      }
    case .overlap(let input, var geometry):
      return of(input).map { slopes in
        let value = arena.zeros(node.shape.count)
        kernels.scatter_patches(nodes[slopes.index].value, &geometry, value)
        return record(.leaf, shape: node.shape, value: value, needsGradient: false)
      }
    case .function, .softmax, .normalise, .crossEntropy, .squaredError, .huber:
      return symmetricTangent(node, known)
    default: preconditionFailure("batch norm has no second derivative here; use another norm")
    }
  }

  private func combined(
    _ node: Node, _ first: Variable, _ second: Variable, _ kind: kernel_combination, _ known: [Variable?]
  ) -> Variable? {
    let (a, b) = (known[first.index], known[second.index])
    func whole(_ part: Variable) -> Variable { add(part, zeros(node.shape)) }
    switch kind {
    case kernel_combination_add: return total(a.map(whole), b.map(whole))
    case kernel_combination_subtract: return total(a.map(whole), b.map { whole(scale($0, by: -1)) })
    case kernel_combination_multiply:
      return total(a.map { whole(multiply($0, second)) }, b.map { whole(multiply(first, $0)) })
    default:
      // Of the larger or smaller element; its place is found from the value.
      let (chosen, other) = (whole(first), whole(second))
      let (result, left, right) = (node.value, nodes[chosen.index].value, nodes[other.index].value)
      let firsts = constant(shape: node.shape) { left[$0] == result[$0] ? 1 : 0 }
      let seconds = constant(shape: node.shape) { left[$0] != result[$0] && right[$0] == result[$0] ? 1 : 0 }
      return total(a.map { multiply($0, firsts) }, b.map { multiply($0, seconds) })
    }
  }

  /// The tangents of operations whose derivative is a symmetric matrix, or a row of one: their backward pass,
  /// run on the input's tangent.
  private func symmetricTangent(_ node: Node, _ known: [Variable?]) -> Variable? {
    guard let input = node.operation.onlyOperand, let slopes = known[input.index] else { return nil }
    let source = nodes[input.index]
    if node.shape == source.shape, node.operation.hasSymmetricDerivative {
      let value = arena.zeros(node.shape.count)
      var (target, result) = (source, node)
      target.gradient = value
      result.gradient = nodes[slopes.index].value
      (nodes[input.index], target) = (target, nodes[input.index])
      propagate(result)
      nodes[input.index] = target
      return record(.leaf, shape: node.shape, value: value, needsGradient: false)
    }
    // A scalar: the inner product of its gradient with the tangent.
    let value = arena.zeros(source.shape.count)
    let one = arena.floats(1)
    one[0] = 1
    var (target, result) = (source, node)
    target.gradient = value
    result.gradient = one
    (nodes[input.index], target) = (target, nodes[input.index])
    propagate(result)
    nodes[input.index] = target
    let slope = record(.leaf, shape: source.shape, value: value, needsGradient: false)
    return sum(multiply(slope, slopes))
  }

  private func total(_ first: Variable?, _ second: Variable?) -> Variable? {
    guard let first, let second else { return first ?? second }
    return add(first, second)
  }

  func zeros(_ shape: VariableShape) -> Variable {
    record(.leaf, shape: shape, value: arena.zeros(shape.count), needsGradient: false)
  }
}

extension Operation {
  /// The operand of functions of one value and of losses.
  fileprivate var onlyOperand: Variable? {
    switch self {
    case .function(let input, _), .softmax(let input), .normalise(let input, _, _, _),
      .crossEntropy(let input, _, _),
      .squaredError(let input, _), .huber(let input, _, _):
      input
    default: nil
    }
  }

  fileprivate var hasSymmetricDerivative: Bool {
    switch self {
    case .function, .softmax, .normalise: true
    default: false
    }
  }
}

extension VariableShape {
  /// The axes whose length a sum to `result` made one.
  fileprivate func axesReduced(to result: VariableShape) -> Axes {
    var axes: Axes = []
    if batch != result.batch { axes.insert(.batch) }
    if rows != result.rows { axes.insert(.rows) }
    if columns != result.columns { axes.insert(.columns) }
    if channels != result.channels { axes.insert(.channels) }
    return axes
  }
}
