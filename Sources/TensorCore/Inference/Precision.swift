/// How exactly a compiled network, or a tape, computes.
public enum Precision: String, Hashable, Sendable, CaseIterable {
  /// 32-bit floats throughout.
  case f32
  /// Products may round what they multiply to bf16 (8 bits of mantissa) where that is faster: on processors with AMX.
  /// Sums, residuals, parameters and their gradients stay in f32. A compiled residual network keeps its heads in f32
  /// too, and weights of its first two convolutions as sums of two bf16 numbers; of other compiled networks only large
  /// dense layers are rounded. Elsewhere Winograd's algorithm in f32 is faster than bf16 products, and more exact, so
  /// nothing is rounded.
  case bf16
}
