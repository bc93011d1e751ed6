/// How exactly a compiled network, or a tape, computes.
public enum Precision: String, Hashable, Sendable, CaseIterable {
  /// 32-bit floats throughout.
  case f32
  /// Products may round what they multiply to bf16 (8 bits of mantissa) where that is faster: on processors with AMX.
  /// Sums, residuals, parameters and their gradients stay in f32, and so do a compiled network's heads; weights of its
  /// first two convolutions are sums of two bf16 numbers. Elsewhere Winograd's algorithm in f32 is faster than bf16
  /// products, and more exact, so nothing is rounded.
  case bf16
}
