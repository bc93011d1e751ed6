import CKernels

extension Tape {
  /// The gradient of a tower, from its last step to its first. That of a step is kept as it is before the ReLU.
  func towerGradient(
    _ result: Node, _ gradient: UnsafePointer<Float>, _ input: Variable, _ steps: Range<Int>
  ) {
    guard let tiles = tileKernels else { preconditionFailure("a tower on tiles, on a tape without them") }
    let batch = abreast(result.shape, channels: widest(of: steps), on: tiles)
    let last = towerSteps[steps.upperBound - 1]
    // Gradients of one step and of the next, in turn.
    var (current, other) = (
      images(batch, channels: widest(of: steps)), images(batch, channels: widest(of: steps))
    )
    var moments = clearedMoments(last)
    for group in 0..<batch.groups {
      batch.fill(batch.memory.products, from: gradient, channels: last.count, group: group)
      batch.mask(last, adding: nil, moments, group: group, into: current)
    }
    tiles.tiles_begin()
    for index in steps.reversed() {
      let isAdded = index + 1 < steps.upperBound && towerSteps[index + 1].adds
      let below = index > steps.lowerBound ? clearedMoments(towerSteps[index - 1]) : nil
      let back: TowerTarget? =
        if let below {
          .step(towerSteps[index - 1], below, other)
        } else {
          claimGradient(of: input).map { .floats($0.memory, isFresh: $0.isFresh) }
        }
      backward(towerSteps[index], batch, current, moments, adding: isAdded ? other : nil, to: back)
      (current, other) = (other, current)
      if let below { moments = below }
    }
    tiles.tiles_end()
  }

  private func clearedMoments(_ step: TowerStep) -> TowerMoments {
    TowerMoments(sums: arena.zeros(step.outputs), products: arena.zeros(step.outputs))
  }

  /// From the gradient of a step those of its tensors, and that of its image, to which another one may be added.
  private func backward(
    _ step: TowerStep, _ batch: AbreastBatch, _ gradient: UnsafePointer<UInt16>, _ moments: TowerMoments,
    adding residual: UnsafeMutablePointer<UInt16>?, to target: TowerTarget?
  ) {
    let (slopes, memory) = (normGradient(step, batch, moments), batch.memory)
    batch.clearGradient(inputs: step.inputs, outputs: step.outputs)
    if target != nil {
      batch.pack(node(step.weight).value, outputs: step.count, channels: step.channels, turned: true)
    }
    for first in stride(from: 0, to: batch.groups, by: 2) {
      for group in first..<min(first + 2, batch.groups) {
        let sums = memory.slopes + (group - first) * batch.tables.halves(step.outputs)
        batch.slopes(step, gradient, slopes, group: group, into: sums)
        guard let target else { continue }
        batch.convolve(sums, inputs: step.outputs, outputs: step.inputs, into: memory.products)
        switch target {
        case .step(let below, let moments, let masked):
          batch.mask(below, adding: residual, moments, group: group, into: masked)
        case .floats(let floats, let isFresh):
          batch.write(memory.products, channels: step.channels, adding: !isFresh, to: floats, group: group)
          guard let residual else { continue }
          let more = residual + group * batch.tables.halves(step.inputs)
          batch.write(more, channels: step.channels, adding: true, to: floats, group: group)
        }
      }
      batch.accumulate(
        step.image + first * batch.tables.halves(step.inputs), inputs: step.inputs, outputs: step.outputs,
        group: first)
    }
    if let gradient = gradientPointer(step.weight) {
      batch.addWeights(to: gradient, channels: step.channels, count: step.count)
    }
  }

  /// Adds the gradients of a step's norm; see `batchNormGradient`.
  private func normGradient(
    _ step: TowerStep, _ batch: AbreastBatch, _ moments: TowerMoments
  ) -> NormalisationSlopes {
    let slopes = NormalisationSlopes(
      scale: step.factor, curve: arena.zeros(step.outputs), shift: arena.zeros(step.outputs))
    let count = Float(batch.batch * batch.tables.points)
    for c in 0..<step.count {
      let scaleGradient = moments.products[c] * step.inverseDeviation[c]
      slopes.curve[c] = -step.factor[c] * step.inverseDeviation[c] * scaleGradient / count
      slopes.shift[c] = -step.factor[c] * moments.sums[c] / count - slopes.curve[c] * step.mean[c]
      moments.products[c] = scaleGradient
    }
    if let target = gradientPointer(step.scale) {
      kernels.add_scaled(moments.products, 1, step.count, target)
    }
    if let target = gradientPointer(step.shift) {
      kernels.add_scaled(moments.sums, 1, step.count, target)
    }
    return slopes
  }
}

/// Where the gradient of a step's image goes: to the step before, with its moments, or to an operand in f32.
private enum TowerTarget {
  case step(TowerStep, TowerMoments, UnsafeMutablePointer<UInt16>)
  case floats(UnsafeMutablePointer<Float>, isFresh: Bool)
}
