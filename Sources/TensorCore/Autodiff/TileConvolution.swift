import CKernels

/// A convolution of 3 x 3 taps in bf16 on matrix tiles, forwards and backwards, with sums in f32. Boards go through in
/// chunks that stay in the cache. As a tap is one offset there (see `BoardRow`), the convolution is one product of
/// pixels with weights, and so is the image's gradient; that of a tap's weights is a product of channels with channels
/// over all pixels.
struct TileConvolution {
  private let tiles: kernel_table
  private let window: kernel_window
  private let image: BoardRow
  private let result: BoardRow

  /// Nil where tiles do not serve: results, and channels where they have a gradient, come in whole vectors.
  init?(
    _ window: kernel_window, _ square: SquareWindow, of source: Node, outputs: Int, on tiles: kernel_table?
  ) {
    guard let tiles, square.kernel == 3, square.padding == 1, square.stride == 1, outputs % 16 == 0,
      window.channels % 16 == 0 || !source.needsGradient
    else { return nil }
    self.tiles = tiles
    self.window = window
    let perBoard = window.outputRows * window.outputColumns * 3 * (window.channels + outputs)
    let boards = min(window.boards, max(1, Self.cacheFloats / perBoard))
    image = BoardRow(window, channels: window.channels, boards: boards)
    result = BoardRow(window, channels: outputs, boards: boards)
  }

  /// 1 MiB: a level-two cache.
  private static let cacheFloats = 1 << 18
  private static let taps = 9

  private var outputs: Int { result.channels }
  private var weightCount: Int { Self.taps * image.stride * result.stride }
  private var points: Int { window.rows * window.columns }

  /// The floats of the memory that both directions work in.
  var scratchFloats: Int {
    3 * weightCount + result.pixels * 2 * result.stride + image.pixels * 2 * image.stride + 256
  }

  func forward(
    _ source: UnsafePointer<Float>, kernel: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    into target: UnsafeMutablePointer<Float>, in memory: UnsafeMutablePointer<Float>
  ) {
    var space = HalfSpace(memory)
    let weights = space.halves(weightCount)
    var rest = space
    let ordered = rest.floats(outputs * window.patch)
    packKernel(kernel, outputs: outputs, window, into: ordered)
    roundWeights(ordered, columns: outputs, image, into: weights, in: rest)
    if let bias { kernels.fill_rows(target, bias, window.boards * points, outputs) }
    let (halves, sums) = (space.halves(image.pixels * image.stride), space.floats(result.pixels * outputs))
    forEachChunk { first, boards in
      image.round(source + first * points * window.channels, boards: boards, on: tiles, into: halves)
      multiply(halves, image, weights, columns: outputs, boards: boards, into: sums)
      result.take(sums, boards: boards, adding: bias != nil, into: target + first * points * outputs)
    }
  }

  /// Adds the gradient of the kernel and, where there is one, adds that of the image or writes a fresh one.
  func backward(
    _ source: UnsafePointer<Float>, kernel: UnsafePointer<Float>, of gradient: UnsafePointer<Float>,
    into kernelGradient: UnsafeMutablePointer<Float>?,
    _ imageGradient: (memory: UnsafeMutablePointer<Float>, isFresh: Bool)?,
    in memory: UnsafeMutablePointer<Float>
  ) {
    var space = HalfSpace(memory)
    let weights = space.halves(weightCount)
    if imageGradient != nil {
      var rest = space
      let ordered = rest.floats(outputs * window.patch)
      turnKernel(kernel, outputs: outputs, window, into: ordered)
      roundWeights(ordered, columns: window.channels, result, into: weights, in: rest)
    }
    let sums = space.floats(weightCount)
    sums.update(repeating: 0, count: weightCount)
    let slopes = space.halves(result.pixels * result.stride)
    forEachChunk { first, boards in
      let start = first * points
      result.round(gradient + start * outputs, boards: boards, on: tiles, into: slopes)
      if let imageGradient {
        var rest = space
        let products = rest.floats(image.pixels * window.channels)
        multiply(slopes, result, weights, columns: window.channels, boards: boards, into: products)
        image.take(
          products, boards: boards, adding: !imageGradient.isFresh,
          into: imageGradient.memory + start * window.channels)
      }
      guard kernelGradient != nil else { return }
      accumulate(source + start * window.channels, slopes, boards: boards, into: sums, in: space)
    }
    if let kernelGradient { addWeights(sums, to: kernelGradient) }
  }

