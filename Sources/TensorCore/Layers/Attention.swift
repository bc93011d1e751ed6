/// Multi-head self-attention (Vaswani et al. 2017) over sequences [batch, steps, 1, width], scaled by 1 /
/// sqrt(width / heads). Its tensors are called as in PyTorch; the weight in front stacks query, key and
/// value.
public struct MultiHeadAttention: Layer {
  public enum Mask: Hashable, Sendable {
    case none
    /// A step sees itself and earlier steps only.
    case causal
  }

  public let width: Int
  public let heads: Int
  public let mask: Mask
  private let inWeight: ParameterIndex
  private let inBias: ParameterIndex
  private let out: Dense

  /// `heads` divides `width`.
  public init(name: String, width: Int, heads: Int, mask: Mask = .none, in layout: inout ParameterLayout) {
    precondition(width % heads == 0, "\(heads) heads do not divide the width \(width)")
    self.width = width
    self.heads = heads
    self.mask = mask
    inWeight = layout.addParameter("\(name).in_proj_weight", shape: [3 * width, width], decays: true)
    inBias = layout.addParameter("\(name).in_proj_bias", shape: [3 * width], decays: false)
    out = Dense(name: "\(name).out_proj", inputs: width, outputs: width, initialiser: .xavier, in: &layout)
  }

  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    Initialiser.xavier.fill(parameters[inWeight], inputs: width, outputs: width, using: &generator)
    parameters[inBias].update(repeating: 0)
    out.initialise(parameters, using: &generator)
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable { forward(input, keep: nil, on: tape) }

  /// `keep` is [batch, steps] of ones, and zeros for steps that nobody sees.
  public func forward(_ input: Variable, keep: Variable?, on tape: Tape) -> Variable {
    let shape = tape.shape(of: input)
    let stacked = tape.dense(
      input, weight: tape.parameter(inWeight), bias: tape.parameter(inBias), outputs: 3 * width)
    let (query, key, value) = (part(0, stacked, tape), part(1, stacked, tape), part(2, stacked, tape))
    var scores = tape.product(
      tape.scale(query, by: 1 / Float(width / heads).squareRoot()), key, transposed: (false, true))
    if let keep {
      let seen = tape.reshape(keep, to: VariableShape(batch: shape.batch, channels: shape.rows))
      scores = tape.add(scores, tape.apply(.logarithm, to: seen))
    }
    if mask == .causal {
      let steps = shape.rows
      scores = tape.add(
        scores,
        tape.constant(shape: VariableShape(batch: 1, columns: steps, channels: steps)) {
          $0 % steps > $0 / steps ? -.infinity : 0
        })
    }
    let mixed = tape.permute(
      tape.product(tape.softmax(scores), value), .batch, .columns, .rows, .channels)
    return out.forward(tape.reshape(mixed, to: shape), on: tape)
  }

  /// Query, key or value as [batch, heads, steps, width / heads].
  private func part(_ index: Int, _ stacked: Variable, _ tape: Tape) -> Variable {
    let shape = tape.shape(of: stacked)
    let all = tape.slice(stacked, (index * width)..<((index + 1) * width), along: .channels)
    let split = VariableShape(
      batch: shape.batch, rows: shape.rows, columns: heads, channels: width / heads)
    return tape.permute(tape.reshape(all, to: split), .batch, .columns, .rows, .channels)
  }
}

/// A layer of a transformer encoder that normalises first (Xiong et al. 2020), over [batch, steps, 1, width]:
/// x + attention(norm1(x)), then x + linear2(activation(linear1(norm2(x)))).
public struct TransformerEncoderBlock: Layer {
  public let attention: MultiHeadAttention
  public let linear1: Dense
  public let linear2: Dense
  public let norm1: LayerNorm
  public let norm2: LayerNorm
  public let activation: ElementFunction
  public let dropout: Dropout

  public init(
    name: String, width: Int, heads: Int, hidden: Int, activation: ElementFunction = .gelu,
    epsilon: Float = 1e-5, dropout: Float = 0, in layout: inout ParameterLayout
  ) {
    self.activation = activation
    self.dropout = Dropout(rate: dropout)
    attention = MultiHeadAttention(name: "\(name).self_attn", width: width, heads: heads, in: &layout)
    linear1 = Dense(name: "\(name).linear1", inputs: width, outputs: hidden, in: &layout)
    linear2 = Dense(
      name: "\(name).linear2", inputs: hidden, outputs: width, initialiser: .xavier, in: &layout)
    norm1 = LayerNorm(name: "\(name).norm1", shape: [width], epsilon: epsilon, in: &layout)
    norm2 = LayerNorm(name: "\(name).norm2", shape: [width], epsilon: epsilon, in: &layout)
  }

  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    attention.initialise(parameters, using: &generator)
    linear1.initialise(parameters, using: &generator)
    linear2.initialise(parameters, using: &generator)
    norm1.initialise(parameters, using: &generator)
    norm2.initialise(parameters, using: &generator)
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    let seen = attention.forward(norm1.forward(input, on: tape), on: tape)
    let middle = tape.add(input, dropout.forward(seen, on: tape))
    let inner = tape.apply(activation, to: linear1.forward(norm2.forward(middle, on: tape), on: tape))
    return tape.add(middle, dropout.forward(linear2.forward(inner, on: tape), on: tape))
  }
}
