extension Parameters {
  /// Moves all values a share of the way towards those of `other`, this + share * (other - this): the soft
  /// update of a target network (Lillicrap et al. 2016). Both have one layout. Does not allocate.
  public func move(towards other: Parameters, share: Float) {
    precondition(layout.trainedCount == other.layout.trainedCount, "the layouts differ")
    precondition(layout.bufferCount == other.layout.bufferCount, "the layouts differ")
    for i in trained.indices { trained[i] += share * (other.trained[i] - trained[i]) }
    for i in buffers.indices { buffers[i] += share * (other.buffers[i] - buffers[i]) }
  }
}

/// A running average of a model's weights, which is often better than the last ones.
public struct WeightAverage: Sendable {
  public enum Kind: Codable, Hashable, Sendable {
    /// Exponential: average = decay * average + (1 - decay) * weights (Polyak and Juditsky 1992).
    case exponential(decay: Float)
    /// The mean of all weights included: stochastic weight averaging (Izmailov et al. 2018).
    case uniform
  }

  public let kind: Kind
  /// The average, also of running statistics. Before the first `include` it is all zeros.
  public let average: Parameters
  /// How many times weights were included.
  public private(set) var count = 0

  public init(_ kind: Kind, of parameters: Parameters) {
    self.kind = kind
    average = Parameters(layout: parameters.layout)
  }

  /// Takes in the current weights; the first ones are the average. Does not allocate.
  public mutating func include(_ parameters: Parameters) {
    count += 1
    switch kind {
    case .exponential(let decay): average.move(towards: parameters, share: count == 1 ? 1 : 1 - decay)
    case .uniform: average.move(towards: parameters, share: 1 / Float(count))
    }
  }
}
