/// How weights are drawn at first.
public enum Initialiser: Hashable, Sendable {
  /// Normal with variance 2 / inputs (He et al. 2015), for layers followed by a ReLU.
  case he
  /// Uniform with variance 2 / (inputs + outputs) (Glorot and Bengio 2010).
  case xavier

  func fill(
    _ values: UnsafeMutableBufferPointer<Float>, inputs: Int, outputs: Int,
    using generator: inout some RandomNumberGenerator
  ) {
    switch self {
    case .he:
      let deviation = (2 / Float(inputs)).squareRoot()
      for i in values.indices { values[i] = deviation * normal(using: &generator) }
    case .xavier:
      let limit = (6 / Float(inputs + outputs)).squareRoot()
      for i in values.indices { values[i] = limit * (2 * uniform(using: &generator) - 1) }
    }
  }

  /// [0, 1) with 24 bits.
  private func uniform(using generator: inout some RandomNumberGenerator) -> Float {
    Float(generator.next() >> 40) * 0x1p-24
  }

  /// Standard normal by the polar method (Marsaglia and Bray 1964).
  private func normal(using generator: inout some RandomNumberGenerator) -> Float {
    while true {
      let (x, y) = (2 * uniform(using: &generator) - 1, 2 * uniform(using: &generator) - 1)
      let square = x * x + y * y
      if square > 0 && square < 1 { return x * (-2 * naturalLogarithm(square) / square).squareRoot() }
    }
  }
}
