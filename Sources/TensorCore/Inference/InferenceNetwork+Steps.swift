import CKernels

extension InferenceNetwork {
  func run(_ step: EngineStep, boards: Int) {
    switch step {
    case .product(let step): run(step, boards: boards)
    case .concatenation(let parts, let output):
      concatenate(parts, boards: boards, into: value(output))
    case .recorded(let layer, let input, let shape, let output):
      guard let tape else { preconditionFailure("an engine without a tape has products only") }
      tape.reset(mode: .evaluation)
      let result = layer.forward(
        tape.view(value(input), shape: shape.shape(boards: boards)), on: tape)
      // The tape, and with it the result, lives as long as the engine.
      let values = tape.values(of: result)
      if let source = values.baseAddress { value(output).update(from: source, count: values.count) }
    case .pooling(let image, let first, let output):
      pool(image, from: first, into: output, boards: boards)
    case .shift(let image, let vector, let output):
      shift(image, by: vector, into: output, boards: boards)
    }
  }

  /// Channels side by side, at every point.
  private func concatenate(
    _ parts: [EngineStep.Part], boards: Int, into output: UnsafeMutablePointer<Float>
  ) {
    let width = parts.reduce(0) { $0 + $1.channels }
    var first = 0
    for part in parts {
      let source = value(part.value)
      for point in 0..<(boards * part.points) {
        (output + point * width + first).update(
          from: source + point * part.channels, count: part.channels)
      }
      first += part.channels
    }
  }

  func run(_ step: PackedStep, boards: Int) {
    if case .tiles = step.method, let flat { return kernels.flat_convolution(flat.convolutions + step.index) }
    let input = value(step.plan.input)
    let output = value(step.plan.output)
    let residual = step.plan.residual.map { UnsafePointer(value($0)) }
    switch step.method {
    case .direct: product(step, of: input, boards: boards, residual: residual, into: output)
    case .patches:
      let window = step.window(boards: boards)
      if isSparse(step, input, window) {
        sparseConvolution(step, of: input, window, into: output)
      } else {
        gatherPatches(step, of: input, window)
        product(step, of: scratch.pointer, boards: boards, residual: residual, into: output)
      }
    case .winograd(let tiled):
      winograd(step, of: input, tiled.with(boards: boards), residual: residual, into: output)
    case .tiles: preconditionFailure("a flat image without an arrangement")
    case .roundedDense: roundedDense(step, of: input, boards: boards, into: output)
    }
    if step.plan.activation == .tanh {
      for i in 0..<(boards * step.output.count) { output[i] = hyperbolicTangent(output[i]) }
    }
  }

  private func gatherPatches(
    _ step: PackedStep, of input: UnsafePointer<Float>, _ window: kernel_window
  ) {
    if let general = step.plan.window, !general.isPlain {
      var patches = general.patches(of: step.input.shape(boards: window.boards))
      kernels.gather_patches(input, &patches, 0, scratch.pointer)
    } else {
      kernels.im2col(input, window, scratch.pointer)
    }
  }

  private func product(
    _ step: PackedStep, of input: UnsafePointer<Float>, boards: Int,
    residual: UnsafePointer<Float>?,
    into output: UnsafeMutablePointer<Float>
  ) {
    let outputs = step.output.channels
    var arguments = kernel_gemm(
      a: input, b: weights.pointer + step.weights, bias: weights.pointer + step.bias,
      residual: residual,
      c: output, a_row: step.inner, a_inner: 1, b_inner: 16, b_panel: 16 * step.inner,
      residual_stride: outputs, c_stride: outputs, m: boards * step.rowsPerPosition, n: outputs,
      k: step.inner, relu: step.plan.activation == .relu)
    isSparse(arguments) ? kernels.sparse_gemm(&arguments) : kernels.gemm(&arguments)
  }

  /// Whether a product skips the zeros of its input, as behind a ReLU: the results are the same bits either way.
  private func isSparse(_ product: kernel_gemm) -> Bool {
    guard product.n >= 64, product.residual == nil else { return false }
    let count = product.m * product.k
    return kernels.count_nonzero(product.a, count)
      <= mostNonzero(of: count, withMatrix: product.n * product.k)
  }

