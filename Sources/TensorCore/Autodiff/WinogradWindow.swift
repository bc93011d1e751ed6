import CKernels

extension kernel_winograd {
  /// A convolution of a square kernel by Winograd's minimal filtering; nil where it does not serve. A stride divides
  /// the kernel and the padding, and where there is padding the image, and leaves two or three taps; channels come in
  /// whole vectors.
  init?(_ image: VariableShape, outputs: Int, _ window: SquareWindow) {
    let (kernel, stride, padding) = (window.kernel, window.stride, window.padding)
    guard (2...3).contains(kernel / stride), kernel % stride == 0, padding % stride == 0,
      stride * image.channels % 16 == 0, outputs % 16 == 0
    else { return nil }
    self.init()
    if padding > 0 && (image.rows % stride != 0 || image.columns % stride != 0) { return nil }
    (boards, rows, columns, channels) = (image.batch, image.rows, image.columns, image.channels)
    (self.stride, self.outputs) = (stride, outputs)
    (self.kernel, self.padding) = (kernel / stride, padding / stride)
    out_rows = (rows + 2 * padding - kernel) / stride + 1
    out_columns = (columns + 2 * padding - kernel) / stride + 1
    // More points take fewer products for large images, but round more and cover small ones less well.
    points = self.kernel + 3
    let more = tiles * products
    points = self.kernel + 2
    if 6 * more <= 5 * tiles * products { points = self.kernel + 3 }
    guard tiles * products < out_rows * out_columns * self.kernel * self.kernel else { return nil }
    self = with(boards: boards)
  }

  /// Results of a tile, in each direction.
  private var side: Int { points + 1 - kernel }
  /// Products of a tile.
  var products: Int { points * points }
  /// Tiles of a board.
  var tiles: Int { ((out_rows + side - 1) / side) * ((out_columns + side - 1) / side) }
  /// Channels of a block.
  var inputs: Int { stride * stride * channels }
  /// The floats one result depends on.
  var patch: Int { kernel * kernel * inputs }
  /// The floats of the transformed kernels.
  var kernelFloats: Int { products * inputs * outputs }
  /// The floats of a board.
  var imageFloats: Int { rows * columns * channels }
  var resultFloats: Int { out_rows * out_columns * outputs }

  /// The same on another number of boards.
  func with(boards: Int) -> kernel_winograd {
    var window = self
    window.boards = boards
    // A vector apart, so that the points of a tile do not meet in the same lines of the cache.
    window.input_plane = boards * tiles * inputs + 16
    window.output_plane = boards * tiles * outputs + 16
    return window
  }

  /// products[points²][tiles][outputs] = tiles[points²][tiles][inputs] kernels[points²][inputs][outputs], these in
  /// panels of 16 outputs, or backwards with inputs and outputs exchanged.
  func multiply(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, backwards: Bool = false,
    into results: UnsafeMutablePointer<Float>, by table: kernel_table = kernels
  ) {
    let (k, n) = backwards ? (outputs, inputs) : (inputs, outputs)
    let (from, to) = backwards ? (output_plane, input_plane) : (input_plane, output_plane)
    for i in 0..<products {
      var product = kernel_gemm(
        a: left + i * from, b: right + i * inputs * outputs, bias: nil, residual: nil, c: results + i * to,
        a_row: k, a_inner: 1, b_inner: 16, b_panel: 16 * k, residual_stride: 0, c_stride: n,
        m: boards * tiles, n: n, k: k, relu: false)
      table.gemm(&product)
    }
  }

  /// sums[points²][inputs][outputs] += the transpose of tiles[points²][tiles][inputs] times
  /// slopes[points²][tiles][outputs].
  func accumulate(
    _ left: UnsafePointer<Float>, _ slopes: UnsafePointer<Float>, into sums: UnsafeMutablePointer<Float>
  ) {
    for i in 0..<products {
      let sum = sums + i * inputs * outputs
      var product = kernel_gemm(
        a: left + i * input_plane, b: slopes + i * output_plane, bias: nil, residual: UnsafePointer(sum),
        c: sum, a_row: 1, a_inner: inputs, b_inner: outputs, b_panel: 16, residual_stride: outputs,
        c_stride: outputs, m: inputs, n: outputs, k: boards * tiles, relu: false)
      kernels.gemm(&product)
    }
  }

  /// The transformed kernels, each one transposed: panels of 16 inputs from panels of 16 outputs.
  func turn(_ transformed: UnsafePointer<Float>, into turned: UnsafeMutablePointer<Float>) {
    for i in 0..<products {
      let start = i * inputs * outputs
      for block in 0..<(inputs / 16 * (outputs / 16)) {
        let (output, input) = (block / (inputs / 16) * 16, block % (inputs / 16) * 16)
        let source = transformed + start + output * inputs + 16 * input
        kernels.transpose(source, 16, 16, 16, turned + start + input * outputs + 16 * output, 16, false)
      }
    }
  }
}
