/// Gradients are not cleared before they are written: a node is fresh until something is added to its gradient, and
/// an operation that can write instead does so. Clearing the gradient of a large layer costs as much as reading it.
extension Tape {
  /// In place of an owner: the tensor's gradient is as it should be, or it is zero but was not cleared.
  static let cleared = -1
  static let unused = -2

  /// The memory for what an operand's gradient is added to; nil where nobody asks for it.
  func gradientPointer(_ variable: Variable) -> UnsafeMutablePointer<Float>? {
    settle(variable.index)
    return nodes[variable.index].gradient
  }

  /// The same for who writes all of it if it is fresh, and adds to it if not.
  func claimGradient(of variable: Variable) -> (memory: UnsafeMutablePointer<Float>, isFresh: Bool)? {
    let isFresh = nodes[variable.index].isFresh
    nodes[variable.index].isFresh = false
    return nodes[variable.index].gradient.map { ($0, isFresh) }
  }

  /// Gives a gradient on as it is.
  func passGradient(_ gradient: UnsafePointer<Float>, count: Int, to operand: Variable) {
    guard let (target, isFresh) = claimGradient(of: operand) else { return }
    if isFresh { return target.update(from: gradient, count: count) }
    kernels.add_scaled(gradient, 1, count, target)
  }

  /// Clears a gradient that is fresh.
  func settle(_ index: Int) {
    guard nodes[index].isFresh else { return }
    nodes[index].isFresh = false
    nodes[index].gradient?.update(repeating: 0, count: nodes[index].shape.count)
  }

  /// Makes the next node the owner of a tensor's gradient, if it is the first one. A second one adds, whenever
  /// that is, so that the first may not write any more.
  func own(_ index: ParameterIndex) -> Bool {
    let number = index.value
    guard owners[number] == Self.unused else {
      if owners[number] >= 0 { settle(owners[number]) }
      return false
    }
    owners[number] = nodes.count
    return true
  }

  /// Clears what nothing was written to.
  func settleParameters() {
    guard gradientMemory.count > 0 else { return }
    for i in owners.indices {
      if owners[i] >= 0 { settle(owners[i]) }
      guard owners[i] == Self.unused else { continue }
      let entry = parameters.layout.trained[i]
      (gradientMemory.pointer + entry.offset).update(repeating: 0, count: entry.shape.count)
      owners[i] = Self.cleared
    }
  }
}
