import CKernels

/// A layer of a tower on a tape: its tensors, and what it keeps for the way back, with boards abreast.
struct TowerStep {
  let weight, scale, shift: Variable
  /// Channels of the image and of the result, and those in whole planes of 32.
  let channels, count, inputs, outputs: Int
  let adds: Bool
  /// What the convolution reads, what it gives, and what becomes of that.
  let image, sums, result: UnsafeMutablePointer<UInt16>
  /// Moments of `sums`, and how they are normalised, per channel.
  let mean, inverseDeviation, factor, offset: UnsafeMutablePointer<Float>
}

/// Of a gradient that comes to a batch norm, per channel: its sum, and that of its products with what was normalised,
/// less the mean.
struct TowerMoments {
  let sums, products: UnsafeMutablePointer<Float>
}

/// A gradient through batch norm, per channel: scale times it, and curve times what was normalised, and shift.
struct NormalisationSlopes {
  let scale, curve, shift: UnsafeMutablePointer<Float>
}

extension AbreastBatch {
  /// What a step makes of a group's sums.
  func normalise(_ step: TowerStep, adding residual: UnsafePointer<UInt16>?, group index: Int) {
    let first = index * tables.halves(step.outputs)
    tiles.abreast_normalise(
      step.sums + first, step.factor, step.offset, residual.map { $0 + first },
      group(index, channels: step.outputs), step.result + first)
  }

  /// From `memory.products`, the gradient of a step's result, and another one that may be added, the gradient before its
  /// ReLU, for a group, and its moments.
  func mask(
    _ step: TowerStep, adding residual: UnsafePointer<UInt16>?, _ moments: TowerMoments, group index: Int,
    into masked: UnsafeMutablePointer<UInt16>
  ) {
    let first = index * tables.halves(step.outputs)
    var mask = kernel_abreast_mask()
    (mask.gradient, mask.residual) = (UnsafePointer(memory.products), residual.map { $0 + first })
    (mask.y, mask.x) = (UnsafePointer(step.result + first), UnsafePointer(step.sums + first))
    (mask.masked, mask.mean) = (masked + first, UnsafePointer(step.mean))
    (mask.sums, mask.products) = (moments.sums, moments.products)
    mask.boards = group(index, channels: step.outputs)
    tiles.abreast_masked(&mask)
  }

  /// The gradient of a step's sums from what `mask` made of that of its result, for a group.
  func slopes(
    _ step: TowerStep, _ gradient: UnsafePointer<UInt16>, _ factors: NormalisationSlopes, group index: Int,
    into slopes: UnsafeMutablePointer<UInt16>
  ) {
    let first = index * tables.halves(step.outputs)
    tiles.abreast_slopes(
      step.sums + first, gradient + first, factors.scale, factors.curve, factors.shift,
      group(index, channels: step.outputs), slopes)
  }
}
