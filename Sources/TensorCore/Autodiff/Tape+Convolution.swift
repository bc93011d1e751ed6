import CKernels

extension Tape {
  /// Convolution of stride one, without flipping the kernel. The weight is [outputs, inputs, kernel, kernel] as
  /// in PyTorch; `padding` zeros surround the image.
  public func convolution(
    _ input: Variable, weight: Variable, bias: Variable?, outputs: Int, kernel: Int, padding: Int
  ) -> Variable {
    let window = SquareWindow(kernel: kernel, padding: padding)
    return convolution(input, weight: weight, bias: bias, outputs: outputs, window)
  }

  /// Whether `convolution` serves for windows that are further apart.
  func tiles(_ window: SquareWindow, on input: Variable, outputs: Int) -> Bool {
    kernel_winograd(node(input).shape, outputs: outputs, window) != nil
  }

  /// The same of any stride for which `tiles` is true.
  func convolution(
    _ input: Variable, weight: Variable, bias: Variable?, outputs: Int, _ square: SquareWindow
  ) -> Variable {
    let source = node(input)
    let window = kernel_window(source.shape, kernel: square.kernel, padding: square.padding)
    precondition(window.outputRows > 0 && window.outputColumns > 0, "the kernel is larger than the image")
    precondition(node(weight).shape.count == outputs * window.patch, "the weight does not fit the input")
    let shape = VariableShape(
      batch: source.shape.batch, rows: (window.outputRows - 1) / square.stride + 1,
      columns: (window.outputColumns - 1) / square.stride + 1, channels: outputs)
    let value = arena.floats(shape.count)
    let (weights, biases) = (node(weight).value, bias.map { UnsafePointer(node($0).value) })
    if square.stride == 1 && isSparse(source, window, outputs: outputs) {
      sparseConvolution(source.value, window, kernel: weights, bias: biases, outputs: outputs, into: value)
    } else if let batch = tileBatch(window, square, of: source, outputs: outputs) {
      tileConvolution(source, kernel: weights, bias: biases, outputs: outputs, in: batch, into: value)
    } else if let tiled = kernel_winograd(source.shape, outputs: outputs, square) {
      winograd(source.value, tiled, kernel: weights, bias: biases, into: value)
    } else {
      precondition(square.stride == 1, "a stride of \(square.stride) needs tiles")
      let packed = arena.floats(outputs * window.patch)
      packKernel(weights, outputs: outputs, window, into: packed)
      if let biases { kernels.fill_rows(value, biases, shape.vectors, outputs) }
      convolve(source.value, window, packed, outputs: outputs, adding: bias != nil, into: value)
    }
    return record(
      .convolution(input, weight: weight, bias: bias, square), shape: shape, value: value,
      needsGradient: true)
  }

  func convolutionGradient(
    _ result: Node, _ gradient: UnsafeMutablePointer<Float>, _ input: Variable, _ weight: Variable,
    _ bias: Variable?, _ square: SquareWindow
  ) {
    let source = node(input)
    let outputs = result.shape.channels
    let window = kernel_window(source.shape, kernel: square.kernel, padding: square.padding)
    if let bias, let target = gradientPointer(bias) {
      kernels.add_column_sums(gradient, result.shape.vectors, outputs, target)
    }
    if square.stride == 1 && isSparse(source, window, outputs: outputs) {
      if let target = gradientPointer(weight) {
        sparseGradient(source.value, window, gradient, outputs: outputs, into: target)
      }
      return
    }
    if let batch = tileBatch(window, square, of: source, outputs: outputs) {
      return tileGradient(
        source, kernel: node(weight).value, of: gradient, outputs: outputs, in: batch,
        into: gradientPointer(weight), claimGradient(of: input))
    }
    if let tiled = kernel_winograd(source.shape, outputs: outputs, square) {
      return winogradGradient(
        source.value, tiled, kernel: node(weight).value, of: gradient, into: gradientPointer(weight),
        gradientPointer(input))
    }
    if let target = gradientPointer(weight) {
      weightGradient(source.value, window, gradient, outputs: outputs, into: target)
    }
    if let (target, isFresh) = claimGradient(of: input) {
      // The gradient of the input is a convolution of the result's gradient with the kernel turned around.
      let back = kernel_window(
        result.shape, kernel: square.kernel, padding: square.kernel - 1 - square.padding)
      let turned = arena.floats(window.patch * outputs)
      turnKernel(node(weight).value, outputs: outputs, window, into: turned)
      convolve(gradient, back, turned, outputs: source.shape.channels, adding: !isFresh, into: target)
    }
  }

