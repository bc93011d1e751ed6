import CKernels

/// One product of an inference plan, laid out for its kernel.
// A class, as steps are handed around in every evaluation, and what they hold is not to be copied.
final class PackedStep: Sendable {
  /// How the product is carried out.
  enum Method: Sendable {
    /// The input is the left matrix as it lies.
    case direct
    /// The input's patches are gathered first.
    case patches
    /// Winograd's filtering; the window is for one board.
    case winograd(kernel_winograd)
    /// In bf16 on matrix tiles, from a flat image.
    case tiles
    /// A dense layer in bf16 on matrix tiles; see `InferenceNetwork.roundedDense`.
    case roundedDense
  }

  /// Which step of the plan it is.
  let index: Int
  let plan: InferencePlan.Product
  let method: Method
  let input: InferencePlan.Value
  let output: InferencePlan.Value
  /// Where the packed weights and the bias begin in the engine's memory of weights.
  let weights: Int
  let bias: Int

  /// Whether each weight is the sum of two halves, as a second set of weights, on matrix tiles.
  let isSplit: Bool
  /// Channels of the result as they are computed: those of a flat image on matrix tiles, or whole vectors of 16.
  let outputChannels: Int
  /// Whether the output lies as a flat image.
  let isFlat: Bool
  /// Whether a flat output is kept in f32 too.
  let keepsStream: Bool

  /// `onTiles` if the input is a flat image; then `isFlat` tells whether the output is. `roundsDense` lets a large
  /// dense layer go onto tiles too.
  init(
    _ step: InferencePlan.Product, index: Int, of plan: InferencePlan, at offset: Int, onTiles: Bool,
    isFlat: Bool, keepsStream: Bool,
    isSplit: Bool, roundsDense: Bool
  ) {
    self.index = index
    self.plan = step
    input = plan.values[step.input.index]
    output = plan.values[step.output.index]
    self.isFlat = isFlat
    self.keepsStream = keepsStream
    outputChannels = onTiles ? FlatImage.padded(output.channels) : Self.padded(output.channels)
    self.isSplit = isSplit
    if onTiles {
      method = .tiles
    } else if let window = step.window {
      if let square = SquareWindow(window),
        let tiled = kernel_winograd(input.shape(boards: 1), outputs: output.channels, square)
      {
        method = .winograd(tiled)
      } else {
        method = window == .around(1) ? .direct : .patches
      }
    } else {
      method =
        roundsDense && step.isLarge(inputs: input.count, outputs: output.channels) ? .roundedDense : .direct
    }
    weights = offset
    let products =
      switch method {
      case .winograd(let window): window.products * window.inputs
      // Two halves in the place of a float.
      case .tiles: (isSplit ? 2 : 1) * 9 * FlatImage(input).channels / 2
      case .roundedDense: input.count.rounded(upTo: 32) / 2
      case .direct, .patches: Self.inner(step, input)
      }
    bias = offset + products * outputChannels
  }

  /// Floats per position of the input matrix.
  var inner: Int { Self.inner(plan, input) }
  /// Rows of the left matrix per position.
  var rowsPerPosition: Int { plan.window == nil ? 1 : output.rows * output.columns }
  /// The first float behind this step's weights and bias.
  var end: Int { bias + outputChannels }
  /// Floats of scratch for so many positions; they are enough for packing too.
  func scratch(boards: Int) -> Int {
    switch method {
    case .direct, .tiles: 0
    case .roundedDense: boards.rounded(upTo: 16) * (inner.rounded(upTo: 32) + outputChannels)
    case .patches: boards * rowsPerPosition * inner
    case .winograd(let window):
      boards
        * max(window.products * (window.input_plane + window.output_plane), window.patch * window.outputs)
    }
  }

  /// The windows of a convolution of stride one.
  func window(boards: Int) -> kernel_window {
    kernel_window(
      boards: boards, rows: input.rows, columns: input.columns, channels: input.channels,
      kernel_rows: plan.window?.kernel.rows ?? 1, kernel_columns: plan.window?.kernel.columns ?? 1,
      padding: plan.window?.padding.rows ?? 0)
  }

  private static func inner(_ step: InferencePlan.Product, _ input: InferencePlan.Value) -> Int {
    step.window.map { $0.taps * input.channels } ?? input.count
  }

  private static func padded(_ columns: Int) -> Int { (columns + 15) / 16 * 16 }
}

extension PackedStep {
  /// Packs the weights into panels of 16 outputs with batch norm folded in: with s = scale / deviation the
  /// weight becomes s * w and the bias (b - mean) * s + shift. `scratch` has room for a position.
  func pack(
    _ parameters: Parameters, into memory: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>,
    by kernels: kernel_table
  ) {
    if case .roundedDense = method {
      return packRounded(parameters, into: memory, scratch: scratch, by: kernels)
    }
    pack(parameters, weight: plan.weight, bias: plan.bias, into: memory, scratch: scratch)
  }

  /// Rows [outputs][k] of halves in the order of the input, channels last, with zeros behind them.
  private func packRounded(
    _ parameters: Parameters, into memory: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>,
    by kernels: kernel_table
  ) {
    guard let source = parameters[plan.weight].baseAddress else { return }
    let bias = plan.bias.map { parameters[$0] }
    let (channels, taps, k) = (input.channels, inner / input.channels, inner.rounded(upTo: 32))
    for n in 0..<output.channels {
      memory[self.bias + n] = bias?[n] ?? 0
      kernels.transpose(source + n * inner, channels, taps, taps, scratch, channels, false)
      kernels.round_rows(scratch, 1, inner, inner, halves(memory) + n * k, k)
    }
  }

