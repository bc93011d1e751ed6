import CKernels

/// A network compiled for evaluation: its own packed copy of the weights, and its own scratch memory. `run` and
/// `load` do not allocate. A row of the results depends on its own position only.
// @unchecked: an engine belongs to one worker; it may move between threads but is used by one at a time.
public final class InferenceNetwork: @unchecked Sendable {
  public let description: NetworkDescription
  public let maximumBatch: Int
  public let precision: Precision

  private let kernels: kernel_table
  private let steps: [PackedStep]
  private let slots: [Int]
  private let outputs: [PlanVariable]
  /// Positions that pass through the network together, as many as the cache holds.
  private let chunk: Int
  private let weights: FloatBuffer
  private let scratch: FloatBuffer
  private let activations: FloatBuffer
  private let slotOffsets: [Int]
  /// The planes and points of the input as the first step sees it: a flat input is one point.
  private let inputPlanes: Int
  private let inputPoints: Int

  /// Set if the input lies as a flat image.
  private let flatInput: FlatImage?

  init(
    _ plan: InferencePlan, of network: Network, maximumBatch: Int, precision: Precision, kernels: Kernels
  ) {
    precondition(maximumBatch > 0, "a batch has at least one position")
    description = network.description
    self.maximumBatch = maximumBatch
    self.precision = precision
    self.kernels = kernels.table
    inputPlanes = plan.values[0].channels
    inputPoints = plan.values[0].rows * plan.values[0].columns
    var steps: [PackedStep] = []
    let isFlat = precision == .bf16 && kernels.hasTiles ? plan.flatValues() : nil
    for (i, step) in plan.steps.enumerated() {
      steps.append(
        PackedStep(
          step, of: plan, at: steps.last?.end ?? 0, onTiles: isFlat?.steps[i] ?? false,
          isFlat: isFlat?.values[step.output.index] ?? false))
    }
    self.steps = steps
    outputs = plan.outputs
    flatInput = isFlat?.values[0] ?? false ? FlatImage(plan.values[0]) : nil
    let sizes: [Int]
    (slots, sizes) = plan.slots(flat: isFlat?.values)
    let scratchSize = steps.map(\.scratch).max() ?? 0
    let perPosition = scratchSize + (sizes.max() ?? 0)
    // Weights that outgrow the cache are read again for every chunk, so then chunks grow with them.
    let largest = steps.map { $0.bias - $0.weights }.max() ?? 0
    chunk = min(maximumBatch, max(1, min(64, max(Self.cacheFloats, largest) / perPosition)))
    weights = FloatBuffer(count: steps.last?.end ?? 0)
    scratch = FloatBuffer(count: scratchSize * chunk)
    var offsets = [0]
    for size in sizes { offsets.append(offsets[offsets.count - 1] + (size * chunk + 15) / 16 * 16) }
    slotOffsets = offsets
    activations = FloatBuffer(count: offsets[offsets.count - 1])
    load(from: network)
  }

  /// 512 KiB: about half a level-two cache, the weights take the rest.
  private static let cacheFloats = 1 << 17

  /// Takes the current weights of a network with the same description. Does not allocate.
  public func load(from network: Network) {
    precondition(network.description == description, "the network has another description")
    for step in steps { step.pack(network.parameters, into: weights.pointer) }
  }

  /// Evaluates `batch` positions [batch, planes, rows, columns]: fills `logits` [batch, actions] and `values`
  /// [batch], the view of the player to move. For networks with policy and value heads.
  public func run(
    batch: Int, planes: UnsafeBufferPointer<Float>, logits: UnsafeMutableBufferPointer<Float>,
    values: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(outputs.count == 2, "this network has action values, not policy and value")
    precondition(values.count >= batch, "values has room for \(values.count) of \(batch) positions")
    run(batch: batch, planes: planes, first: logits, second: values.baseAddress)
  }

  /// Evaluates `batch` positions [batch, planes, rows, columns]: fills `actionValues` [batch, actions].
  public func run(
    batch: Int, planes: UnsafeBufferPointer<Float>, actionValues: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(outputs.count == 1, "this network has policy and value, not action values")
    run(batch: batch, planes: planes, first: actionValues, second: nil)
  }

  private func run(
    batch: Int, planes: UnsafeBufferPointer<Float>, first: UnsafeMutableBufferPointer<Float>,
    second: UnsafeMutablePointer<Float>?
  ) {
    let actions = description.actions
    precondition(batch <= maximumBatch, "\(batch) positions, compiled for \(maximumBatch)")
    precondition(planes.count >= batch * description.inputCount, "the planes do not fill the batch")
    precondition(first.count >= batch * actions, "the results do not fit \(batch) positions")
    guard let source = planes.baseAddress, let first = first.baseAddress else { return }
    if flatInput != nil { kernels.tiles_begin() }
    defer { if flatInput != nil { kernels.tiles_end() } }
    var position = 0
    while position < batch {
      let boards = min(chunk, batch - position)
      encode(source + position * description.inputCount, boards: boards)
      for step in steps { run(step, boards: boards) }
      (first + position * actions).update(from: value(outputs[0]), count: boards * actions)
      if let second { (second + position).update(from: value(outputs[1]), count: boards) }
      position += boards
    }
  }

  private func encode(_ planes: UnsafePointer<Float>, boards: Int) {
    guard let image = flatInput else {
      return channelsLast(
        planes, batch: boards, planes: inputPlanes, points: inputPoints,
        into: value(PlanVariable(index: 0)))
    }
    let flat = pixels(PlanVariable(index: 0))
    flat.update(repeating: 0, count: boards * image.boardPixels * image.channels)
    kernels.flat_input(
      planes, boards, inputPlanes, image.rows, image.columns, image.boardPixels, image.channels,
      flat + image.leading * image.channels)
  }

