extension Tape {
  /// Runs the recorded operations backwards from a loss: `gradient` gains scale * dloss/dparameters. Call it
  /// once a step.
  public func backward(from loss: Variable, scale: Float = 1) {
    precondition(node(loss).shape.count == 1, "only a loss of one float can be differentiated alone")
    withUnsafePointer(to: scale) { one in
      backward(from: loss, cotangent: UnsafeBufferPointer(start: one, count: 1))
    }
  }

  /// Runs the recorded operations backwards from any value, given the gradient of something by that value.
  public func backward(from variable: Variable, cotangent: UnsafeBufferPointer<Float>) {
    precondition(node(variable).needsGradient, "the value does not depend on any parameter")
    precondition(
      cotangent.count == node(variable).shape.count, "the cotangent has another size than the value")
    for i in 0...variable.index where nodes[i].needsGradient && nodes[i].gradient == nil {
      nodes[i].gradient = arena.zeros(nodes[i].shape.count)
    }
    if let seed = nodes[variable.index].gradient {
      for (i, value) in cotangent.enumerated() { seed[i] += value }
    }
    for i in stride(from: variable.index, through: 0, by: -1) { propagate(nodes[i]) }
  }

  private func propagate(_ result: Node) {
    guard let gradient = result.gradient else { return }
    let count = result.shape.count
    switch result.operation {
    case .leaf: break
    case .dense(let input, let weight, let bias): denseGradient(result, gradient, input, weight, bias)
    case .convolution(let input, let weight, let bias, let padding):
      convolutionGradient(result, gradient, input, weight, bias, padding: padding)
    case .batchNorm(let input, let scale, let shift, let used):
      batchNormGradient(result, gradient, input, scale: scale, shift: shift, used)
    case .relu(let input):
      if let target = gradientPointer(input) { kernels.relu_gradient(result.value, gradient, count, target) }
    case .tanh(let input):
      if let target = gradientPointer(input) { kernels.tanh_gradient(result.value, gradient, count, target) }
    case .add(let first, let second):
      addScaled(gradient, 1, count, to: first)
      addScaled(gradient, 1, count, to: second)
    case .weightedSum(let first, let firstScale, let second, let secondScale):
      addScaled(gradient, firstScale, count, to: first)
      addScaled(gradient, secondScale, count, to: second)
    case .flatten(let input): flattenGradient(gradient, input)
    case .crossEntropy(let input, let probabilities, let targets):
      crossEntropyGradient(gradient[0], input, probabilities, targets)
    case .squaredError(let input, let targets):
      elementGradient(gradient[0], input, targets) { 2 * $0 }
    case .huber(let input, let delta, let targets):
      elementGradient(gradient[0], input, targets) { min(max($0, -delta), delta) }
    case .gather(let input, let actions):
      guard let target = gradientPointer(input) else { return }
      let channels = node(input).shape.channels
      for row in 0..<count { target[row * channels + Int(actions[row])] += gradient[row] }
    }
  }

  private func addScaled(_ gradient: UnsafePointer<Float>, _ scale: Float, _ count: Int, to operand: Variable)
  {
    if let target = gradientPointer(operand) { kernels.add_scaled(gradient, scale, count, target) }
  }

  private func crossEntropyGradient(
    _ gradient: Float, _ input: Variable, _ probabilities: UnsafePointer<Float>, _ targets: RowTargets
  ) {
    guard let target = gradientPointer(input) else { return }
    let shape = node(input).shape
    for row in 0..<shape.vectors {
      let scale = gradient * targets.weight(row) / Float(shape.vectors)
      let elements = (row * shape.channels)..<((row + 1) * shape.channels)
      var mass: Float = 0
      for i in elements { mass += targets.targets[i] }
      for i in elements { target[i] += scale * (mass * probabilities[i] - targets.targets[i]) }
    }
  }

  private func elementGradient(
    _ gradient: Float, _ input: Variable, _ targets: RowTargets, _ derivative: (Float) -> Float
  ) {
    guard let target = gradientPointer(input) else { return }
    let source = node(input)
    for row in 0..<source.shape.vectors {
      let scale = gradient * targets.weight(row) / Float(source.shape.count)
      for i in (row * source.shape.channels)..<((row + 1) * source.shape.channels) {
        target[i] += scale * derivative(source.value[i] - targets.targets[i])
      }
    }
  }
}
