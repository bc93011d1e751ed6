import CKernels

/// Convolutions of the input itself, where it is mostly zeros: the planes of a board or of a simple screen.
extension Tape {
  /// Whether skipping zeros pays: at most a quarter of the elements differ from zero, and nobody asks for the
  /// image's gradient.
  func isSparse(_ image: Node, _ window: kernel_window, outputs: Int) -> Bool {
    guard !image.needsGradient, outputs % 16 == 0, window.isSmall else { return false }
    return 4 * kernels.count_nonzero(image.value, image.shape.count) <= image.shape.count
  }

  func sparseConvolution(
    _ image: UnsafePointer<Float>, _ window: kernel_window, kernel: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?, outputs: Int, into result: UnsafeMutablePointer<Float>
  ) {
    let packed = scratch(outputs * window.patch)
    for first in stride(from: 0, to: outputs, by: 16) {
      let panel = packed + first * window.patch
      forEachElement(of: window) { source, target in
        for output in 0..<16 {
          panel[target * 16 + output] = kernel[(first + output) * window.patch + source]
        }
      }
    }
    kernels.sparse_convolution(image, window, packed, bias, false, outputs, result)
  }

  func sparseGradient(
    _ image: UnsafePointer<Float>, _ window: kernel_window, _ gradient: UnsafePointer<Float>, outputs: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    let packed = scratch(outputs * window.patch)
    packed.update(repeating: 0, count: outputs * window.patch)
    kernels.sparse_kernel_gradient(image, window, gradient, outputs, packed)
    for first in stride(from: 0, to: outputs, by: 16) {
      let panel = packed + first * window.patch
      forEachElement(of: window) { source, index in
        for output in 0..<16 {
          target[(first + output) * window.patch + source] += panel[index * 16 + output]
        }
      }
    }
  }

  /// Where an element of a patch lies in [channels, taps], and in [taps, channels].
  private func forEachElement(of window: kernel_window, _ body: (Int, Int) -> Void) {
    for channel in 0..<window.channels {
      for tap in 0..<window.taps { body(channel * window.taps + tap, tap * window.channels + channel) }
    }
  }
}