  /// This step's weights, where they are halves only, from packing to running.
  func halves(_ memory: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<UInt16> {
    UnsafeMutableRawPointer(memory + weights).assumingMemoryBound(to: UInt16.self)
  }

  /// Whether the packed weights are the tensor's, only elsewhere or transformed.
  private var isPlain: Bool {
    if case .tiles = method { return false }
    return plan.norm == nil && plan.sources == nil
  }

  /// Transposes weights [outputs, channels, taps] to panels [outputs / 16][taps][channels][16], or transforms them.
  private func packPlain(
    _ weight: UnsafeMutableBufferPointer<Float>, _ bias: UnsafeMutableBufferPointer<Float>?,
    into memory: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    guard let source = weight.baseAddress else { return }
    for n in 0..<output.channels { memory[self.bias + n] = bias?[n] ?? 0 }
    if case .winograd(var window) = method {
      kernels.transpose(source, output.channels, inner, inner, scratch, output.channels, false)
      return kernels.winograd_kernel(scratch, &window, memory + weights)
    }
    let (channels, taps) = (input.channels, inner / input.channels)
    for n in stride(from: 0, to: output.channels, by: 16) {
      let count = min(16, output.channels - n)
      let panel = memory + weights + n * inner
      if taps == 1 {
        kernels.transpose(source + n * inner, count, inner, inner, panel, 16, false)
        continue
      }
      for channel in 0..<channels {
        kernels.transpose(
          source + n * inner + channel * taps, count, taps, inner, panel + channel * 16, 16 * channels, false)
      }
    }
  }

  func pack(
    _ parameters: Parameters, weight: ParameterIndex, bias: ParameterIndex?,
    into memory: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    if isPlain {
      return packPlain(parameters[weight], bias.map { parameters[$0] }, into: memory, scratch: scratch)
    }
    let weight = parameters[weight]
    let taps = inner / input.channels
    // What pads whole vectors stays zero, as the memory was made.
    for n in 0..<output.channels {
      var (scale, shift): (Float, Float) = (
        1, bias.map { parameters[$0][n % parameters[$0].count] } ?? 0
      )
      if let norm = plan.norm {
        let c = n % norm.channels
        scale =
          parameters[norm.scale][c]
          / (parameters[norm.runningVariance][c] + norm.epsilon).squareRoot()
        shift = (shift - parameters[norm.runningMean][c]) * scale + parameters[norm.shift][c]
      }
      memory[self.bias + n] = shift
      for channel in 0..<input.channels {
        let first = (n * input.channels + channel) * taps
        if let sources = plan.sources {
          // Of a kernel's size, so that it lies on the stack.
          withUnsafeTemporaryAllocation(of: Float.self, capacity: taps) { kernel in
            for tap in 0..<taps { kernel[tap] = weight[Int(sources[first + tap])] }
            pack(UnsafeBufferPointer(kernel), scale, n, channel, into: memory, scratch: scratch)
          }
        } else {
          let kernel = UnsafeBufferPointer(rebasing: weight[first...].prefix(taps))
          pack(kernel, scale, n, channel, into: memory, scratch: scratch)
        }
      }
    }
    if case .winograd(var window) = method { kernels.winograd_kernel(scratch, &window, memory + weights) }
  }

  /// Packs what one output takes from one channel.
  private func pack(
    _ kernel: UnsafeBufferPointer<Float>, _ scale: Float, _ n: Int, _ channel: Int,
    into memory: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    switch method {
    case .winograd:
      // [channels][taps][outputs], which is transformed when it is complete.
      let first = scratch + channel * kernel.count * output.channels + n
      for tap in kernel.indices { first[tap * output.channels] = kernel[tap] * scale }
    case .tiles: packTiles(kernel, scale, n, channel, into: memory)
    case .direct, .patches, .roundedDense:
      let panel = memory + weights + (n / 16) * inner * 16 + n % 16
      for tap in kernel.indices {
        panel[(tap * input.channels + channel) * 16] = kernel[tap] * scale
      }
    }
  }

  /// The order that `kernel_flat_convolution` wants, in halves.
  private func packTiles(
    _ kernel: UnsafeBufferPointer<Float>, _ scale: Float, _ n: Int, _ channel: Int,
    into memory: UnsafeMutablePointer<Float>
  ) {
    let (planes, sets) = (FlatImage(input).channels / 32, isSplit ? 2 : 1)
    let halves = halves(memory)
    let element = n % 32 / 16 * 512 + channel % 32 / 2 * 32 + n % 16 * 2 + channel % 2
    for tap in kernel.indices {
      let weight = kernel[tap] * scale
      let half = bfloat16(weight)
      for set in 0..<sets {
        let step = (n / 32 * sets + set) * planes + channel / 32
        // The second set holds what the first one's rounding took.
        halves[(step * 9 + tap) * 1024 + element] =
          set == 0 ? half : bfloat16(weight - Float(bitPattern: UInt32(half) << 16))
      }
    }
  }
}

extension InferencePlan.Product {
  /// Whether the weights alone take so long to read that halves of them are worth their rounding: from 256 KiB on.
  fileprivate func isLarge(inputs: Int, outputs: Int) -> Bool {
    norm == nil && sources == nil && deviations == nil && residual == nil && inputs * outputs >= 1 << 16
  }
}

/// The upper half of a finite float, rounded to the nearest, ties to even.
private func bfloat16(_ value: Float) -> UInt16 {
  let bits = value.bitPattern
  return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
}
