extension Tape {
  /// Batch normalisation per channel (Ioffe and Szegedy 2015). In training it normalises with the biased
  /// moments of this tape's batch, and leaves mean and unbiased variance in `statistics`; otherwise it uses
  /// the running ones.
  ///
  /// A value of the same shape may be added, and the sum go through a ReLU, all on the one way through memory.
  public func batchNorm(
    _ input: Variable, scale: Variable, shift: Variable, runningMean: BufferIndex,
    runningVariance: BufferIndex, epsilon: Float, adding residual: Variable? = nil, relu: Bool = false
  ) -> Variable {
    let source = node(input)
    let channels = source.shape.channels
    let mean = arena.floats(channels)
    let inverseDeviation = arena.floats(channels)
    if mode == .training {
      let variance = inverseDeviation
      kernels.column_moments(source.value, source.shape.vectors, channels, mean, variance)
      keepStatistics(mean, variance, samples: source.shape.vectors, runningMean, runningVariance)
    } else {
      for c in 0..<channels {
        mean[c] = parameters[runningMean][c]
        inverseDeviation[c] = parameters[runningVariance][c]
      }
    }
    let (a, b) = (arena.floats(channels), arena.floats(channels))
    normalisationFactors(
      scale, shift, mean, inverseDeviation, epsilon: epsilon, channels: channels, into: a, b)
    let value = arena.floats(source.shape.count)
    precondition(residual.map { node($0).shape == source.shape } ?? true, "what is added has another shape")
    kernels.affine_columns(
      source.value, a, b, residual.map { UnsafePointer(node($0).value) }, relu, source.shape.vectors,
      channels,
      value)
    let used = Normalisation(
      mean: mean, inverseDeviation: inverseDeviation, fromBatch: mode == .training, residual: residual,
      relu: relu)
    return record(
      .batchNorm(input, scale: scale, shift: shift, used), shape: source.shape, value: value,
      needsGradient: true)
  }

  /// What values are multiplied by, and what is added, to normalise them; the inverse deviation comes in place of the
  /// variance.
  func normalisationFactors(
    _ scale: Variable, _ shift: Variable, _ mean: UnsafePointer<Float>,
    _ inverseDeviation: UnsafeMutablePointer<Float>, epsilon: Float, channels: Int,
    into factor: UnsafeMutablePointer<Float>, _ offset: UnsafeMutablePointer<Float>
  ) {
    let (scales, shifts) = (node(scale).value, node(shift).value)
    for c in 0..<channels {
      inverseDeviation[c] = 1 / (inverseDeviation[c] + epsilon).squareRoot()
      factor[c] = scales[c] * inverseDeviation[c]
      offset[c] = shifts[c] - mean[c] * factor[c]
    }
  }

  func keepStatistics(
    _ mean: UnsafePointer<Float>, _ variance: UnsafePointer<Float>, samples: Int, _ meanIndex: BufferIndex,
    _ varianceIndex: BufferIndex
  ) {
    let unbiased = samples > 1 ? Float(samples) / Float(samples - 1) : 1
    let (meanEntry, varianceEntry) = (parameters.layout[meanIndex], parameters.layout[varianceIndex])
    for c in 0..<meanEntry.shape.count {
      statistics[meanEntry.offset + c] = mean[c]
      statistics[varianceEntry.offset + c] = variance[c] * unbiased
    }
  }

  func batchNormGradient(
    _ result: Node, _ gradient: UnsafeMutablePointer<Float>, _ input: Variable, scale: Variable,
    shift: Variable, _ used: Normalisation
  ) {
    let source = node(input)
    let (vectors, channels) = (result.shape.vectors, result.shape.channels)
    let (scaleGradient, shiftGradient) = (arena.zeros(channels), arena.zeros(channels))
    kernels.normalise_gradients(
      source.value, used.relu ? UnsafePointer(result.value) : nil, gradient, used.mean, used.inverseDeviation,
      vectors, channels, scaleGradient, shiftGradient)
    if let residual = used.residual { passGradient(gradient, count: result.shape.count, to: residual) }
    if let target = gradientPointer(scale) { kernels.add_scaled(scaleGradient, 1, channels, target) }
    if let target = gradientPointer(shift) { kernels.add_scaled(shiftGradient, 1, channels, target) }
    guard let (target, isFresh) = claimGradient(of: input) else { return }
    let (a, b, c) = (arena.floats(channels), arena.zeros(channels), arena.zeros(channels))
    for i in 0..<channels {
      a[i] = node(scale).value[i] * used.inverseDeviation[i]
      guard used.fromBatch else { continue }
      b[i] = -a[i] * used.inverseDeviation[i] * scaleGradient[i] / Float(vectors)
      c[i] = -a[i] * shiftGradient[i] / Float(vectors) - b[i] * used.mean[i]
    }
    kernels.affine_pair(source.value, gradient, a, b, c, vectors, channels, !isFresh, target)
  }
}
