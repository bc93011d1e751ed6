import CKernels

/// One step of an inference plan, laid out for its kernel.
struct PackedStep {
  /// How the product is carried out.
  enum Method {
    /// The input is the left matrix as it lies.
    case direct
    /// The input's patches are gathered first.
    case patches
    /// Winograd's F(3x3, 3x3).
    case winograd
  }

  let plan: InferencePlan.Step
  let method: Method
  let input: InferencePlan.Value
  let output: InferencePlan.Value
  /// Where the packed weights and the bias begin in the engine's memory of weights.
  let weights: Int
  let bias: Int

  init(_ step: InferencePlan.Step, of plan: InferencePlan, at offset: Int) {
    self.plan = step
    input = plan.values[step.input.index]
    output = plan.values[step.output.index]
    if let kernel = step.kernel {
      let whole = input.channels % 16 == 0 && output.channels % 16 == 0
      if kernel == 3 && step.padding == 1 && whole {
        method = .winograd
      } else {
        method = kernel == 1 && step.padding == 0 ? .direct : .patches
      }
    } else {
      method = .direct
    }
    weights = offset
    let products = method == .winograd ? 25 * input.channels : Self.inner(step, input)
    bias = offset + products * Self.padded(output.channels)
  }

  /// Floats per position of the input matrix.
  var inner: Int { Self.inner(plan, input) }
  /// Rows of the left matrix per position.
  var rowsPerPosition: Int { plan.kernel == nil ? 1 : output.rows * output.columns }
  /// The first float behind this step's weights and bias.
  var end: Int { bias + Self.padded(output.channels) }
  var tiles: Int { ((output.rows + 2) / 3) * ((output.columns + 2) / 3) }

  /// Floats of scratch per position.
  var scratch: Int {
    switch method {
    case .direct: 0
    case .patches: rowsPerPosition * inner
    case .winograd: 25 * tiles * (input.channels + output.channels)
    }
  }

  func window(boards: Int) -> kernel_window {
    kernel_window(
      boards: boards, rows: input.rows, columns: input.columns, channels: input.channels,
      kernel_rows: plan.kernel ?? 1, kernel_columns: plan.kernel ?? 1, padding: plan.padding)
  }

  private static func inner(_ step: InferencePlan.Step, _ input: InferencePlan.Value) -> Int {
    step.kernel.map { $0 * $0 * input.channels } ?? input.count
  }

  private static func padded(_ columns: Int) -> Int { (columns + 15) / 16 * 16 }
}

extension PackedStep {
  /// Packs the weights into panels of 16 outputs with batch norm folded in: with s = scale / deviation the
  /// weight becomes s * w and the bias (b - mean) * s + shift.
  func pack(_ parameters: Parameters, into memory: UnsafeMutablePointer<Float>) {
    let weight = parameters[plan.weight]
    let taps = inner / input.channels
    (memory + weights).update(repeating: 0, count: end - weights)
    for n in 0..<output.channels {
      var (scale, shift): (Float, Float) = (1, plan.bias.map { parameters[$0][n] } ?? 0)
      if let norm = plan.norm {
        scale = parameters[norm.scale][n] / (parameters[norm.runningVariance][n] + norm.epsilon).squareRoot()
        shift = (shift - parameters[norm.runningMean][n]) * scale + parameters[norm.shift][n]
      }
      memory[bias + n] = shift
      for channel in 0..<input.channels {
        let kernel = UnsafeBufferPointer(
          rebasing: weight[((n * input.channels + channel) * taps)...].prefix(taps))
        if method == .winograd {
          packWinograd(kernel, scale, n, channel, into: memory)
        } else {
          let panel = memory + weights + (n / 16) * inner * 16 + n % 16
          for tap in 0..<taps { panel[(tap * input.channels + channel) * 16] = kernel[tap] * scale }
        }
      }
    }
  }

  /// G g G^T of one 3x3 kernel; see winograd.h for the points.
  private func packWinograd(
    _ kernel: UnsafeBufferPointer<Float>, _ scale: Float, _ n: Int, _ channel: Int,
    into memory: UnsafeMutablePointer<Float>
  ) {
    let channels = input.channels
    let plane = channels * output.channels
    let start = memory + weights + ((n / 16) * channels + channel) * 16 + n % 16
    for y in 0..<5 {
      let rows = (
        Self.transform(y, Double(kernel[0]), Double(kernel[3]), Double(kernel[6])),
        Self.transform(y, Double(kernel[1]), Double(kernel[4]), Double(kernel[7])),
        Self.transform(y, Double(kernel[2]), Double(kernel[5]), Double(kernel[8]))
      )
      for x in 0..<5 {
        start[(y * 5 + x) * plane] = Float(Self.transform(x, rows.0, rows.1, rows.2) * Double(scale))
      }
    }
  }

  private static func transform(_ point: Int, _ a: Double, _ b: Double, _ c: Double) -> Double {
    switch point {
    case 0: a / 2
    case 1: -(a + b + c) / 2
    case 2: -(a - b + c) / 6
    case 3: (a + 2 * b + 4 * c) / 6
    default: c
    }
  }
}
