import CKernels

/// Convolutions by Winograd's minimal filtering, forwards and backwards: for each point of a tile a product of all
/// tiles with the transformed kernels. Boards go through in chunks whose tiles stay in the cache.
extension Tape {
  func winograd(
    _ image: UnsafePointer<Float>, _ window: kernel_winograd, kernel: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?, into result: UnsafeMutablePointer<Float>
  ) {
    let chunk = WinogradChunk(window)
    let transformed = scratch(window.kernelFloats + chunk.inputTiles + chunk.outputTiles)
    let tiles = transformed + window.kernelFloats
    let products = tiles + chunk.inputTiles
    transform(kernel, window, by: tiles, into: transformed)
    chunk.forEach { first, window in
      var window = window
      kernels.winograd_input(image + first * window.imageFloats, &window, tiles)
      window.multiply(tiles, transformed, into: products)
      kernels.winograd_output(products, &window, bias, nil, false, result + first * window.resultFloats)
    }
  }

  /// Adds the gradients of the kernel and, where there is one, of the image.
  func winogradGradient(
    _ image: UnsafePointer<Float>, _ window: kernel_winograd, kernel: UnsafePointer<Float>,
    of gradient: UnsafePointer<Float>, into kernelGradient: UnsafeMutablePointer<Float>?,
    _ imageGradient: UnsafeMutablePointer<Float>?
  ) {
    let chunk = WinogradChunk(window)
    let turned = scratch(2 * window.kernelFloats + chunk.inputTiles + chunk.outputTiles)
    let sums = turned + window.kernelFloats
    let tiles = sums + window.kernelFloats
    let slopes = tiles + chunk.inputTiles
    if imageGradient != nil {
      transform(kernel, window, by: tiles, into: sums)
      window.turn(sums, into: turned)
    }
    sums.update(repeating: 0, count: window.kernelFloats)
    chunk.forEach { first, window in
      var window = window
      kernels.winograd_output_adjoint(gradient + first * window.resultFloats, &window, slopes)
      if kernelGradient != nil {
        kernels.winograd_input(image + first * window.imageFloats, &window, tiles)
        window.accumulate(tiles, slopes, into: sums)
      }
      guard let imageGradient else { return }
      window.multiply(slopes, turned, backwards: true, into: tiles)
      kernels.winograd_input_adjoint(tiles, &window, imageGradient + first * window.imageFloats)
    }
    guard let kernelGradient else { return }
    var window = window
    kernels.winograd_kernel_adjoint(sums, &window, turned)
    let patch = window.patch
    kernels.transpose(turned, patch, window.outputs, window.outputs, kernelGradient, patch, true)
  }

  /// The transformed kernels of a weight [outputs, channels, taps]: panels [points x points][outputs / 16][inputs][16].
  private func transform(
    _ weight: UnsafePointer<Float>, _ window: kernel_winograd, by space: UnsafeMutablePointer<Float>,
    into transformed: UnsafeMutablePointer<Float>
  ) {
    var window = window
    let patch = window.patch
    kernels.transpose(weight, window.outputs, patch, patch, space, window.outputs, false)
    kernels.winograd_kernel(space, &window, transformed)
  }
}

/// The boards that go through together, and the floats of their tiles.
private struct WinogradChunk {
  let window: kernel_winograd
  let boards: Int
  /// There is room for a kernel too.
  let inputTiles: Int
  let outputTiles: Int

  init(_ window: kernel_winograd) {
    self.window = window
    let perBoard = window.products * window.tiles * (window.inputs + window.outputs)
    // Kernels that outgrow the cache are read again for every chunk, so then chunks grow with them.
    boards = min(window.boards, max(1, max(Self.cacheFloats, window.kernelFloats) / perBoard))
    let whole = window.with(boards: boards)
    inputTiles = max(whole.products * whole.input_plane, window.patch * window.outputs)
    outputTiles = whole.products * whole.output_plane
  }

  /// 1 MiB: a level-two cache.
  private static let cacheFloats = 1 << 18

  func forEach(_ body: (_ first: Int, _ window: kernel_winograd) -> Void) {
    for first in stride(from: 0, to: window.boards, by: boards) {
      body(first, window.with(boards: min(boards, window.boards - first)))
    }
  }
}
