/// What all points of an image say together: of the positive parts of each channel the mean, the mean times
/// (side - 14) / 10, and the largest (Wu 2019); [batch, rows, columns, channels] to [batch, 3 x channels].
public struct GlobalFeatures: PlannedLayer {
  public init() {}

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    Self.pool(tape.relu(input), on: tape)
  }

  public func compile(_ input: PlanVariable, into plan: inout InferencePlan) -> PlanVariable {
    plan.pool(input)
  }

  /// The features of an image as it is.
  static func pool(_ image: Variable, on tape: Tape) -> Variable {
    let shape = tape.shape(of: image)
    let mean = tape.mean(image, over: .points)
    return tape.concatenate(
      mean, tape.scale(mean, by: sideFactor(rows: shape.rows, columns: shape.columns)),
      tape.maximum(image, over: .points), along: .channels)
  }

  /// The side of a board that is not square is the root of its number of points.
  static func sideFactor(rows: Int, columns: Int) -> Float {
    (Float(rows * columns).squareRoot() - 14) / 10
  }
}

/// A ReLU by which every point of an image knows about all others (Wu 2019): of the channels that come in, the
/// last `pooled` become biases of the `channels` before them, relu(x + W pool(relu(g))).
public struct GlobalPoolingReLU: PlannedLayer {
  public let bias: GlobalPoolingBias

  /// From `channels` + `pooled` channels to `channels`.
  public init(name: String, channels: Int, pooled: Int, in layout: inout ParameterLayout) {
    bias = GlobalPoolingBias(name: name, channels: channels, pooled: pooled, in: &layout)
  }

  /// How many of `channels` channels to pool: about a quarter, as in the paper (32 of 96, 64 of 256), and so that
  /// both parts fill whole vectors if the sum does.
  public static func pooled(of channels: Int) -> Int {
    let quarter = max(1, channels / 4)
    return channels % 16 == 0 && channels > 16 ? (quarter + 15) / 16 * 16 : quarter
  }

  private var regular: Range<Int> { 0..<bias.channels }
  private var rest: Range<Int> { bias.channels..<(bias.channels + bias.pooled) }

  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    bias.initialise(parameters, using: &generator)
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    let pool = tape.relu(tape.slice(input, rest, along: .channels))
    return tape.relu(bias.forward(tape.slice(input, regular, along: .channels), pool: pool, on: tape))
  }

  public func compile(_ input: PlanVariable, into plan: inout InferencePlan) -> PlanVariable {
    let features = plan.pool(input, channels: rest)
    return plan.shift(input, by: bias.dense.compile(features, into: &plan))
  }
}
