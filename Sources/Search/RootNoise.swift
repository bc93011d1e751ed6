import Environments

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Noise mixed into the root's priors so that self-play tries every action (Silver et al. 2018).
public struct RootNoise: Hashable, Sendable {
  /// Concentration of the Dirichlet distribution; about 10 / number of legal actions.
  public var alpha: Double
  /// Share of the noise in the mixed prior: 0.25 in the paper.
  public var fraction: Float

  public init(alpha: Double, fraction: Float = 0.25) {
    self.alpha = alpha
    self.fraction = fraction
  }
}

extension Random {
  /// A standard normal number (Box and Muller 1958).
  package mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  /// A number of the gamma distribution with this shape, above 0, and scale 1 (Marsaglia and Tsang 2000).
  package mutating func gamma(shape: Double) -> Double {
    if shape < 1 { return gamma(shape: shape + 1) * pow(1 - uniform(), 1 / shape) }
    let d = shape - 1 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let v = (1 + c * x) * (1 + c * x) * (1 + c * x)
      guard v > 0 else { continue }
      if log(1 - uniform()) < 0.5 * x * x + d - d * v + d * log(v) { return d * v }
    }
  }

  /// Fills the first `count` elements of `sample` with a draw of the symmetric Dirichlet distribution:
  /// numbers from 0 that add up to 1.
  package mutating func dirichlet(alpha: Double, count: Int, into sample: inout [Float]) {
    var sum: Double = 0
    for index in 0..<count {
      sample[index] = Float(gamma(shape: alpha))
      sum += Double(sample[index])
    }
    if sum > 0 {
      for index in 0..<count { sample[index] = Float(Double(sample[index]) / sum) }
    } else {
      // With a tiny alpha all weights may underflow; the limit of the distribution is one random corner.
      sample[integer(below: count)] = 1
    }
  }
}
