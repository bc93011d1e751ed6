/// relu(x + norm2(conv2(relu(norm1(conv1(x)))))) with 3x3 convolutions (He et al. 2016; the block of AlphaGo
/// Zero, Silver et al. 2017). In a pooling block a global pooling bias stands in place of the inner ReLU (Wu 2019).
public struct ResidualBlock: PlannedLayer {
  public let conv1: Convolution2D
  public let norm1: BatchNorm
  /// Nil in a plain block.
  public let pooling: GlobalPoolingReLU?
  public let conv2: Convolution2D
  public let norm2: BatchNorm

  public init(name: String, channels: Int, isPooling: Bool = false, in layout: inout ParameterLayout) {
    let pooled = isPooling ? GlobalPoolingReLU.pooled(of: channels) : 0
    conv1 = Convolution2D(
      name: "\(name).conv1", inputs: channels, outputs: channels, kernel: 3, padding: 1, hasBias: false,
      in: &layout)
    norm1 = BatchNorm(name: "\(name).norm1", channels: channels, in: &layout)
    pooling =
      isPooling
      ? GlobalPoolingReLU(name: "\(name).pooling", channels: channels - pooled, pooled: pooled, in: &layout)
      : nil
    conv2 = Convolution2D(
      name: "\(name).conv2", inputs: channels - pooled, outputs: channels, kernel: 3, padding: 1,
      hasBias: false, in: &layout)
    norm2 = BatchNorm(name: "\(name).norm2", channels: channels, in: &layout)
  }

  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    conv1.initialise(parameters, using: &generator)
    norm1.initialise(parameters, using: &generator)
    pooling?.initialise(parameters, using: &generator)
    conv2.initialise(parameters, using: &generator)
    norm2.initialise(parameters, using: &generator)
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    let first = norm1.forward(conv1.forward(input, on: tape), adding: nil, relu: pooling == nil, on: tape)
    let inner = pooling?.forward(first, on: tape) ?? first
    return norm2.forward(conv2.forward(inner, on: tape), adding: input, relu: true, on: tape)
  }

  public func compile(_ input: PlanVariable, into plan: inout InferencePlan) -> PlanVariable {
    let first = norm1.compile(conv1.compile(input, into: &plan), into: &plan)
    let inner = pooling?.compile(first, into: &plan) ?? plan.activate(first, with: .relu)
    let outer = norm2.compile(conv2.compile(inner, into: &plan), into: &plan)
    return plan.activate(plan.add(input, to: outer), with: .relu)
  }
}
