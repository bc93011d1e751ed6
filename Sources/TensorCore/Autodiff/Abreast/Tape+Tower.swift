import CKernels

/// A 3x3 convolution with batch norm, perhaps with the image of the layer before it added, and a ReLU.
struct TowerLayer: Sendable {
  let convolution: Convolution2D
  let norm: BatchNorm
  let adds: Bool
}

extension Tape {
  /// Layers one after another, over images [batch, rows, columns, channels]. In training on matrix tiles all is one
  /// operation, which keeps images in bf16 and boards abreast, and does what it can while they are in the cache; so
  /// values and gradients between layers are rounded to bf16, as in autocasting (Micikevicius et al. 2018).
  func tower(_ input: Variable, _ layers: [TowerLayer]) -> Variable {
    if let tileKernels, mode == .training, !layers.isEmpty,
      layers.allSatisfy({ $0.convolution.outputs % 16 == 0 })
    {
      return tileTower(input, layers, on: tileKernels)
    }
    var (before, value) = (input, input)
    for layer in layers {
      let sums = layer.convolution.forward(value, on: self)
      (before, value) = (
        value, layer.norm.forward(sums, adding: layer.adds ? before : nil, relu: true, on: self)
      )
    }
    return value
  }

  private func tileTower(_ input: Variable, _ layers: [TowerLayer], on tiles: kernel_table) -> Variable {
    let source = node(input)
    let first = towerSteps.count
    let widest = layers.reduce(source.shape.channels) { max($0, $1.convolution.outputs) }
    let batch = abreast(source.shape, channels: widest.rounded(upTo: 32), on: tiles)
    recordSteps(layers, over: source.shape, in: batch)
    let steps = first..<towerSteps.count
    for group in 0..<batch.groups {
      let image = towerSteps[first].image + group * batch.tables.halves(towerSteps[first].inputs)
      batch.fill(image, from: source.value, channels: source.shape.channels, group: group)
    }
    tiles.tiles_begin()
    for (i, layer) in zip(steps, layers) { forward(i, layer.norm, isFirst: i == first, batch) }
    tiles.tiles_end()
    let last = towerSteps[steps.upperBound - 1]
    let shape = VariableShape(
      batch: source.shape.batch, rows: source.shape.rows, columns: source.shape.columns,
      channels: last.count)
    let value = arena.floats(shape.count)
    for group in 0..<batch.groups {
      batch.normalise(last, adding: residual(of: steps.upperBound - 1), group: group)
      let result = last.result + group * batch.tables.halves(last.outputs)
      batch.write(result, channels: last.count, adding: false, to: value, group: group)
    }
    return record(.tower(input, steps), shape: shape, value: value, needsGradient: true)
  }

  private func recordSteps(_ layers: [TowerLayer], over shape: VariableShape, in batch: AbreastBatch) {
    let first = towerSteps.count
    var channels = shape.channels
    var image = images(batch, channels: channels.rounded(upTo: 32))
    for layer in layers {
      let (convolution, count) = (layer.convolution, layer.convolution.outputs)
      precondition(
        convolution.kernel == 3 && convolution.padding == 1 && convolution.bias == nil
          && convolution.inputs == channels && layer.norm.channels == count,
        "a tower's layer is a 3x3 convolution that keeps the size, without a bias, with its norm")
      // What is added is the image of the layer before.
      precondition(
        !layer.adds || towerSteps.count > first && towerSteps[towerSteps.count - 1].channels == count,
        "what a tower's layer adds has another shape")
      let outputs = count.rounded(upTo: 32)
      let step = TowerStep(
        weight: parameter(layer.convolution.weight), scale: parameter(layer.norm.scale),
        shift: parameter(layer.norm.shift), channels: channels, count: count,
        inputs: channels.rounded(upTo: 32), outputs: outputs, adds: layer.adds, image: image,
        sums: images(batch, channels: outputs),
        result: images(batch, channels: outputs),
        mean: arena.floats(outputs), inverseDeviation: arena.floats(outputs), factor: arena.floats(outputs),
        offset: arena.floats(outputs))
      towerSteps.append(step)
      (channels, image) = (count, step.result)
    }
  }

  /// Memory for a batch of images.
  func images(_ batch: AbreastBatch, channels: Int) -> UnsafeMutablePointer<UInt16> {
    let count = batch.groups * batch.tables.halves(channels)
    var space = HalfSpace(arena.floats(count / 2))
    return space.halves(count)
  }

  /// The most channels that one of some steps reads or gives.
  func widest(of steps: Range<Int>) -> Int {
    towerSteps[steps].reduce(0) { max($0, $1.inputs, $1.outputs) }
  }

  /// What a step adds.
  private func residual(of step: Int) -> UnsafePointer<UInt16>? {
    towerSteps[step].adds ? UnsafePointer(towerSteps[step - 1].image) : nil
  }

  /// A step's sums and their moments, after what the step before makes of its own.
  private func forward(_ index: Int, _ norm: BatchNorm, isFirst: Bool, _ batch: AbreastBatch) {
    let (step, tables) = (towerSteps[index], batch.tables)
    batch.pack(node(step.weight).value, outputs: step.count, channels: step.channels, turned: false)
    let (means, squares) = (
      arena.floats(batch.groups * step.outputs), arena.floats(batch.groups * step.outputs)
    )
    for group in 0..<batch.groups {
      if !isFirst { batch.normalise(towerSteps[index - 1], adding: residual(of: index - 1), group: group) }
      let sums = step.sums + group * tables.halves(step.outputs)
      batch.convolve(
        step.image + group * tables.halves(step.inputs), inputs: step.inputs, outputs: step.outputs,
        into: sums)
      batch.tiles.abreast_moments(
        sums, batch.group(group, channels: step.outputs), means + group * step.outputs,
        squares + group * step.outputs)
    }
    combineMoments(step, batch, means, squares)
    keepStatistics(
      step.mean, step.inverseDeviation, samples: batch.batch * tables.points, norm.runningMean,
      norm.runningVariance)
    (step.factor + step.count).update(repeating: 0, count: step.outputs - step.count)
    (step.offset + step.count).update(repeating: 0, count: step.outputs - step.count)
    normalisationFactors(
      step.scale, step.shift, step.mean, step.inverseDeviation, epsilon: norm.epsilon, channels: step.count,
      into: step.factor, step.offset)
  }

  /// Mean and variance of all boards from those of the groups (Chan et al. 1979); the variance comes in place of
  /// the inverse deviation.
  private func combineMoments(
    _ step: TowerStep, _ batch: AbreastBatch, _ means: UnsafePointer<Float>, _ squares: UnsafePointer<Float>
  ) {
    for c in 0..<step.outputs {
      var (count, mean, square) = (0.0, 0.0, 0.0)
      for group in 0..<batch.groups {
        let more = Double(min(16, batch.batch - 16 * group) * batch.tables.points)
        let distance = Double(means[group * step.outputs + c]) - mean
        square +=
          Double(squares[group * step.outputs + c]) + distance * distance * count * more / (count + more)
        mean += distance * more / (count + more)
        count += more
      }
      (step.mean[c], step.inverseDeviation[c]) = (Float(mean), Float(square / count))
    }
  }
}
