/// Squeeze and excitation (Hu et al. 2018) over images [batch, rows, columns, channels]: x * sigmoid(a),
/// where a comes from the channels' means by two dense layers. With a shift, x * sigmoid(a) + b, as in Leela
/// Chess Zero.
public struct SqueezeExcite: Layer {
  public let channels: Int
  public let hasShift: Bool
  public let fc1: Dense
  public let fc2: Dense

  /// `squeeze` is the width between the two dense layers.
  public init(
    name: String, channels: Int, squeeze: Int, hasShift: Bool = false, in layout: inout ParameterLayout
  ) {
    self.channels = channels
    self.hasShift = hasShift
    fc1 = Dense(name: "\(name).fc1", inputs: channels, outputs: squeeze, in: &layout)
    fc2 = Dense(
      name: "\(name).fc2", inputs: squeeze, outputs: hasShift ? 2 * channels : channels, initialiser: .xavier,
      in: &layout)
  }

  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    fc1.initialise(parameters, using: &generator)
    fc2.initialise(parameters, using: &generator)
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    let squeezed = tape.relu(fc1.forward(tape.mean(input, over: .points), on: tape))
    let all = fc2.forward(squeezed, on: tape)
    guard hasShift else { return tape.multiply(input, tape.sigmoid(all)) }
    let factor = tape.sigmoid(tape.slice(all, 0..<channels, along: .channels))
    let shift = tape.slice(all, channels..<(2 * channels), along: .channels)
    return tape.add(tape.multiply(input, factor), shift)
  }
}

/// KataGo's bias by global pooling (Wu 2019): x + W concat(mean(g), mean(g) * (side - 14) / 10, max(g)), the
/// same at every point of an image x [batch, rows, columns, channels]; g is [batch, rows, columns, pooled].
public struct GlobalPoolingBias: Sendable {
  public let channels: Int
  public let pooled: Int
  let dense: Dense

  /// The weight is [channels, 3 x pooled].
  public init(name: String, channels: Int, pooled: Int, in layout: inout ParameterLayout) {
    self.channels = channels
    self.pooled = pooled
    dense = Dense(
      name: name, inputs: 3 * pooled, outputs: channels, initialiser: .xavier, hasBias: false, in: &layout)
  }

  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    dense.initialise(parameters, using: &generator)
  }

  /// x plus the bias that `pool` makes.
  public func forward(_ input: Variable, pool: Variable, on tape: Tape) -> Variable {
    tape.add(input, dense.forward(GlobalFeatures.pool(pool, on: tape), on: tape))
  }
}

/// Action values from a state value and advantages, Q = V + A - mean A (Wang et al. 2016): [batch, inputs] to
/// [batch, actions].
public struct DuelingHead: Layer {
  public let value: Dense
  public let advantage: Dense

  public init(name: String, inputs: Int, actions: Int, in layout: inout ParameterLayout) {
    value = Dense(name: "\(name).value", inputs: inputs, outputs: 1, initialiser: .xavier, in: &layout)
    advantage = Dense(
      name: "\(name).advantage", inputs: inputs, outputs: actions, initialiser: .xavier, in: &layout)
  }

  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    value.initialise(parameters, using: &generator)
    advantage.initialise(parameters, using: &generator)
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    let advantages = advantage.forward(input, on: tape)
    let centred = tape.subtract(advantages, tape.mean(advantages, over: .channels))
    return tape.add(centred, value.forward(input, on: tape))
  }
}
