/// A small generator for starting weights and noise (Steele, Lea and Flood 2014).
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension RandomNumberGenerator {
  /// [0, 1) with 24 bits.
  mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// Standard normal by the polar method (Marsaglia and Bray 1964).
  mutating func normal() -> Float {
    while true {
      let (x, y) = (2 * uniform() - 1, 2 * uniform() - 1)
      let square = x * x + y * y
      if square > 0 && square < 1 { return x * (-2 * naturalLogarithm(square) / square).squareRoot() }
    }
  }
}
