import CKernels

extension Tape {
  /// Adds the second-order part of a backward pass, (dJ/dt)^T g: how the operation's derivative J changes
  /// along the tangents, applied to the gradient g of the result. The nodes' gradients are derivatives of
  /// gradients meanwhile.
  func bend(_ result: Node, _ gradient: UnsafeMutablePointer<Float>, _ tangents: [Variable?]) {
    switch result.operation {
    case .dense(let input, let weight, _):
      exchange(input, weight, tangents) { denseGradient(result, gradient, input, weight, nil) }
    case .convolution(let input, let weight, _, let window):
      exchange(input, weight, tangents) {
        convolutionGradient(result, gradient, input, weight, nil, window)
      }
    case .product(let first, let second, let transposed):
      exchange(first, second, tangents) { productGradient(result, gradient, first, second, transposed) }
    case .combination(let first, let second, kernel_combination_multiply):
      exchange(first, second, tangents) {
        combinationGradient(result, gradient, first, second, kernel_combination_multiply)
      }
    case .function(let input, let function):
      guard let tangent = tangents[input.index], let target = gradientPointer(input) else { return }
      let count = result.shape.count
      let weighted = arena.floats(count)
      kernels.combine(
        kernel_combination_multiply, gradient, 1, nodes[tangent.index].value, 1, count, weighted)
      let (a, b) = function.arguments
      kernels.apply_gradient(
        function.kernel, 2, a, b, node(input).value, result.value, weighted, count, true, target)
    case .softmax(let input): bendSoftmax(result, gradient, input, tangents)
    case .normalise(let input, let inverseDeviation, let centred, _):
      bendNormalise(result, gradient, input, inverseDeviation, centred: centred, tangents)
    case .crossEntropy(let input, let probabilities, let targets):
      bendCrossEntropy(gradient[0], input, probabilities, targets, tangents)
    case .squaredError(let input, let targets):
      bendErrors(gradient[0], input, targets, tangents) { _ in 2 }
    case .huber(let input, let delta, let targets):
      bendErrors(gradient[0], input, targets, tangents) { abs($0) <= delta ? 1 : 0 }
    default: break
    }
  }

  /// Runs the backward pass of a bilinear operation with its operands' tangents in place of their values:
  /// that is how its derivative changes.
  private func exchange(_ first: Variable, _ second: Variable, _ tangents: [Variable?], _ body: () -> Void) {
    let values = (nodes[first.index].value, nodes[second.index].value)
    nodes[first.index].value = tangentValues(first, tangents)
    nodes[second.index].value = tangentValues(second, tangents)
    body()
    (nodes[first.index].value, nodes[second.index].value) = values
  }

  private func tangentValues(_ operand: Variable, _ tangents: [Variable?]) -> UnsafeMutablePointer<Float> {
    if operand.index < tangents.count, let tangent = tangents[operand.index] {
      return nodes[tangent.index].value
    }
    return arena.zeros(nodes[operand.index].shape.count)
  }

  /// y' (g - sum g y) - y sum g y', where y' is the change of the softmax.
  private func bendSoftmax(
    _ result: Node, _ gradient: UnsafePointer<Float>, _ input: Variable, _ tangents: [Variable?]
  ) {
    guard let tangent = tangents[input.index], let target = gradientPointer(input) else { return }
    let (count, channels) = (result.shape.count, result.shape.channels)
    let change = arena.zeros(count)
    kernels.softmax_rows_gradient(
      result.value, nodes[tangent.index].value, result.shape.vectors, channels, change)
    for start in stride(from: 0, to: count, by: channels) {
      var (mean, turned): (Float, Float) = (0, 0)
      for i in start..<(start + channels) {
        mean += gradient[i] * result.value[i]
        turned += gradient[i] * change[i]
      }
      for i in start..<(start + channels) {
        target[i] += change[i] * (gradient[i] - mean) - result.value[i] * turned
      }
    }
  }

  /// With y = (x - mean) r and r' = -r^2 mean(y x'): r'/r times the backward pass, less
  /// r (y' mean(g y) + y mean(g y')).
  private func bendNormalise(
    _ result: Node, _ gradient: UnsafePointer<Float>, _ input: Variable,
    _ inverseDeviation: UnsafePointer<Float>, centred: Bool, _ tangents: [Variable?]
  ) {
    guard let tangent = tangents[input.index], let target = gradientPointer(input) else { return }
    let (rows, channels) = (result.shape.vectors, result.shape.channels)
    let slopes = nodes[tangent.index].value
    let (change, first) = (arena.zeros(rows * channels), arena.zeros(rows * channels))
    kernels.normalise_rows_gradient(result.value, inverseDeviation, slopes, rows, channels, centred, change)
    kernels.normalise_rows_gradient(result.value, inverseDeviation, gradient, rows, channels, centred, first)
    for row in 0..<rows {
      let elements = (row * channels)..<((row + 1) * channels)
      var (along, before, after): (Float, Float, Float) = (0, 0, 0)
      for i in elements {
        along += result.value[i] * slopes[i] / Float(channels)
        before += gradient[i] * result.value[i] / Float(channels)
        after += gradient[i] * change[i] / Float(channels)
      }
      let r = inverseDeviation[row]
      for i in elements {
        target[i] -= r * (along * first[i] + change[i] * before + result.value[i] * after)
      }
    }
  }

  private func bendCrossEntropy(
    _ gradient: Float, _ input: Variable, _ probabilities: UnsafePointer<Float>, _ targets: RowTargets,
    _ tangents: [Variable?]
  ) {
    guard let tangent = tangents[input.index], let target = gradientPointer(input) else { return }
    let shape = node(input).shape
    let slopes = nodes[tangent.index].value
    for row in 0..<shape.vectors {
      let scale = gradient * targets.weight(row) / Float(shape.vectors)
      let elements = (row * shape.channels)..<((row + 1) * shape.channels)
      var (mass, mean): (Float, Float) = (0, 0)
      for i in elements { (mass, mean) = (mass + targets.targets[i], mean + probabilities[i] * slopes[i]) }
      for i in elements { target[i] += scale * mass * probabilities[i] * (slopes[i] - mean) }
    }
  }

  private func bendErrors(
    _ gradient: Float, _ input: Variable, _ targets: RowTargets, _ tangents: [Variable?],
    _ curvature: (Float) -> Float
  ) {
    guard let tangent = tangents[input.index], let target = gradientPointer(input) else { return }
    let source = node(input)
    let slopes = nodes[tangent.index].value
    for row in 0..<source.shape.vectors {
      let scale = gradient * targets.weight(row) / Float(source.shape.count)
      for i in (row * source.shape.channels)..<((row + 1) * source.shape.channels) {
        target[i] += scale * curvature(source.value[i] - targets.targets[i]) * slopes[i]
      }
    }
  }
}
