/// How exactly a compiled network, or a tape, computes.
public enum Precision: String, Hashable, Sendable, CaseIterable {
  /// 32-bit floats throughout.
  case f32
  /// Products may round what they multiply to bf16 (8 bits of mantissa) where that is faster: on processors with AMX.
  /// Their sums stay in f32, and so do parameters and their gradients. Matrix tiles take denormal numbers for zero.
  ///
  /// Compiled networks that begin with 3x3 convolutions, such as residual ones, keep residuals and dense layers in f32,
  /// and the weights of their first two convolutions as sums of two bf16 numbers; of all others only large dense layers
  /// without noise are rounded. Training keeps the images between the layers of a tower in bf16.
  /// Elsewhere Winograd's algorithm in f32 is faster than bf16 products, and more exact, so nothing is rounded.
  case bf16
}
