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
      nodes[i].gradient = arena.floats(nodes[i].shape.count)
      nodes[i].isFresh = true
    }
    if let seed = gradientPointer(variable) {
      for (i, value) in cotangent.enumerated() { seed[i] += value }
    }
    for i in stride(from: variable.index, through: 0, by: -1) {
      settle(i)
      propagate(nodes[i])
    }
    settleParameters()
  }

  /// Adds what a value's gradient means for its operands to theirs.
  func propagate(_ result: Node) {
    guard let gradient = result.gradient else { return }
    let count = result.shape.count
    switch result.operation {
    case .leaf: break
    case .dense(let input, let weight, let bias): denseGradient(result, gradient, input, weight, bias)
    case .convolution(let input, let weight, let bias, let window):
      convolutionGradient(result, gradient, input, weight, bias, window)
    case .tower(let input, let steps): towerGradient(result, gradient, input, steps)
    case .batchNorm(let input, let scale, let shift, let used):
      batchNormGradient(result, gradient, input, scale: scale, shift: shift, used)
    case .product(let first, let second, let transposed):
      productGradient(result, gradient, first, second, transposed)
    case .function(let input, let function):
      functionGradient(result, gradient, input, function)
    case .combination(let first, let second, let kind):
      combinationGradient(result, gradient, first, second, kind)
    case .perturbation(let mean, let deviation, let to, let from):
      perturbationGradient(result, gradient, mean, deviation, to: to, from: from)
    case .weightedSum(let first, let firstScale, let second, let secondScale):
      addScaled(gradient, firstScale, count, to: first)
      addScaled(gradient, secondScale, count, to: second)
    case .sum(let input, let scale): sumGradient(result, gradient, input, scale: scale)
    case .maximum(let input, let indices): scatter(gradient, indices, count: count, width: 1, to: input)
    case .softmax(let input):
      guard let target = gradientPointer(input) else { return }
      kernels.softmax_rows_gradient(
        result.value, gradient, result.shape.vectors, result.shape.channels, target)
    case .normalise(let input, let inverseDeviation, let centred, _):
      guard let target = gradientPointer(input) else { return }
      kernels.normalise_rows_gradient(
        result.value, inverseDeviation, gradient, result.shape.vectors, result.shape.channels, centred, target
      )
    case .reshape, .permute, .slice, .concatenation, .gather, .patches, .overlap:
      moveGradient(result, gradient)
    case .crossEntropy, .squaredError, .huber: lossGradient(result, gradient[0])
    }
  }

  /// Of operations that only move elements.
  private func moveGradient(_ result: Node, _ gradient: UnsafePointer<Float>) {
    switch result.operation {
    case .reshape(let input): passGradient(gradient, count: result.shape.count, to: input)
    case .permute(let input, let order): permuteGradient(result, gradient, input, order)
    case .slice(let input, let axis, let start): sliceGradient(result, gradient, input, axis, start)
    case .concatenation(let parts, let axis): concatenationGradient(result, gradient, parts, axis)
    case .gather(let input, let indices):
      scatter(gradient, indices, count: result.shape.vectors, width: result.shape.channels, to: input)
    case .patches(let input, let geometry, _): patchesGradient(gradient, input, geometry)
    case .overlap(let input, let geometry): overlapGradient(gradient, input, geometry)
    default: break
    }
  }

  /// Of losses, given their own gradient.
  private func lossGradient(_ result: Node, _ gradient: Float) {
    switch result.operation {
    case .crossEntropy(let input, let probabilities, let targets):
      crossEntropyGradient(gradient, input, probabilities, targets)
    case .squaredError(let input, let targets):
      elementGradient(gradient, input, targets) { 2 * $0 }
    case .huber(let input, let delta, let targets):
      elementGradient(gradient, input, targets) { min(max($0, -delta), delta) }
    default: break
    }
  }

  private func addScaled(_ gradient: UnsafePointer<Float>, _ scale: Float, _ count: Int, to operand: Variable)
  {
    if let target = gradientPointer(operand) { kernels.add_scaled(gradient, scale, count, target) }
  }

  private func functionGradient(
    _ result: Node, _ gradient: UnsafePointer<Float>, _ input: Variable, _ function: ElementFunction
  ) {
    guard let (target, isFresh) = claimGradient(of: input) else { return }
    let (a, b) = function.arguments
    kernels.apply_gradient(
      function.kernel, 1, a, b, node(input).value, result.value, gradient, result.shape.count, !isFresh,
      target)
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
