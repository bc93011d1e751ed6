/// How an optimiser turns gradients into steps; the parts' names and defaults are PyTorch's.
public enum OptimiserRule: Codable, Hashable, Sendable {
  /// Stochastic gradient descent; weight decay is added to the gradient.
  case sgd(momentum: Float = 0, nesterov: Bool = false)
  /// Kingma and Ba 2015; weight decay is added to the gradient.
  case adam(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8)
  /// Adam with weight decay apart from the gradient (Loshchilov and Hutter 2019).
  case adamW(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8)
  /// Tieleman and Hinton 2012; centred as in Graves 2013 and the DQN of Mnih et al. 2015.
  case rmsprop(alpha: Float = 0.99, epsilon: Float = 1e-8, centred: Bool = false)

  /// The names of the running values that a step keeps for every parameter: first and second moments.
  var stateNames: (first: String?, second: String?) {
    switch self {
    case .sgd(let momentum, _): (momentum == 0 ? nil : "momentum", nil)
    case .adam, .adamW: ("mean", "square")
    case .rmsprop(_, _, let centred): (centred ? "mean" : nil, "square")
    }
  }
}
