/// How exactly a compiled network computes.
public enum Precision: String, Hashable, Sendable, CaseIterable {
  /// 32-bit floats throughout.
  case f32
  /// Convolutions may round activations and weights to bf16 (8 bits of mantissa) for their products where that is
  /// faster: on processors with AMX. Sums, residuals and heads stay in f32, and weights of the first two convolutions
  /// are sums of two bf16 numbers. Elsewhere Winograd's algorithm in f32 is faster than bf16 products, and more
  /// exact, so nothing is rounded.
  case bf16
}