  /// Rounds weights [columns][taps][channels] into the order of `kernel_tile_product`.
  private func roundWeights(
    _ weights: UnsafePointer<Float>, columns: Int, _ row: BoardRow, into panels: UnsafeMutablePointer<UInt16>,
    in space: HalfSpace
  ) {
    var space = space
    let rounded = space.halves(columns * Self.taps * row.stride)
    tiles.round_rows(weights, columns * Self.taps, row.channels, row.channels, rounded, row.stride)
    tiles.panels(of: rounded, columns: columns, inner: Self.taps * row.stride, into: panels)
  }

  /// The convolution of a chunk of boards, with weights in the order of tiles.
  private func multiply(
    _ halves: UnsafePointer<UInt16>, _ row: BoardRow, _ weights: UnsafePointer<UInt16>, columns: Int,
    boards: Int,
    into sums: UnsafeMutablePointer<Float>
  ) {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: Self.taps) { offsets in
      for tap in 0..<Self.taps { offsets[tap] = row.offset(tap: tap) * row.stride }
      var product = kernel_tile_product()
      product.a = halves + row.margin * row.stride
      (product.runs, product.run_count) = (UnsafePointer(offsets.baseAddress), Self.taps)
      (product.b, product.c, product.a_row, product.c_stride) = (weights, sums, row.stride, columns)
      (product.m, product.n, product.k) = (row.span(boards), columns, row.stride)
      tiles.multiplyTiles(&product)
    }
  }

  /// Adds the gradient of the weights [taps][channels][outputs] that a chunk of boards gives.
  private func accumulate(
    _ source: UnsafePointer<Float>, _ slopes: UnsafePointer<UInt16>, boards: Int,
    into sums: UnsafeMutablePointer<Float>, in space: HalfSpace
  ) {
    var space = space
    let (channels, pixels, span) = (image.stride, image.pixels, image.span(boards))
    let turned = space.halves(channels * pixels)
    var rest = space
    let (halves, pairs) = (rest.halves(pixels * channels), rest.halves(pixels * channels))
    image.round(source, boards: boards, on: tiles, into: halves)
    tiles.pair_rows(halves, pixels / 2, channels, channels, pairs, 2 * channels, 32)
    tiles.transposePairs(pairs, rows: pixels / 2, columns: channels, into: turned)
    let panels = space.halves(span * outputs)
    tiles.pair_rows(
      slopes + result.margin * result.stride, span / 2, outputs, result.stride, panels, 32, 16 * span)
    var product = kernel_tile_product()
    (product.b, product.run_count, product.a_row, product.adding) = (UnsafePointer(panels), 1, pixels, true)
    (product.m, product.n, product.k, product.c_stride) = (channels, outputs, span, outputs)
    for tap in 0..<Self.taps {
      product.a = UnsafePointer(turned + image.margin + image.offset(tap: tap))
      product.c = sums + tap * channels * outputs
      tiles.multiplyTiles(&product)
    }
  }

  private func addWeights(_ sums: UnsafePointer<Float>, to gradient: UnsafeMutablePointer<Float>) {
    for channel in 0..<window.channels {
      for tap in 0..<Self.taps {
        let (from, to) = (
          sums + (tap * image.stride + channel) * outputs, gradient + channel * Self.taps + tap
        )
        for output in 0..<outputs { to[output * window.patch] += from[output] }
      }
    }
  }

  private func forEachChunk(_ body: (_ first: Int, _ boards: Int) -> Void) {
    for first in stride(from: 0, to: window.boards, by: image.boards) {
      body(first, min(image.boards, window.boards - first))
    }
  }
}
