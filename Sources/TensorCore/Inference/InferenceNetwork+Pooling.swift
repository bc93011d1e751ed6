import CKernels

extension InferenceNetwork {
  /// Pools channels from `first` on into the vectors of `output`, which has three features for each.
  func pool(_ image: EngineStep.Image, from first: Int, into output: PlanVariable, boards: Int) {
    let results = value(output)
    let channels = image.features / 3
    let factor = GlobalFeatures.sideFactor(rows: image.shape.rows, columns: image.shape.columns)
    for board in 0..<boards {
      let result = results + board * image.features
      if image.isFlat {
        forEachPlane(of: channels, from: first, board: board) { offset, points, channel in
          kernels.pool_halves(
            pixels(image.variable) + offset, points, factor, result + channel - first, channels)
        }
      } else {
        let points = image.points(channels: channels)
        kernels.pool_points(
          value(image.variable) + board * image.shape.count + first, points, factor, result, channels)
      }
    }
  }

  /// Adds a vector to each point of its board, with ReLU.
  func shift(_ image: EngineStep.Image, by vector: PlanVariable, into output: PlanVariable, boards: Int) {
    let (shifts, channels) = (value(vector), image.features)
    if image.isFlat { clear(pixels(output), channels: channels) }
    for board in 0..<boards {
      let shift = shifts + board * channels
      if image.isFlat {
        forEachPlane(of: channels, from: 0, board: board) { offset, points, channel in
          kernels.shift_halves(
            pixels(image.variable) + offset, points, shift + channel, points.row_stride, points.point_stride,
            pixels(output) + offset)
        }
      } else {
        let points = image.points(channels: channels)
        kernels.shift_points(
          value(image.variable) + board * image.shape.count, points, shift,
          image.shape.columns * channels, channels,
          value(output) + board * image.shape.rows * image.shape.columns * channels)
      }
    }
  }

  /// Calls `body` for some channels of a board in flat images, as far as they lie in one plane each, with where they
  /// begin, their points, and the first of them.
  private func forEachPlane(
    of channels: Int, from first: Int, board: Int,
    _ body: (_ offset: Int, _ points: kernel_points, _ channel: Int) -> Void
  ) {
    guard let flat else { preconditionFailure("a flat image without an arrangement") }
    let (arrangement, start) = (flat.arrangement, flat.arrangement.firstRow(board: board))
    var channel = first
    while channel < first + channels {
      let count = min(32 - channel % 32, first + channels - channel)
      let points = kernel_points(
        rows: flat.rows, columns: flat.columns, row_stride: 32 * arrangement.rowStride,
        point_stride: 32 * arrangement.pointStride, channels: count)
      body((channel / 32 * flat.convolution.plane_rows + start) * 32 + channel % 32, points, channel)
      channel += count
    }
  }

  /// Zeros outside the boards of a flat image, and in its last plane if that has channels that fill it only.
  private func clear(_ image: UnsafeMutablePointer<UInt16>, channels: Int) {
    guard let flat else { preconditionFailure("a flat image without an arrangement") }
    let convolution = flat.convolution
    for plane in 0..<FlatImage.padded(channels) / 32 {
      let rows = image + plane * convolution.plane_rows * 32
      if channels < (plane + 1) * 32 { rows.update(repeating: 0, count: flat.usedRows * 32) }
      for i in 0..<convolution.outside_count {
        (rows + Int(convolution.outside[i]) * 32).update(repeating: 0, count: 32)
      }
    }
  }
}

extension EngineStep.Image {
  /// The first `channels` of an image of floats.
  func points(channels: Int) -> kernel_points {
    kernel_points(
      rows: shape.rows, columns: shape.columns, row_stride: shape.columns * shape.channels,
      point_stride: shape.channels, channels: channels)
  }
}
