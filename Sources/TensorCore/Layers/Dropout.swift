extension Tape {
  /// In training every element is 0 with probability `rate` and the others are divided by 1 - rate
  /// (Srivastava et al. 2014); otherwise the value itself.
  public func dropout(_ input: Variable, rate: Float) -> Variable {
    precondition(rate >= 0 && rate < 1, "a dropout rate is at least 0 and less than 1")
    guard mode == .training && rate > 0 else { return input }
    let mask = constant(shape: shape(of: input)) { _ in random.uniform() < rate ? 0 : 1 / (1 - rate) }
    return multiply(input, mask)
  }

  /// A sample of the Gumbel-softmax distribution over the channels (Jang et al. 2017; Maddison et al. 2017):
  /// softmax of (logits + Gumbel noise) / temperature. `isHard` gives one-hot samples with the gradient of
  /// the soft ones.
  public func gumbelSoftmax(_ logits: Variable, temperature: Float, isHard: Bool = false) -> Variable {
    precondition(temperature > 0, "a temperature is positive")
    let noise = constant(shape: shape(of: logits)) { _ in
      // Between 0 and 1, without either: 23 bits and the half are exact.
      -naturalLogarithm(-naturalLogarithm((Float(random.next() >> 41) + 0.5) * 0x1p-23))
    }
    let soft = softmax(scale(add(logits, noise), by: 1 / temperature))
    guard isHard else { return soft }
    let (values, channels) = (values(of: soft), shape(of: soft).channels)
    let best = maximum(soft, over: .channels)
    let peaks = self.values(of: best)
    let correction = constant(shape: shape(of: soft)) { i in
      (values[i] == peaks[i / channels] ? 1 : 0) - values[i]
    }
    return add(soft, correction)
  }
}

/// Dropout in training, nothing otherwise (Srivastava et al. 2014). Any shape.
public struct Dropout: Layer {
  /// The probability with which an element becomes 0, in [0, 1).
  public let rate: Float

  public init(rate: Float) { self.rate = rate }

  public func forward(_ input: Variable, on tape: Tape) -> Variable { tape.dropout(input, rate: rate) }
}

/// A dense layer some of whose weights are 0 in each training step (Wan et al. 2013): [.., inputs] to [..,
/// outputs].
public struct DropConnect: Layer {
  public let dense: Dense
  /// The probability with which a weight becomes 0, in [0, 1).
  public let rate: Float

  public init(name: String, inputs: Int, outputs: Int, rate: Float, in layout: inout ParameterLayout) {
    dense = Dense(name: name, inputs: inputs, outputs: outputs, in: &layout)
    self.rate = rate
  }

  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    dense.initialise(parameters, using: &generator)
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    tape.dense(
      input, weight: tape.dropout(tape.parameter(dense.weight), rate: rate),
      bias: dense.bias.map { tape.parameter($0) }, outputs: dense.outputs)
  }
}
