extension InferencePlan {
  /// The deviations of noisy weights [outputs, inputs] and biases [outputs].
  public struct Deviations: Hashable, Sendable {
    public let weight: ParameterIndex
    public let bias: ParameterIndex

    public init(weight: ParameterIndex, bias: ParameterIndex) {
      self.weight = weight
      self.bias = bias
    }
  }
}

/// Means and deviations of noisy weights, packed as an engine's weights are; both are empty without noise.
// A class, as the owner of memory: it belongs to one engine, and is as little shared as that is.
final class NoisyWeights {
  let means: FloatBuffer
  let deviations: FloatBuffer

  init(count: Int) {
    means = FloatBuffer(count: count)
    deviations = FloatBuffer(count: count)
  }
}

extension PackedStep {
  /// Packs deviations like weights, and keeps the packed means aside.
  func pack(
    _ parameters: Parameters, means weights: UnsafePointer<Float>, into noisy: NoisyWeights,
    scratch: UnsafeMutablePointer<Float>
  ) {
    guard let deviations = plan.deviations else { return }
    let start = self.weights
    (noisy.means.pointer + start).update(from: weights + start, count: end - start)
    pack(
      parameters, weight: deviations.weight, bias: deviations.bias, into: noisy.deviations.pointer,
      scratch: scratch)
  }

  /// means + deviations * noise (Fortunato et al. 2018, equations 10 and 11) for panels [n / 16][inner][16].
  func perturb(
    _ weights: UnsafeMutablePointer<Float>, by noisy: NoisyWeights, scratch: UnsafeMutablePointer<Float>,
    using random: inout SplitMix64
  ) {
    guard plan.deviations != nil else { return }
    for k in 0..<inner { scratch[k] = random.noiseFactor() }
    let to = scratch + inner
    for n in 0..<outputChannels { to[n] = n < output.channels ? random.noiseFactor() : 0 }
    let (means, deviations) = (noisy.means.pointer, noisy.deviations.pointer)
    var place = self.weights
    for panel in 0..<(outputChannels / 16) {
      let factors = UnsafeRawPointer(to + panel * 16).loadUnaligned(as: SIMD16<Float>.self)
      for k in 0..<inner {
        let mean = UnsafeRawPointer(means + place).loadUnaligned(as: SIMD16<Float>.self)
        let deviation = UnsafeRawPointer(deviations + place).loadUnaligned(as: SIMD16<Float>.self)
        let value = mean + deviation * (factors * scratch[k])
        UnsafeMutableRawPointer(weights + place).storeBytes(of: value, as: SIMD16<Float>.self)
        place += 16
      }
    }
    for n in 0..<outputChannels { weights[bias + n] = means[bias + n] + deviations[bias + n] * to[n] }
  }
}