  /// A value that lies as flat images, from the border of the first board on.
  private func pixels(_ variable: PlanVariable) -> UnsafeMutablePointer<UInt16> {
    // A slot holds one value at a time, and which of them are halves is known from the plan.
    UnsafeMutableRawPointer(value(variable)).assumingMemoryBound(to: UInt16.self)
  }

  private func value(_ variable: PlanVariable) -> UnsafeMutablePointer<Float> {
    activations.pointer + slotOffsets[slots[variable.index]]
  }

  private func run(_ step: PackedStep, boards: Int) {
    let input = value(step.plan.input)
    let output = value(step.plan.output)
    let residual = step.plan.residual.map { UnsafePointer(value($0)) }
    let window = step.window(boards: boards)
    switch step.method {
    case .direct: product(step, of: input, boards: boards, residual: residual, into: output)
    case .patches where isSparse(step, input, window):
      sparseConvolution(step, of: input, window, into: output)
    case .patches:
      kernels.im2col(input, window, scratch.pointer)
      product(step, of: scratch.pointer, boards: boards, residual: residual, into: output)
    case .winograd:
      winograd(step, of: input, window, residual: residual, into: output)
    case .tiles: flatConvolution(step, boards: boards)
    }
    if step.plan.activation == .tanh {
      for i in 0..<(boards * step.output.count) { output[i] = hyperbolicTangent(output[i]) }
    }
  }

  private func product(
    _ step: PackedStep, of input: UnsafePointer<Float>, boards: Int, residual: UnsafePointer<Float>?,
    into output: UnsafeMutablePointer<Float>
  ) {
    let outputs = step.output.channels
    var arguments = kernel_gemm(
      a: input, b: weights.pointer + step.weights, bias: weights.pointer + step.bias, residual: residual,
      c: output, a_row: step.inner, a_inner: 1, b_inner: 16, b_panel: 16 * step.inner,
      residual_stride: outputs, c_stride: outputs, m: boards * step.rowsPerPosition, n: outputs,
      k: step.inner, relu: step.plan.activation == .relu)
    kernels.gemm(&arguments)
  }

  /// Whether a convolution of the input skips its zeros: the results are the same bits either way.
  private func isSparse(_ step: PackedStep, _ input: UnsafePointer<Float>, _ window: kernel_window) -> Bool {
    guard step.plan.input.index == 0, step.plan.residual == nil, step.output.channels % 16 == 0 else {
      return false
    }
    let count = window.boards * step.input.count
    return 4 * kernels.count_nonzero(input, count) <= count
  }

  private func sparseConvolution(
    _ step: PackedStep, of input: UnsafePointer<Float>, _ window: kernel_window,
    into output: UnsafeMutablePointer<Float>
  ) {
    let channels = step.output.channels
    let vectors = window.boards * step.rowsPerPosition
    kernels.fill_rows(output, weights.pointer + step.bias, vectors, channels)
    kernels.sparse_convolution(input, window, weights.pointer + step.weights, channels, output)
    if step.plan.activation == .relu {
      kernels.apply(kernel_function_relu, 0, 0, output, vectors * channels, output)
    }
  }

  private func winograd(
    _ step: PackedStep, of input: UnsafePointer<Float>, _ window: kernel_window,
    residual: UnsafePointer<Float>?, into output: UnsafeMutablePointer<Float>
  ) {
    let (inputs, outputs) = (step.input.channels, step.output.channels)
    let tiles = window.boards * step.tiles
    let transformed = scratch.pointer
    let products = transformed + 25 * tiles * inputs
    kernels.winograd_input(input, window, transformed)
    for i in 0..<25 {
      var arguments = kernel_gemm(
        a: transformed + i * tiles * inputs, b: weights.pointer + step.weights + i * inputs * outputs,
        bias: nil, residual: nil, c: products + i * tiles * outputs, a_row: inputs, a_inner: 1, b_inner: 16,
        b_panel: 16 * inputs, residual_stride: 0, c_stride: outputs, m: tiles, n: outputs, k: inputs,
        relu: false)
      kernels.gemm(&arguments)
    }
    var result = window
    result.channels = outputs
    kernels.winograd_output(
      products, result, weights.pointer + step.bias, residual, step.plan.activation == .relu, output)
  }

  private func flatConvolution(_ step: PackedStep, boards: Int) {
    let image = FlatImage(step.input)
    let isFlat = step.isFlat
    var arguments = kernel_flat_convolution()
    arguments.input = UnsafePointer(pixels(step.plan.input) + image.leading * image.channels)
    // Packed as halves, see `PackedStep.pack`.
    arguments.weights = UnsafeRawPointer(weights.pointer + step.weights).assumingMemoryBound(to: UInt16.self)
    arguments.bias = UnsafePointer(weights.pointer + step.bias)
    let start = image.leading * step.outputChannels
    if isFlat {
      let output = pixels(step.plan.output)
      FlatImage(step.output).clearBorders(output, boards: boards)
      arguments.output = output + start
      arguments.residual = step.plan.residual.map { UnsafePointer(pixels($0) + start) }
    } else {
      arguments.floats = value(step.plan.output)
      arguments.float_channels = step.output.channels
    }
    (arguments.tap_count, arguments.inputs, arguments.outputs) = (
      step.taps.count, image.channels, step.outputChannels
    )
    (arguments.boards, arguments.board_pixels) = (boards, image.boardPixels)
    (arguments.rows, arguments.columns) = (image.rows, image.columns)
    arguments.relu = step.plan.activation == .relu
    step.taps.withUnsafeBufferPointer { taps in
      arguments.taps = taps.baseAddress
      kernels.flat_convolution(&arguments)
    }
  }
}