  /// Whether a convolution of the input skips its zeros: the results are the same bits either way.
  private func isSparse(_ step: PackedStep, _ input: UnsafePointer<Float>, _ window: kernel_window)
    -> Bool
  {
    guard step.plan.input.index == 0, step.plan.residual == nil, step.output.channels % 16 == 0,
      step.plan.window?.isPlain ?? false, window.isSmall
    else { return false }
    let count = window.boards * step.input.count
    return 4 * kernels.count_nonzero(input, count) <= count
  }

  private func sparseConvolution(
    _ step: PackedStep, of input: UnsafePointer<Float>, _ window: kernel_window,
    into output: UnsafeMutablePointer<Float>
  ) {
    kernels.sparse_convolution(
      input, window, weights.pointer + step.weights, weights.pointer + step.bias,
      step.plan.activation == .relu, step.output.channels, output)
  }

  private func winograd(
    _ step: PackedStep, of input: UnsafePointer<Float>, _ window: kernel_winograd,
    residual: UnsafePointer<Float>?, into output: UnsafeMutablePointer<Float>
  ) {
    var window = window
    let products = scratch.pointer + window.products * window.input_plane
    kernels.winograd_input(input, &window, scratch.pointer)
    window.multiply(scratch.pointer, weights.pointer + step.weights, into: products, by: kernels)
    kernels.winograd_output(
      products, &window, weights.pointer + step.bias, residual, step.plan.activation == .relu, output)
  }

  /// y^T = W x^T on matrix tiles: the weights as they lie, and the smaller input turned around.
  private func roundedDense(
    _ step: PackedStep, of input: UnsafePointer<Float>, boards: Int, into output: UnsafeMutablePointer<Float>
  ) {
    let (k, m, n) = (step.inner.rounded(upTo: 32), step.outputChannels, boards.rounded(upTo: 16))
    let outputs = step.output.channels
    var space = HalfSpace(scratch.pointer)
    let (rounded, panels, sums) = (space.halves(n * k), space.halves(n * k), space.floats(m * n))
    kernels.round_rows(input, boards, step.inner, step.inner, rounded, k)
    kernels.panels(of: rounded, columns: n, inner: k, into: panels)
    var product = kernel_tile_product()
    product.a = UnsafePointer(step.halves(weights.pointer))
    (product.b, product.c) = (UnsafePointer(panels), sums)
    (product.a_row, product.m, product.n, product.k, product.c_stride) = (k, m, n, k, n)
    kernels.tiles_begin()
    kernels.tile_product(&product)
    kernels.tiles_end()
    kernels.fill_rows(output, weights.pointer + step.bias, boards, outputs)
    kernels.transpose(sums, outputs, boards, n, output, outputs, true)
    if step.plan.activation == .relu {
      kernels.apply(kernel_function_relu, 0, 0, output, boards * outputs, output)
    }
  }

  /// A convolution on matrix tiles of the boards at hand.
  func convolution(_ step: PackedStep, _ flat: FlatBoards) -> kernel_flat_convolution {
    var convolution = flat.arrangement.convolution(boards: flat.boards, isPointwise: step.plan.isPointwise)
    convolution.input = UnsafePointer(pixels(step.plan.input))
    convolution.weights = UnsafePointer(step.halves(weights.pointer))
    convolution.bias = UnsafePointer(weights.pointer + step.bias)
    convolution.residual = step.plan.residual.map { UnsafePointer(stream($0, step.output)) }
    if step.isFlat {
      convolution.output = pixels(step.plan.output)
      if step.keepsStream { convolution.stream = stream(step.plan.output, step.output) }
    } else {
      convolution.floats = value(step.plan.output)
      convolution.float_channels = step.output.channels
    }
    (convolution.inputs, convolution.outputs) = (FlatImage(step.input).channels, step.outputChannels)
    convolution.weight_sets = step.isSplit ? 2 : 1
    convolution.relu = step.plan.activation == .relu
    return convolution
  }

  /// The copy in f32 of a flat image, which lies behind the images of all boards.
  private func stream(_ variable: PlanVariable, _ shape: InferencePlan.Value) -> UnsafeMutablePointer<Float> {
    value(variable) + chunk * FlatImage(shape).floats
  }
}
