import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension OptimiserRule {
  /// Fills in what a step number (from 1) demands of all parameters alike.
  func prepare(_ step: inout kernel_step, number: Int) {
    let t = Double(number)
    switch self {
    case .sgd(let momentum, _, let dampening):
      step.first_rate = momentum
      step.gradient_share = number == 1 ? 1 : 1 - dampening
    case .adam(let beta1, let beta2, let epsilon, _), .adamW(let beta1, let beta2, let epsilon, _),
      .adamax(let beta1, let beta2, let epsilon):
      Self.fill(&step, beta1, beta2, epsilon)
      step.first_correction = Float(1 / (1 - pow(Double(beta1), t)))
      step.second_correction = Float((1 / (1 - pow(Double(beta2), t))).squareRoot())
    case .nadam(let beta1, let beta2, let epsilon, let momentumDecay):
      Self.fill(&step, beta1, beta2, epsilon)
      step.second_correction = Float((1 / (1 - pow(Double(beta2), t))).squareRoot())
      let momentum = Self.momentum(number, Double(beta1), Double(momentumDecay))
      let next = Self.momentum(number + 1, Double(beta1), Double(momentumDecay))
      var product = 1.0
      // Beyond some thousand factors below one the product is zero in any precision that matters.
      for i in 1...min(number, 10_000) where product > 1e-30 {
        product *= Self.momentum(i, Double(beta1), Double(momentumDecay))
      }
      step.gradient_share = Float((1 - momentum) / (1 - product))
      step.first_correction = Float(next / (1 - product * next))
    case .radam(let beta1, let beta2, let epsilon):
      Self.fill(&step, beta1, beta2, epsilon)
      rectify(&step, t, Double(beta1), Double(beta2))
    case .rmsprop(let alpha, let epsilon, _, let momentum, _):
      Self.fill(&step, momentum, alpha, epsilon)
    case .adagrad(let rateDecay, _, let epsilon):
      step.learning_rate /= 1 + Float(number - 1) * rateDecay
      step.epsilon = epsilon
    case .adadelta(let rho, let epsilon): Self.fill(&step, 0, rho, epsilon)
    case .langevin: break
    }
  }

  private static func fill(_ step: inout kernel_step, _ first: Float, _ second: Float, _ epsilon: Float) {
    step.first_rate = first
    step.second_rate = second
    step.epsilon = epsilon
  }

  /// NAdam's momentum in step `number`.
  private static func momentum(_ number: Int, _ beta1: Double, _ decay: Double) -> Double {
    beta1 * (1 - 0.5 * pow(0.96, Double(number) * decay))
  }

  /// Liu et al. 2020, algorithm 2: while the variance of the second moment is unknown, plain momentum steps.
  private func rectify(_ step: inout kernel_step, _ t: Double, _ beta1: Double, _ beta2: Double) {
    let decayed = pow(beta2, t)
    let limit = 2 / (1 - beta2) - 1
    let length = limit - 2 * t * decayed / (1 - decayed)
    step.first_correction = Float(1 / (1 - pow(beta1, t)))
    guard length > 5 else {
      (step.second_correction, step.epsilon) = (0, 1)
      return
    }
    let rectification =
      ((length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length)).squareRoot()
    step.second_correction = 1
    step.first_correction *= Float(rectification * (1 - decayed).squareRoot())
  }

  /// Takes a prepared step.
  func take(_ step: inout kernel_step) {
    switch self {
    case .sgd(_, let nesterov, _): kernels.sgd(&step, nesterov)
    case .adam, .nadam, .radam: kernels.adam(&step, false)
    case .adamW: kernels.adam(&step, true)
    case .adamax: kernels.adamax(&step)
    case .rmsprop(_, _, _, _, let epsilonInside): kernels.rmsprop(&step, epsilonInside)
    case .adagrad: kernels.adagrad(&step)
    case .adadelta: kernels.adadelta(&step)
    case .langevin: kernels.sgd(&step, false)
    }
  }

  /// Adds the noise of a step to all parameters.
  func addNoise(to values: UnsafeMutablePointer<Float>, count: Int, rate: Float, number: Int) {
    guard case .langevin(let temperature, let seed) = self else { return }
    let deviation = (2 * rate * temperature).squareRoot()
    var random = SplitMix64(state: seed &+ UInt64(number) &* 0xD1B5_4A32_D192_ED03)
    for i in 0..<count { values[i] += deviation * random.normal() }
  }
}
