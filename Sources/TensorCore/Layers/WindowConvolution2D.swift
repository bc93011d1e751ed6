/// Convolution with any kernel, stride, padding, dilation and groups, without flipping the kernel: images
/// [batch, rows, columns, inputs] to [batch, out rows, out columns, outputs]. The weight is
/// [outputs, inputs / groups, kernel rows, kernel columns]. `Convolution2D` is faster where it suffices.
public struct WindowConvolution2D: PlannedLayer {
  public let inputs: Int
  public let outputs: Int
  public let window: Window
  public let groups: Int
  public let weight: ParameterIndex
  public let bias: ParameterIndex?

  /// `groups` divides inputs and outputs; with as many groups as inputs the convolution is depthwise.
  public init(
    name: String, inputs: Int, outputs: Int, window: Window, groups: Int = 1, hasBias: Bool = true,
    in layout: inout ParameterLayout
  ) {
    precondition(inputs % groups == 0 && outputs % groups == 0, "\(groups) groups do not divide the channels")
    self.inputs = inputs
    self.outputs = outputs
    self.window = window
    self.groups = groups
    weight = layout.addParameter(
      "\(name).weight", shape: [outputs, inputs / groups, window.kernel.rows, window.kernel.columns],
      decays: true)
    bias = hasBias ? layout.addParameter("\(name).bias", shape: [outputs], decays: false) : nil
  }

  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    Initialiser.he.fill(
      parameters[weight], inputs: inputs / groups * window.taps, outputs: outputs / groups * window.taps,
      using: &generator)
    if let bias { parameters[bias].update(repeating: 0) }
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    if groups == 1, let square = SquareWindow(window), tape.tiles(square, on: input, outputs: outputs) {
      return tape.convolution(
        input, weight: tape.parameter(weight), bias: bias.map { tape.parameter($0) }, outputs: outputs, square
      )
    }
    let (patches, places) = tape.patches(input, window)
    let (width, taps) = (inputs / groups, window.taps)
    let kernel = tape.permute(
      tape.parameter(weight, as: VariableShape(batch: outputs, rows: 1, columns: width, channels: taps)),
      .batch, .rows, .channels, .columns)
    let bias = bias.map { tape.parameter($0) }
    if groups == 1 {
      let rows = tape.reshape(patches, to: places.with(channels: taps * inputs))
      return tape.dense(rows, weight: kernel, bias: bias, outputs: outputs)
    }
    // Per group: [places, taps x width] by [outputs / groups, taps x width] transposed.
    let grouped = tape.permute(
      tape.reshape(
        patches, to: VariableShape(batch: places.vectors, rows: taps, columns: groups, channels: width)),
      .columns, .batch, .rows, .channels)
    let left = tape.reshape(
      grouped, to: VariableShape(batch: groups, columns: places.vectors, channels: taps * width))
    let right = tape.reshape(
      kernel, to: VariableShape(batch: groups, columns: outputs / groups, channels: taps * width))
    let results = tape.permute(
      tape.product(left, right, transposed: (false, true)), .columns, .rows, .batch, .channels)
    let image = tape.reshape(results, to: places.with(channels: outputs))
    return bias.map { tape.add(image, $0) } ?? image
  }

  public func compile(_ input: PlanVariable, into plan: inout InferencePlan) -> PlanVariable {
    guard groups > 1 else {
      return plan.convolution(input, outputs: outputs, window: window, weight: weight, bias: bias)
    }
    let places = window.patches(of: plan.values[input.index].shape(boards: 1))
    return plan.record(
      self, of: input, rows: places.out_rows, columns: places.out_columns, channels: outputs)
  }
}

/// Transposed convolution, the adjoint of a convolution without bias: images [batch, rows, columns, inputs]
/// to larger ones of `outputs` channels. The weight is [inputs, outputs, kernel rows, kernel columns] as in
/// PyTorch.
public struct TransposedConvolution2D: Layer {
  public let inputs: Int
  public let outputs: Int
  public let window: Window
  public let weight: ParameterIndex
  public let bias: ParameterIndex?

  public init(
    name: String, inputs: Int, outputs: Int, window: Window, hasBias: Bool = true,
    in layout: inout ParameterLayout
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.window = window
    weight = layout.addParameter(
      "\(name).weight", shape: [inputs, outputs, window.kernel.rows, window.kernel.columns], decays: true)
    bias = hasBias ? layout.addParameter("\(name).bias", shape: [outputs], decays: false) : nil
  }

  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    Initialiser.he.fill(
      parameters[weight], inputs: inputs * window.taps, outputs: outputs * window.taps, using: &generator)
    if let bias { parameters[bias].update(repeating: 0) }
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    let shape = tape.shape(of: input)
    let taps = window.taps
    // [inputs, outputs, taps] to [taps, outputs, inputs], the weight of a dense layer that makes the patches.
    let kernel = tape.permute(
      tape.parameter(weight, as: VariableShape(batch: inputs, rows: 1, columns: outputs, channels: taps)),
      .channels, .rows, .columns, .batch)
    let patches = tape.dense(input, weight: kernel, bias: nil, outputs: taps * outputs)
    func size(_ length: Int, _ kernel: Int, _ stride: Int, _ padding: Int, _ dilation: Int) -> Int {
      (length - 1) * stride - 2 * padding + dilation * (kernel - 1) + 1
    }
    let result = VariableShape(
      batch: shape.batch,
      rows: size(
        shape.rows, window.kernel.rows, window.stride.rows, window.padding.rows, window.dilation.rows),
      columns: size(
        shape.columns, window.kernel.columns, window.stride.columns, window.padding.columns,
        window.dilation.columns), channels: outputs)
    let image = tape.overlap(patches, window, shape: result)
    return bias.map { tape.add(image, tape.parameter($0)) } ?? image
  }
}
