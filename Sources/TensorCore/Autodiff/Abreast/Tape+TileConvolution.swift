import CKernels

/// Convolutions of 3 x 3 taps in bf16 on matrix tiles, with sums in f32 and images in f32 before and behind.
extension Tape {
  /// Nil where tiles do not serve, or would work on little but padding.
  func tileBatch(_ window: kernel_window, _ square: SquareWindow, of source: Node, outputs: Int)
    -> AbreastBatch?
  {
    guard let tileKernels, square.kernel == 3, square.padding == 1, square.stride == 1, outputs % 16 == 0,
      window.channels % 16 == 0 || !source.needsGradient
    else { return nil }
    let channels = max(window.channels, outputs).rounded(upTo: 32)
    return abreast(source.shape, channels: channels, on: tileKernels)
  }

  /// A batch in groups, with memory for layers of at most so many channels.
  func abreast(_ shape: VariableShape, channels: Int, on tiles: kernel_table) -> AbreastBatch {
    let tables = abreastTables(shape)
    return AbreastBatch(
      tiles: tiles, tables: tables, batch: shape.batch,
      memory: AbreastScratch(tables, channels: channels, on: self))
  }

  private func abreastTables(_ shape: VariableShape) -> AbreastTables {
    for known in knownTables where known.rows == shape.rows && known.columns == shape.columns {
      return known
    }
    knownTables.append(AbreastTables(rows: shape.rows, columns: shape.columns))
    return knownTables[knownTables.count - 1]
  }

  func tileConvolution(
    _ source: Node, kernel: UnsafePointer<Float>, bias: UnsafePointer<Float>?, outputs: Int,
    in batch: AbreastBatch, into target: UnsafeMutablePointer<Float>
  ) {
    let (channels, image) = (source.shape.channels, batch.memory.images)
    batch.pack(kernel, outputs: outputs, channels: channels, turned: false)
    if let bias { batch.memory.bias.update(from: bias, count: outputs) }
    batch.tiles.tiles_begin()
    for group in 0..<batch.groups {
      batch.fill(image, from: source.value, channels: channels, group: group)
      batch.convolve(
        image, inputs: channels.rounded(upTo: 32), channels: outputs, adding: false, to: target, group: group)
    }
    batch.tiles.tiles_end()
  }

  /// Adds the gradient of the kernel and, where there is one, adds that of the image or writes a fresh one.
  func tileGradient(
    _ source: Node, kernel: UnsafePointer<Float>, of gradient: UnsafePointer<Float>, outputs: Int,
    in batch: AbreastBatch, into kernelGradient: UnsafeMutablePointer<Float>?,
    _ imageGradient: (memory: UnsafeMutablePointer<Float>, isFresh: Bool)?
  ) {
    let (channels, memory, tables) = (source.shape.channels, batch.memory, batch.tables)
    let (inputs, padded) = (channels.rounded(upTo: 32), outputs.rounded(upTo: 32))
    if imageGradient != nil { batch.pack(kernel, outputs: outputs, channels: channels, turned: true) }
    batch.clearGradient(inputs: inputs, outputs: padded)
    batch.tiles.tiles_begin()
    for first in stride(from: 0, to: batch.groups, by: 2) {
      for group in first..<min(first + 2, batch.groups) {
        let slopes = memory.slopes + (group - first) * tables.halves(padded)
        batch.fill(slopes, from: gradient, channels: outputs, group: group)
        if let (target, isFresh) = imageGradient {
          batch.convolve(
            slopes, inputs: padded, channels: channels, adding: !isFresh, to: target, group: group)
        }
        batch.fill(
          memory.images + (group - first) * tables.halves(inputs), from: source.value, channels: channels,
          group: group)
      }
      batch.accumulate(memory.images, inputs: inputs, outputs: padded, group: first)
    }
    batch.tiles.tiles_end()
    if let kernelGradient { batch.addWeights(to: kernelGradient, channels: channels, count: outputs) }
  }
}