  /// target[vectors, outputs] (+)= patches of the image times packed[outputs, patch]^T.
  private func convolve(
    _ image: UnsafePointer<Float>, _ window: kernel_window, _ packed: UnsafePointer<Float>, outputs: Int,
    adding: Bool, into target: UnsafeMutablePointer<Float>
  ) {
    forEachChunk(image, window) { columns, first, rows in
      multiply(
        columns, packed, transposed: (false, true), rows: rows, columns: outputs, inner: window.patch,
        adding: adding, into: target + first * outputs)
    }
  }

  private func weightGradient(
    _ image: UnsafePointer<Float>, _ window: kernel_window, _ gradient: UnsafePointer<Float>, outputs: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    let packed = arena.zeros(outputs * window.patch)
    forEachChunk(image, window) { columns, first, rows in
      multiply(
        columns, gradient + first * outputs, transposed: (true, false), rows: window.patch,
        columns: outputs, inner: rows, adding: true, into: packed)
    }
    let (taps, channels) = (window.taps, window.channels)
    for tap in 0..<taps {
      for channel in 0..<channels {
        let gradients = packed + (tap * channels + channel) * outputs
        for output in 0..<outputs { target[(output * channels + channel) * taps + tap] += gradients[output] }
      }
    }
  }

  /// Calls `body` with the patches of some boards after another: their matrix [rows, patch], its first row in
  /// the whole matrix and its number of rows. The matrix of few boards stays in the cache, that of a whole
  /// batch would be nine times the image.
  private func forEachChunk(
    _ image: UnsafePointer<Float>, _ window: kernel_window,
    _ body: (UnsafePointer<Float>, Int, Int) -> Void
  ) {
    let points = window.outputRows * window.outputColumns
    if window.taps == 1 && window.padding == 0 { return body(image, 0, window.boards * points) }
    let boards = max(1, min(window.boards, Self.chunkFloats / (points * window.patch)))
    let columns = arena.floats(boards * points * window.patch)
    var board = 0
    while board < window.boards {
      var chunk = window
      chunk.boards = min(boards, window.boards - board)
      kernels.im2col(image + board * window.rows * window.columns * window.channels, chunk, columns)
      body(columns, board * points, chunk.boards * points)
      board += chunk.boards
    }
  }

  /// 1 MiB: a level-two cache.
  private static let chunkFloats = 1 << 18
}

/// [outputs, channels, taps] to [outputs, taps, channels].
func packKernel(
  _ weight: UnsafePointer<Float>, outputs: Int, _ window: kernel_window,
  into packed: UnsafeMutablePointer<Float>
) {
  channelsLast(weight, batch: outputs, planes: window.channels, points: window.taps, into: packed)
}

/// [outputs, channels, taps] to [channels, taps in reverse, outputs].
func turnKernel(
  _ weight: UnsafePointer<Float>, outputs: Int, _ window: kernel_window,
  into turned: UnsafeMutablePointer<Float>
) {
  let (taps, channels) = (window.taps, window.channels)
  for channel in 0..<channels {
    for tap in 0..<taps {
      for output in 0..<outputs {
        turned[(channel * taps + taps - 1 - tap) * outputs + output] =
          weight[(output * channels + channel) * taps + tap]
      }
    }
  }
}

extension kernel_window {
  init(_ shape: VariableShape, kernel: Int, padding: Int) {
    self.init(
      boards: shape.batch, rows: shape.rows, columns: shape.columns, channels: shape.channels,
      kernel_rows: kernel, kernel_columns: kernel, padding: padding)
  }

  var taps: Int { kernel_rows * kernel_columns }
  /// Whether the kernels of sparse convolutions have room for an image.
  var isSmall: Bool {
    let tile = kernel_sparse_tile
    let tiles = (outputColumns + tile - 1) / tile
    let (width, run) = ((tiles * tile + kernel_columns - 1) * channels, kernel_columns * channels)
    return rows * max(width, tiles * run) <= kernel_sparse_floats
  }
  /// The floats one result depends on.
  var patch: Int { taps * channels }
  var outputRows: Int { rows + 2 * padding - kernel_rows + 1 }
  var outputColumns: Int { columns + 2 * padding - kernel_columns + 1 }
}
