/// How a gradient is measured.
public enum GradientNorm: String, Codable, Hashable, Sendable {
  case euclidean
  /// The size of the largest element.
  case largest
}

/// The norm of all gradients together.
public func norm(of gradient: UnsafeMutableBufferPointer<Float>, _ kind: GradientNorm = .euclidean) -> Float {
  guard let base = gradient.baseAddress else { return 0 }
  return switch kind {
  case .euclidean: Float(kernels.sum_of_squares(base, gradient.count).squareRoot())
  case .largest: gradient.reduce(0) { max($0, $1.magnitude) }
  }
}

/// The factor that shortens a gradient of length `norm` to at most `limit` (Pascanu et al. 2013, with the
/// 1e-6 of PyTorch), to pass to `Optimiser.step` as `gradientScale`.
public func clippingScale(norm: Float, limit: Float) -> Float { min(1, limit / (norm + 1e-6)) }

/// Moves every element that is farther from 0 than `limit` to -limit or limit.
public func clip(_ gradient: UnsafeMutableBufferPointer<Float>, to limit: Float) {
  for i in gradient.indices { gradient[i] = min(max(gradient[i], -limit), limit) }
}
