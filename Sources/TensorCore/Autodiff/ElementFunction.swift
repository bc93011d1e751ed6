import CKernels

/// A function of each element; all have a first and a second derivative.
public enum ElementFunction: Hashable, Sendable {
  /// scale * x + shift.
  case linear(scale: Float, shift: Float = 0)
  /// max(x, 0); the derivative at 0 is 0.
  case relu
  /// x above 0, slope * x below (Maas et al. 2013).
  case leakyReLU(slope: Float = 0.01)
  /// min(max(x, 0), 6).
  case relu6
  /// min(max(x, low), high), with derivative 1 at both ends.
  case clamp(low: Float, high: Float)
  /// x above 0, alpha * (e^x - 1) below (Clevert et al. 2016).
  case elu(alpha: Float = 1)
  case absolute
  case square
  case squareRoot
  case reciprocal
  case exponential
  /// The natural logarithm.
  case logarithm
  case tanh
  /// 1 / (1 + e^-x).
  case sigmoid
  case logSigmoid
  /// ln(1 + e^x); x itself above 20.
  case softplus
  /// x / (1 + |x|).
  case softsign
  /// x * min(max(x + 3, 0), 6) / 6 (Howard et al. 2019).
  case hardSwish
  /// x * sigmoid(x), also called swish (Elfwing et al. 2018).
  case silu
  /// x times the normal distribution function of x (Hendrycks and Gimpel 2016).
  case gelu
  /// The approximation of GELU by tanh, of the same paper.
  case geluTanh
  /// x * tanh(softplus(x)) (Misra 2019).
  case mish
  /// x^2 / 2 up to |x| = delta, then delta * (|x| - delta / 2) (Huber 1964).
  case huber(delta: Float = 1)

  var kernel: kernel_function {
    switch self {
    case .linear: kernel_function_linear
    case .relu: kernel_function_relu
    case .leakyReLU: kernel_function_leaky_relu
    case .relu6: kernel_function_relu6
    case .clamp: kernel_function_clamp
    case .elu: kernel_function_elu
    case .absolute: kernel_function_absolute
    case .square: kernel_function_square
    case .squareRoot: kernel_function_square_root
    case .reciprocal: kernel_function_reciprocal
    case .exponential: kernel_function_exp
    case .logarithm: kernel_function_log
    case .tanh: kernel_function_tanh
    case .sigmoid: kernel_function_sigmoid
    case .logSigmoid: kernel_function_log_sigmoid
    case .softplus: kernel_function_softplus
    case .softsign: kernel_function_softsign
    case .hardSwish: kernel_function_hard_swish
    case .silu: kernel_function_silu
    case .gelu: kernel_function_gelu
    case .geluTanh: kernel_function_gelu_tanh
    case .mish: kernel_function_mish
    case .huber: kernel_function_huber
    }
  }

  /// What the kernel calls a and b.
  var arguments: (Float, Float) {
    switch self {
    case .linear(let scale, let shift): (scale, shift)
    case .clamp(let low, let high): (low, high)
    case .leakyReLU(let value), .elu(let value), .huber(let value): (value, 0)
    default: (0, 0)
    }
  }
}
