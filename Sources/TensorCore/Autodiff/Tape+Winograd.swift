import CKernels

/// 3x3 convolutions with padding 1 by Winograd's F(3x3, 3x3), forwards and backwards: 25 products of tiles with
/// transformed kernels. Boards go through in chunks whose tiles stay in the cache.
extension Tape {
  func winograd(
    _ image: UnsafePointer<Float>, _ window: kernel_window, kernel: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?, outputs: Int, into result: UnsafeMutablePointer<Float>
  ) {
    let sizes = WinogradSizes(window, outputs: outputs)
    let transformed = scratch(sizes.kernel + sizes.inputTiles + sizes.outputTiles)
    let (tiles, products) = (transformed + sizes.kernel, transformed + sizes.kernel + sizes.inputTiles)
    transform(kernel, inputs: window.channels, outputs: outputs, by: tiles, into: transformed)
    sizes.forEachChunk { first, boards in
      let chunk = window.with(boards: boards, channels: window.channels)
      kernels.winograd_input(image + first * sizes.inputBoard, chunk, tiles)
      sizes.multiply(
        tiles, transformed, tiles: boards * sizes.tiles, window.channels, outputs, into: products)
      kernels.winograd_output(
        products, window.with(boards: boards, channels: outputs), bias, nil, false,
        result + first * sizes.outputBoard)
    }
  }

  /// Adds the gradients of the kernel and, where there is one, of the image.
  func winogradGradient(
    _ image: UnsafePointer<Float>, _ window: kernel_window, kernel: UnsafePointer<Float>,
    of gradient: UnsafePointer<Float>, outputs: Int, into kernelGradient: UnsafeMutablePointer<Float>?,
    _ imageGradient: UnsafeMutablePointer<Float>?
  ) {
    let sizes = WinogradSizes(window, outputs: outputs)
    let inputs = window.channels
    let turned = scratch(2 * sizes.kernel + sizes.inputTiles + sizes.outputTiles)
    let sums = turned + sizes.kernel
    let tiles = sums + sizes.kernel
    let slopes = tiles + sizes.inputTiles
    transform(kernel, inputs: inputs, outputs: outputs, by: tiles, into: sums)
    for i in 0..<25 {
      let start = i * inputs * outputs
      kernels.transpose(sums + start, inputs, outputs, outputs, turned + start, inputs, false)
    }
    sums.update(repeating: 0, count: sizes.kernel)
    sizes.forEachChunk { first, boards in
      let count = boards * sizes.tiles
      kernels.winograd_output_adjoint(
        gradient + first * sizes.outputBoard, window.with(boards: boards, channels: outputs), slopes)
      let chunk = window.with(boards: boards, channels: inputs)
      kernels.winograd_input(image + first * sizes.inputBoard, chunk, tiles)
      sizes.accumulate(tiles, slopes, tiles: count, inputs, outputs, into: sums)
      guard let imageGradient else { return }
      sizes.multiply(slopes, turned, tiles: count, outputs, inputs, into: tiles)
      kernels.winograd_input_adjoint(tiles, chunk, imageGradient + first * sizes.inputBoard)
    }
    guard let kernelGradient else { return }
    kernels.winograd_kernel_adjoint(sums, inputs, outputs, turned)
    kernels.transpose(turned, 9 * inputs, outputs, outputs, kernelGradient, 9 * inputs, true)
  }

  /// The transformed kernels [25][inputs][outputs] of a weight [outputs, inputs, 3, 3].
  private func transform(
    _ weight: UnsafePointer<Float>, inputs: Int, outputs: Int, by space: UnsafeMutablePointer<Float>,
    into transformed: UnsafeMutablePointer<Float>
  ) {
    kernels.transpose(weight, outputs, 9 * inputs, 9 * inputs, space, outputs, false)
    kernels.winograd_kernel(space, inputs, outputs, transformed)
  }
}

/// What a convolution by F(3x3, 3x3) needs, in floats.
private struct WinogradSizes {
  let boards: Int
  /// Tiles of a board.
  let tiles: Int
  let inputBoard: Int
  let outputBoard: Int
  /// Boards of a chunk.
  let chunk: Int
  /// The transformed kernels.
  let kernel: Int
  /// The transformed tiles of a chunk; there is room for a kernel too.
  let inputTiles: Int
  let outputTiles: Int

  init(_ window: kernel_window, outputs: Int) {
    boards = window.boards
    tiles = ((window.rows + 2) / 3) * ((window.columns + 2) / 3)
    inputBoard = window.rows * window.columns * window.channels
    outputBoard = window.rows * window.columns * outputs
    let perBoard = 25 * tiles * (window.channels + outputs)
    kernel = 25 * window.channels * outputs
    // Kernels that outgrow the cache are read again for every chunk, so then chunks grow with them.
    chunk = min(boards, max(1, max(Self.cacheFloats, kernel) / perBoard))
    inputTiles = max(25 * tiles * window.channels * chunk, 9 * window.channels * outputs)
    outputTiles = 25 * tiles * outputs * chunk
  }

  /// 512 KiB: half a level-two cache.
  private static let cacheFloats = 1 << 17

  func forEachChunk(_ body: (_ first: Int, _ boards: Int) -> Void) {
    for first in stride(from: 0, to: boards, by: chunk) { body(first, min(chunk, boards - first)) }
  }

  /// products[25][tiles][outputs] = tiles[25][tiles][inputs] kernels[25][inputs][outputs].
  func multiply(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, tiles: Int, _ inputs: Int, _ outputs: Int,
    into products: UnsafeMutablePointer<Float>
  ) {
    for i in 0..<25 {
      var product = kernel_gemm(
        a: left + i * tiles * inputs, b: right + i * inputs * outputs, bias: nil, residual: nil,
        c: products + i * tiles * outputs, a_row: inputs, a_inner: 1, b_inner: outputs, b_panel: 16,
        residual_stride: 0, c_stride: outputs, m: tiles, n: outputs, k: inputs, relu: false)
      kernels.gemm(&product)
    }
  }

  /// sums[25][inputs][outputs] += the transpose of tiles[25][tiles][inputs] times slopes[25][tiles][outputs].
  func accumulate(
    _ left: UnsafePointer<Float>, _ slopes: UnsafePointer<Float>, tiles: Int, _ inputs: Int, _ outputs: Int,
    into sums: UnsafeMutablePointer<Float>
  ) {
    for i in 0..<25 {
      let sum = sums + i * inputs * outputs
      var product = kernel_gemm(
        a: left + i * tiles * inputs, b: slopes + i * tiles * outputs, bias: nil,
        residual: UnsafePointer(sum),
        c: sum, a_row: 1, a_inner: inputs, b_inner: outputs, b_panel: 16, residual_stride: outputs,
        c_stride: outputs, m: inputs, n: outputs, k: tiles, relu: false)
      kernels.gemm(&product)
    }
  }
}

extension kernel_window {
  fileprivate func with(boards: Int, channels: Int) -> kernel_window {
    var window = self
    (window.boards, window.channels) = (boards, channels)
    return window
  }
}
