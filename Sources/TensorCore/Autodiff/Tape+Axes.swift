extension Tape {
  /// The sum over `axes`, whose lengths become one, times `scale`.
  public func sum(_ input: Variable, over axes: Axes = .all, scale: Float = 1) -> Variable {
    let source = node(input)
    let shape = source.shape.reduced(over: axes)
    let value = arena.zeros(shape.count)
    let broadcast = Broadcast(source.shape, shape, to: source.shape)
    broadcast.forEachRun { run in
      kernels.accumulate(
        source.value + run.first, broadcast.firstStride, scale, run.count, value + run.second,
        broadcast.secondStride)
    }
    return record(
      .sum(input, scale: scale), shape: shape, value: value, needsGradient: source.needsGradient)
  }

  /// The mean over `axes`, whose lengths become one.
  public func mean(_ input: Variable, over axes: Axes = .all) -> Variable {
    let shape = shape(of: input)
    return sum(input, over: axes, scale: Float(shape.reduced(over: axes).count) / Float(shape.count))
  }

  func sumGradient(_ result: Node, _ gradient: UnsafePointer<Float>, _ input: Variable, scale: Float) {
    guard let target = gradientPointer(input) else { return }
    let source = node(input)
    let broadcast = Broadcast(source.shape, result.shape, to: source.shape)
    broadcast.forEachRun { run in
      kernels.accumulate(
        gradient + run.second, broadcast.secondStride, scale, run.count, target + run.first,
        broadcast.firstStride)
    }
  }

  /// The largest element over `axes`, whose lengths become one. Of equal ones the first has the gradient.
  public func maximum(_ input: Variable, over axes: Axes) -> Variable {
    let source = node(input)
    let shape = source.shape.reduced(over: axes)
    let value = arena.floats(shape.count)
    let indices = integers(shape.count)
    value.update(repeating: -.infinity, count: shape.count)
    indices.update(repeating: -1, count: shape.count)
    let broadcast = Broadcast(source.shape, shape, to: source.shape)
    broadcast.forEachRun { run in
      for i in 0..<run.count {
        let place = run.second + i * broadcast.secondStride
        let element = source.value[run.first + i]
        if element > value[place] { (value[place], indices[place]) = (element, Int32(run.first + i)) }
      }
    }
    return record(
      .maximum(input, indices: indices), shape: shape, value: value, needsGradient: source.needsGradient)
  }

  /// Softmax over the channels. Elements of minus infinity become 0, as does all of a row of nothing else.
  public func softmax(_ input: Variable) -> Variable {
    let source = node(input)
    let value = arena.floats(source.shape.count)
    kernels.softmax_rows(source.value, source.shape.vectors, source.shape.channels, value)
    return record(.softmax(input), shape: source.shape, value: value, needsGradient: source.needsGradient)
  }

  /// ln sum e^x over the channels: [batch, rows, columns, 1].
  public func logSumExp(_ input: Variable) -> Variable {
    let highest = detach(maximum(input, over: .channels))
    let powers = apply(.exponential, to: subtract(input, highest))
    return add(apply(.logarithm, to: sum(powers, over: .channels)), highest)
  }

  /// ln softmax over the channels. The largest element is taken off first, so that large logits lose no
  /// digits.
  public func logSoftmax(_ input: Variable) -> Variable {
    let shifted = subtract(input, detach(maximum(input, over: .channels)))
    return subtract(
      shifted, apply(.logarithm, to: sum(apply(.exponential, to: shifted), over: .channels)))
  }

  /// Every channel vector less its mean (unless `centred` is false), over the root of its mean square plus
  /// `epsilon`: the heart of layer norm, group norm and RMS norm.
  public func normalise(_ input: Variable, centred: Bool = true, epsilon: Float) -> Variable {
    let source = node(input)
    let value = arena.floats(source.shape.count)
    let inverseDeviation = arena.floats(source.shape.vectors)
    kernels.normalise_rows(
      source.value, source.shape.vectors, source.shape.channels, centred, epsilon, value, inverseDeviation)
    return record(
      .normalise(input, inverseDeviation: inverseDeviation, centred: centred, epsilon: epsilon),
      shape: source.shape,
      value: value, needsGradient: source.needsGradient)
  }
}
