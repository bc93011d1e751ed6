/// The Euclidean norm of all gradients together.
public func norm(of gradient: UnsafeMutableBufferPointer<Float>) -> Float {
  guard let base = gradient.baseAddress else { return 0 }
  return Float(kernels.sum_of_squares(base, gradient.count).squareRoot())
}

/// The factor that shortens a gradient of length `norm` to at most `limit` (Pascanu et al. 2013, with the
/// 1e-6 of PyTorch), to pass to `Optimiser.step` as `gradientScale`.
public func clippingScale(norm: Float, limit: Float) -> Float { min(1, limit / (norm + 1e-6)) }
