/// Batch normalisation per channel (Ioffe and Szegedy 2015), of [batch, rows, columns, channels] to the same shape. In
/// an inference plan it is folded into the convolution or dense layer before it.
public struct BatchNorm: PlannedLayer {
  public let channels: Int
  public let epsilon: Float
  public let scale: ParameterIndex
  public let shift: ParameterIndex
  public let runningMean: BufferIndex
  public let runningVariance: BufferIndex

  /// Its tensors are called weight, bias, running_mean and running_var, as in PyTorch.
  public init(name: String, channels: Int, epsilon: Float = 1e-5, in layout: inout ParameterLayout) {
    self.channels = channels
    self.epsilon = epsilon
    scale = layout.addParameter("\(name).weight", shape: [channels], decays: false)
    shift = layout.addParameter("\(name).bias", shape: [channels], decays: false)
    runningMean = layout.addBuffer("\(name).running_mean", shape: [channels])
    runningVariance = layout.addBuffer("\(name).running_var", shape: [channels])
  }

  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    parameters[scale].update(repeating: 1)
    parameters[shift].update(repeating: 0)
    parameters[runningMean].update(repeating: 0)
    parameters[runningVariance].update(repeating: 1)
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    forward(input, adding: nil, relu: false, on: tape)
  }

  /// The same with a value added, and through a ReLU.
  func forward(_ input: Variable, adding residual: Variable?, relu: Bool, on tape: Tape) -> Variable {
    tape.batchNorm(
      input, scale: tape.parameter(scale), shift: tape.parameter(shift), runningMean: runningMean,
      runningVariance: runningVariance, epsilon: epsilon, adding: residual, relu: relu)
  }

  public func compile(_ input: PlanVariable, into plan: inout InferencePlan) -> PlanVariable {
    plan.fold(self, of: self, into: input)
  }
}
