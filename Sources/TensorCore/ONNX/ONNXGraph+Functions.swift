extension ONNXGraph {
  /// A function of every element, from the operators there are.
  mutating func apply(_ function: ElementFunction, to x: String) -> String {
    switch function {
    case .linear(let scale, let shift):
      let scaled = scale == 1 ? x : node("Mul", [x, scalar(scale)])
      return shift == 0 ? scaled : node("Add", [scaled, scalar(shift)])
    case .relu: return node("Relu", [x])
    case .leakyReLU(let slope): return node("LeakyRelu", [x], [("alpha", .float(slope))])
    case .relu6: return node("Clip", [x, scalar(0), scalar(6)])
    case .clamp(let low, let high): return node("Clip", [x, scalar(low), scalar(high)])
    case .elu(let alpha): return node("Elu", [x], [("alpha", .float(alpha))])
    case .absolute: return node("Abs", [x])
    case .square: return node("Mul", [x, x])
    case .squareRoot: return node("Sqrt", [x])
    case .reciprocal: return node("Reciprocal", [x])
    case .exponential: return node("Exp", [x])
    case .logarithm: return node("Log", [x])
    case .tanh: return node("Tanh", [x])
    case .sigmoid: return node("Sigmoid", [x])
    case .logSigmoid: return node("Neg", [node("Softplus", [node("Neg", [x])])])
    case .softplus: return node("Softplus", [x])
    case .softsign: return node("Softsign", [x])
    case .hardSwish: return node("HardSwish", [x])
    case .silu: return node("Mul", [x, node("Sigmoid", [x])])
    case .gelu: return gelu(x)
    case .geluTanh: return geluTanh(x)
    case .mish: return node("Mul", [x, node("Tanh", [node("Softplus", [x])])])
    case .huber(let delta): return huber(x, delta)
    }
  }

  /// x (1 + erf(x / sqrt 2)) / 2.
  private mutating func gelu(_ x: String) -> String {
    let inner = node("Erf", [node("Mul", [x, scalar(Float(0.5).squareRoot())])])
    return node("Mul", [node("Mul", [x, scalar(0.5)]), node("Add", [inner, scalar(1)])])
  }

  /// x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.
  private mutating func geluTanh(_ x: String) -> String {
    let cube = node("Mul", [node("Mul", [x, x]), node("Mul", [x, scalar(0.044715)])])
    let inner = node("Mul", [node("Add", [x, cube]), scalar((2 / Float.pi).squareRoot())])
    return node("Mul", [node("Mul", [x, scalar(0.5)]), node("Add", [node("Tanh", [inner]), scalar(1)])])
  }

  /// With m = min(|x|, delta): m (|x| - m / 2).
  private mutating func huber(_ x: String, _ delta: Float) -> String {
    let size = node("Abs", [x])
    let small = node("Min", [size, scalar(delta)])
    return node("Mul", [small, node("Sub", [size, node("Mul", [small, scalar(0.5)])])])
  }
}
