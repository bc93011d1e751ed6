/// A convolution that is equivariant under the eight symmetries of the square (Cohen and Welling 2016, the
/// group p4m): the result for a turned or reflected image is the turned or reflected result. Its features
/// have a field for each output and each symmetry: channel = symmetry x outputs + output. The sums agree up
/// to rounding.
///
/// One set of weights is turned eight ways into the kernels of an ordinary convolution, so that it costs as
/// much as one of 8 x outputs channels, with an eighth of its parameters. The kernel keeps the image's size.
public struct EquivariantConvolution2D: PlannedLayer {
  public let inputs: Int
  public let outputs: Int
  public let kernel: Int
  /// Whether the input is an image of plain channels, which every symmetry moves but does not exchange;
  /// otherwise it has eight channels for each of `inputs`.
  public let lifts: Bool
  public let weight: ParameterIndex
  public let bias: ParameterIndex?
  /// For every weight of the ordinary kernel [8 outputs, inputs, taps], the one it is a copy of.
  private let sources: [Int32]

  /// `kernel` is odd. The weight is [outputs, inputs, kernel, kernel] for lifting, else [outputs, 8 inputs,
  /// kernel, kernel].
  public init(
    name: String, inputs: Int, outputs: Int, kernel: Int, lifts: Bool, hasBias: Bool,
    in layout: inout ParameterLayout
  ) {
    precondition(kernel % 2 == 1, "an equivariant kernel is odd")
    self.inputs = inputs
    self.outputs = outputs
    self.kernel = kernel
    self.lifts = lifts
    let planes = lifts ? inputs : 8 * inputs
    weight = layout.addParameter("\(name).weight", shape: [outputs, planes, kernel, kernel], decays: true)
    bias = hasBias ? layout.addParameter("\(name).bias", shape: [outputs], decays: false) : nil
    sources = Self.sources(inputs: inputs, outputs: outputs, kernel: kernel, lifts: lifts)
  }

  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    let taps = kernel * kernel
    Initialiser.he.fill(
      parameters[weight], inputs: (lifts ? inputs : 8 * inputs) * taps, outputs: 8 * outputs * taps,
      using: &generator)
    if let bias { parameters[bias].update(repeating: 0) }
  }

  /// [batch, rows, columns, inputs or 8 x inputs] to [batch, rows, columns, 8 x outputs].
  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    let count = tape.parameters.layout[weight].shape.count
    let kernels = sources.withUnsafeBufferPointer {
      tape.gather(
        tape.parameter(weight, as: VariableShape(batch: count, channels: 1)), indices: $0,
        shape: VariableShape(batch: $0.count, channels: 1))
    }
    let result = tape.convolution(
      input, weight: kernels, bias: nil, outputs: 8 * outputs, kernel: kernel, padding: (kernel - 1) / 2)
    guard let bias else { return result }
    let shape = tape.shape(of: result)
    return tape.reshape(
      tape.add(tape.reshape(result, to: shape.fields), tape.parameter(bias)), to: shape)
  }

  public func compile(_ input: PlanVariable, into plan: inout InferencePlan) -> PlanVariable {
    plan.convolution(
      input, outputs: 8 * outputs, window: .around(kernel), weight: weight, bias: bias,
      sources: sources)
  }

  /// The kernel for symmetry g reads its source turned back: w(g, h, y) = w(h g^-1, g^-1 y).
  private static func sources(inputs: Int, outputs: Int, kernel: Int, lifts: Bool) -> [Int32] {
    let taps = kernel * kernel
    var sources: [Int32] = []
    for symmetry in SquareSymmetry.all {
      let back = symmetry.inverse
      for output in 0..<outputs {
        for side in lifts ? SquareSymmetry.all.prefix(1) : SquareSymmetry.all.prefix(8) {
          let from = lifts ? 0 : (back * side).index
          for input in 0..<inputs {
            for tap in 0..<taps {
              let plane = (output * (lifts ? 1 : 8) + from) * inputs + input
              sources.append(Int32(plane * taps + back.move(tap, side: kernel)))
            }
          }
        }
      }
    }
    return sources
  }
}

/// Batch norm whose scale, shift and moments are shared by the eight channels of a field, as equivariance
/// demands: [batch, rows, columns, 8 x fields] to the same.
public struct EquivariantBatchNorm: PlannedLayer {
  public let norm: BatchNorm

  public init(name: String, fields: Int, in layout: inout ParameterLayout) {
    norm = BatchNorm(name: name, channels: fields, in: &layout)
  }

  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    norm.initialise(parameters, using: &generator)
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    let shape = tape.shape(of: input)
    return tape.reshape(norm.forward(tape.reshape(input, to: shape.fields), on: tape), to: shape)
  }

  public func compile(_ input: PlanVariable, into plan: inout InferencePlan) -> PlanVariable {
    plan.fold(norm, of: self, into: input)
  }
}

/// The mean of the eight channels of every field: [batch, rows, columns, 8 x fields] to [batch, rows,
/// columns, fields], an image that is moved as its input is and otherwise unchanged.
public struct EquivariantPooling: Layer, Hashable {
  public init() {}

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    let shape = tape.shape(of: input)
    let fields = VariableShape(batch: shape.vectors, columns: 8, channels: shape.channels / 8)
    return tape.reshape(
      tape.mean(tape.reshape(input, to: fields), over: .columns), to: shape.with(channels: shape.channels / 8)
    )
  }
}

extension VariableShape {
  /// Channels that are symmetry x fields + field, seen as eight times as many points with `fields` channels.
  fileprivate var fields: VariableShape {
    precondition(channels % 8 == 0, "\(channels) channels are not eight for each field")
    return VariableShape(batch: batch, rows: rows, columns: 8 * columns, channels: channels / 8)
  }
}
