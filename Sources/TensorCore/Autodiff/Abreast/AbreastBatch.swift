import CKernels

/// A batch of boards in groups of sixteen abreast, and what its convolutions on matrix tiles are made of.
struct AbreastBatch {
  let tiles: kernel_table
  let tables: AbreastTables
  let batch: Int
  let memory: AbreastScratch

  var groups: Int { (batch + 15) / 16 }

  func group(_ index: Int, channels: Int) -> kernel_abreast {
    kernel_abreast(points: tables.points, boards: min(16, batch - 16 * index), channels: channels)
  }

  /// Where a group begins in floats [boards][points][channels], and how many of them it has.
  func floats(_ index: Int, channels: Int) -> Range<Int> {
    let board = tables.points * channels
    return 16 * index * board..<min(batch, 16 * index + 16) * board
  }

  /// Brings a group of boards from floats into whole planes.
  func fill(
    _ image: UnsafeMutablePointer<UInt16>, from source: UnsafePointer<Float>, channels: Int, group index: Int
  ) {
    tiles.abreast_from_floats(
      source + floats(index, channels: channels).lowerBound, channels,
      group(index, channels: channels.rounded(upTo: 32)), image)
  }

  /// Writes a group of boards to floats, or adds it.
  func write(
    _ image: UnsafePointer<UInt16>, channels: Int, adding: Bool, to target: UnsafeMutablePointer<Float>,
    group index: Int
  ) {
    tiles.abreast_to_floats(
      image, group(index, channels: channels.rounded(upTo: 32)), adding,
      target + floats(index, channels: channels).lowerBound, channels)
  }

  /// Packs weights [outputs][channels][9], or those that lead gradients back.
  func pack(_ weights: UnsafePointer<Float>, outputs: Int, channels: Int, turned: Bool) {
    tiles.abreast_weights(weights, outputs, channels, turned, memory.weights)
  }

  private func convolution(_ image: UnsafePointer<UInt16>, inputs: Int, outputs: Int)
    -> kernel_flat_convolution
  {
    var convolution = tables.arrangement.convolution(boards: 16)
    (convolution.input, convolution.inputs, convolution.outputs) = (image, inputs, outputs)
    (convolution.weights, convolution.weight_sets) = (UnsafePointer(memory.weights), 1)
    convolution.bias = UnsafePointer(memory.bias)
    return convolution
  }

  /// The convolution of a group with the packed weights.
  func convolve(
    _ image: UnsafePointer<UInt16>, inputs: Int, outputs: Int, into result: UnsafeMutablePointer<UInt16>
  ) {
    var convolution = convolution(image, inputs: inputs, outputs: outputs)
    convolution.output = result
    tiles.flat_convolution(&convolution)
  }

  /// The same in floats, which it writes, or adds to those of the group.
  func convolve(
    _ image: UnsafePointer<UInt16>, inputs: Int, channels: Int, adding: Bool,
    to target: UnsafeMutablePointer<Float>, group index: Int
  ) {
    var convolution = convolution(image, inputs: inputs, outputs: channels.rounded(upTo: 32))
    (convolution.floats, convolution.float_channels) = (memory.floats, channels)
    tiles.flat_convolution(&convolution)
    let range = floats(index, channels: channels)
    if adding {
      kernels.add_scaled(memory.floats, 1, range.count, target + range.lowerBound)
    } else {
      (target + range.lowerBound).update(from: memory.floats, count: range.count)
    }
  }

  /// Adds to `memory.gradient` what a group, and the next one if there is one, give with `memory.slopes`.
  func accumulate(_ image: UnsafePointer<UInt16>, inputs: Int, outputs: Int, group index: Int) {
    let isPair = index + 1 < groups
    func pair(_ image: UnsafePointer<UInt16>, _ channels: Int, into pairs: UnsafeMutablePointer<UInt16>) {
      let second = isPair ? image + tables.halves(channels) : nil
      tiles.abreast_pairs(image, second, group(index, channels: channels), pairs)
    }
    pair(image, inputs, into: memory.imagePairs)
    pair(memory.slopes, outputs, into: memory.slopePairs)
    for block in 0..<inputs / 32 * tables.points {
      tiles.transposePairs(
        memory.imagePairs + block * 1024, rows: 16, columns: 32, into: memory.turnedPairs + block * 1024)
    }
    var product = kernel_abreast_product()
    (product.a, product.b) = (UnsafePointer(memory.turnedPairs), UnsafePointer(memory.slopePairs))
    (product.c, product.inputs, product.outputs) = (memory.gradient, inputs, outputs)
    (product.rows, product.columns) = (tables.rows, tables.columns)
    tiles.abreast_product(&product)
  }

  func clearGradient(inputs: Int, outputs: Int) {
    memory.gradient.update(repeating: 0, count: 9 * inputs * outputs)
  }

  /// Adds `memory.gradient` to that of weights [count][channels][9].
  func addWeights(to gradient: UnsafeMutablePointer<Float>, channels: Int, count: Int) {
    let (inputs, outputs) = (channels.rounded(upTo: 32), count.rounded(upTo: 32))
    for channel in 0..<channels {
      for tap in 0..<9 {
        let from = memory.gradient + (tap * inputs + channel) * outputs
        let to = gradient + channel * 9 + tap
        for output in 0..<count { to[output * 9 * channels] += from[output] }
      }
    }
  }
}
