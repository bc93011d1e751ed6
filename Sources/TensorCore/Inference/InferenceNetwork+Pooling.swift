import CKernels

extension InferenceNetwork {
  /// Pools channels from `first` on into the vectors of `output`, which has three features for each.
  func pool(_ image: EngineStep.Image, from first: Int, into output: PlanVariable, boards: Int) {
    let results = value(output)
    let channels = image.features / 3
    let factor = GlobalFeatures.sideFactor(rows: image.shape.rows, columns: image.shape.columns)
    for board in 0..<boards {
      let result = results + board * image.features
      if let flat = image.flat {
        let start = board * flat.boardPixels + flat.leading
        kernels.pool_halves(
          pixels(image.variable) + start * flat.channels + first, flat.points(channels: channels), factor,
          result)
      } else {
        let points = image.points(channels: channels)
        kernels.pool_points(value(image.variable) + board * image.shape.count + first, points, factor, result)
      }
    }
  }

  /// Adds a vector to each point of its board, with ReLU.
  func shift(_ image: EngineStep.Image, by vector: PlanVariable, into output: PlanVariable, boards: Int) {
    let (shifts, channels) = (value(vector), image.features)
    for board in 0..<boards {
      let shift = shifts + board * channels
      if let flat = image.flat {
        let result = FlatImage(image.shape, channels: channels)
        let target = pixels(output) + board * result.boardPixels * result.channels
        target.update(repeating: 0, count: result.boardPixels * result.channels)
        kernels.shift_halves(
          pixels(image.variable) + (board * flat.boardPixels + flat.leading) * flat.channels,
          flat.points(channels: channels), shift, result.width * result.channels, result.channels,
          target + result.leading * result.channels)
      } else {
        let points = image.points(channels: channels)
        kernels.shift_points(
          value(image.variable) + board * image.shape.count, points, shift,
          image.shape.columns * channels, channels,
          value(output) + board * image.shape.rows * image.shape.columns * channels)
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

extension FlatImage {
  /// The first `channels` of the image, without what lies around it.
  func points(channels: Int) -> kernel_points {
    kernel_points(
      rows: rows, columns: columns, row_stride: width * self.channels, point_stride: self.channels,
      channels: channels)
  }
}
