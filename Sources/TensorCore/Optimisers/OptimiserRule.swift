/// How an optimiser turns gradients into steps; the parts' names and defaults are PyTorch's. Weight decay is
/// added to the gradient, except in AdamW.
public enum OptimiserRule: Codable, Hashable, Sendable {
  /// Stochastic gradient descent. Dampening takes its share off the gradients that enter the momentum, except
  /// the first.
  case sgd(momentum: Float = 0, nesterov: Bool = false, dampening: Float = 0)
  /// Kingma and Ba 2015; with `amsgrad` the largest second moment so far is used (Reddi et al. 2018).
  case adam(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, amsgrad: Bool = false)
  /// Adam with weight decay apart from the gradient (Loshchilov and Hutter 2019).
  case adamW(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, amsgrad: Bool = false)
  /// Adam with the largest gradient in place of the second moment (Kingma and Ba 2015).
  case adamax(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8)
  /// Adam with Nesterov's momentum (Dozat 2016).
  case nadam(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, momentumDecay: Float = 0.004)
  /// Adam whose early steps are rectified for their variance (Liu et al. 2020).
  case radam(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8)
  /// Tieleman and Hinton 2012; centred as in Graves 2013 and the DQN of Mnih et al. 2015. `epsilonInside`
  /// puts epsilon under the root.
  case rmsprop(
    alpha: Float = 0.99, epsilon: Float = 1e-8, centred: Bool = false, momentum: Float = 0,
    epsilonInside: Bool = false)
  /// Duchi et al. 2011; the rate falls as 1 / (1 + rateDecay * steps), the sums start from `initialSum`.
  case adagrad(rateDecay: Float = 0, initialSum: Float = 0, epsilon: Float = 1e-10)
  /// Zeiler 2012.
  case adadelta(rho: Float = 0.9, epsilon: Float = 1e-6)
  /// Stochastic gradient Langevin dynamics (Welling and Teh 2011): plain descent plus normal noise of
  /// variance 2 * rate * temperature, which samples from exp(-loss / temperature). The noise depends on seed
  /// and step.
  case langevin(temperature: Float = 1, seed: UInt64 = 0)

  /// The names of the running values that a step keeps for every parameter.
  var stateNames: (first: String?, second: String?, third: String?) {
    switch self {
    case .sgd(let momentum, _, _): (momentum == 0 ? nil : "momentum", nil, nil)
    case .adam(_, _, _, let amsgrad), .adamW(_, _, _, let amsgrad):
      ("mean", "square", amsgrad ? "largest" : nil)
    case .nadam, .radam: ("mean", "square", nil)
    case .adamax: ("mean", "largest", nil)
    case .rmsprop(_, _, let centred, let momentum, _):
      (centred ? "mean" : nil, "square", momentum == 0 ? nil : "momentum")
    case .adagrad: (nil, "sum", nil)
    case .adadelta: ("steps", "square", nil)
    case .langevin: (nil, nil, nil)
    }
  }

  /// What the running values start from.
  var startingValue: Float { if case .adagrad(_, let initialSum, _) = self { initialSum } else { 0 } }
}
