#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// ln x, of the C library.
func naturalLogarithm(_ x: Float) -> Float { logf(x) }
/// tanh x, of the C library.
func hyperbolicTangent(_ x: Float) -> Float { tanhf(x) }
