/// How exactly a compiled network computes.
public enum Precision: String, Hashable, Sendable, CaseIterable {
  /// 32-bit floats throughout.
  case f32
  /// Convolutions may round weights and activations to bf16 (8 bits of mantissa), with sums in f32, where that is
  /// faster: on processors with AMX. Elsewhere Winograd's algorithm in f32 is faster than bf16 products, and more
  /// exact, so nothing is rounded.
  case bf16
}
