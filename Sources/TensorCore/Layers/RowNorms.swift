/// Layer normalisation (Ba et al. 2016) with the biased variance, then a scale and a shift for each element.
/// It normalises the channels of every vector, or whole images, whose scale and shift are [channels, rows,
/// columns].
public struct LayerNorm: PlannedLayer {
  public let shape: Shape
  public let epsilon: Float
  public let scale: ParameterIndex
  public let shift: ParameterIndex

  /// `shape` is [channels], or [channels, rows, columns] to normalise whole images.
  public init(name: String, shape: Shape, epsilon: Float = 1e-5, in layout: inout ParameterLayout) {
    precondition(shape.dimensions.count == 1 || shape.dimensions.count == 3, "layer norm of shape \(shape)")
    self.shape = shape
    self.epsilon = epsilon
    scale = layout.addParameter("\(name).weight", shape: shape, decays: false)
    shift = layout.addParameter("\(name).bias", shape: shape, decays: false)
  }

  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    parameters[scale].update(repeating: 1)
    parameters[shift].update(repeating: 0)
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    let image = tape.shape(of: input)
    let isImage = shape.dimensions.count == 3
    let rows = isImage ? tape.flatten(input) : input
    let normal = tape.normalise(rows, epsilon: epsilon)
    let result = tape.add(tape.multiply(normal, tape.parameter(scale)), tape.parameter(shift))
    guard isImage else { return result }
    let planes = VariableShape(
      batch: image.batch, rows: image.channels, columns: image.rows, channels: image.columns)
    return tape.permute(tape.reshape(result, to: planes), .batch, .columns, .channels, .rows)
  }

  public func compile(_ input: PlanVariable, into plan: inout InferencePlan) -> PlanVariable {
    plan.record(self, of: input)
  }
}

/// Group normalisation (Wu and He 2018): groups of neighbouring channels of an image are normalised together,
/// then every channel has a scale and a shift. One group is layer norm, as many as channels instance norm.
public struct GroupNorm: Layer {
  public let channels: Int
  public let groups: Int
  public let epsilon: Float
  public let scale: ParameterIndex
  public let shift: ParameterIndex

  /// `groups` divides `channels`.
  public init(
    name: String, channels: Int, groups: Int, epsilon: Float = 1e-5, in layout: inout ParameterLayout
  ) {
    precondition(channels % groups == 0, "\(groups) groups do not divide \(channels) channels")
    self.channels = channels
    self.groups = groups
    self.epsilon = epsilon
    scale = layout.addParameter("\(name).weight", shape: [channels], decays: false)
    shift = layout.addParameter("\(name).bias", shape: [channels], decays: false)
  }

  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    parameters[scale].update(repeating: 1)
    parameters[shift].update(repeating: 0)
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    let image = tape.shape(of: input)
    let (points, width) = (image.rows * image.columns, channels / groups)
    let grouped = tape.permute(
      tape.reshape(
        input, to: VariableShape(batch: image.batch, rows: points, columns: groups, channels: width)),
      .batch, .columns, .rows, .channels)
    let normal = tape.normalise(
      tape.reshape(grouped, to: VariableShape(batch: image.batch, rows: groups, channels: points * width)),
      epsilon: epsilon)
    let back = tape.permute(
      tape.reshape(
        normal, to: VariableShape(batch: image.batch, rows: groups, columns: points, channels: width)),
      .batch, .columns, .rows, .channels)
    return tape.add(
      tape.multiply(tape.reshape(back, to: image), tape.parameter(scale)), tape.parameter(shift))
  }
}

/// Root mean square normalisation of every channel vector (Zhang and Sennrich 2019): x / sqrt(mean x^2 +
/// epsilon), times a scale for each channel.
public struct RMSNorm: Layer {
  public let channels: Int
  public let epsilon: Float
  public let scale: ParameterIndex

  public init(name: String, channels: Int, epsilon: Float = 1e-6, in layout: inout ParameterLayout) {
    self.channels = channels
    self.epsilon = epsilon
    scale = layout.addParameter("\(name).weight", shape: [channels], decays: false)
  }

  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    parameters[scale].update(repeating: 1)
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    tape.multiply(tape.normalise(input, centred: false, epsilon: epsilon), tape.parameter(scale))
  }
}
