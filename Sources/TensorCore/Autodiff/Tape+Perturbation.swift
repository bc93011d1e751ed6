import CKernels

/// Weights with factorised noise (Fortunato et al. 2018), row by row, so that all but the weights stays in the cache.
extension Tape {
  /// mean + deviation * to x from: weights [outputs, inputs] with factors of noise `to` [outputs] and `from`
  /// [inputs], which are constants.
  func perturb(_ mean: Variable, _ deviation: Variable, to: Variable, from: Variable) -> Variable {
    let (means, deviations) = (node(mean), node(deviation))
    let shape = VariableShape(batch: node(to).shape.count, channels: node(from).shape.count)
    precondition(means.shape.count == shape.count, "the means do not fit the noise")
    precondition(deviations.shape.count == shape.count, "the deviations do not fit the noise")
    let value = arena.floats(shape.count)
    forEachRow(to, from) { noise, start, columns in
      let product = noise + columns
      kernels.combine(kernel_combination_multiply, deviations.value + start, 1, noise, 1, columns, product)
      kernels.combine(kernel_combination_add, means.value + start, 1, product, 1, columns, value + start)
    }
    return record(
      .perturbation(mean: mean, deviation: deviation, to: to, from: from), shape: shape, value: value,
      needsGradient: means.needsGradient || deviations.needsGradient)
  }

  func perturbationGradient(
    _ result: Node, _ gradient: UnsafePointer<Float>, _ mean: Variable, _ deviation: Variable,
    to: Variable, from: Variable
  ) {
    passGradient(gradient, count: result.shape.count, to: mean)
    guard let (target, isFresh) = claimGradient(of: deviation) else { return }
    forEachRow(to, from) { noise, start, columns in
      let product = isFresh ? target + start : noise + columns
      kernels.combine(kernel_combination_multiply, gradient + start, 1, noise, 1, columns, product)
      if !isFresh { kernels.add_scaled(product, 1, columns, target + start) }
    }
  }

  /// Calls `body` for every row of weights with its noise, which has room for as many floats more behind it, the row's
  /// start and its length.
  private func forEachRow(
    _ to: Variable, _ from: Variable, _ body: (UnsafeMutablePointer<Float>, Int, Int) -> Void
  ) {
    let (factors, shared) = (node(to), node(from))
    let columns = shared.shape.count
    let noise = scratch(2 * columns)
    for row in 0..<factors.shape.count {
      kernels.apply(kernel_function_linear, factors.value[row], 0, shared.value, columns, noise)
      body(noise, row * columns, columns)
    }
  }
}
