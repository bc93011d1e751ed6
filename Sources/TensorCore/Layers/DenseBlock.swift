/// Densely connected 3x3 convolutions (Huang et al. 2017): each sees what all before it made. Images of
/// `channels` become images of channels + layers x growth: f = concat(f, relu(conv(f))), or with a batch norm
/// in place of the bias, f = concat(f, relu(norm(conv(f)))).
public struct DenseBlock: PlannedLayer {
  /// The channels of the result.
  public let outputs: Int
  private let convolutions: [Convolution2D]
  /// None, or as many as convolutions.
  private let norms: [BatchNorm]

  public init(
    name: String, channels: Int, growth: Int, layers: Int, isNormalised: Bool = false,
    in layout: inout ParameterLayout
  ) {
    var convolutions: [Convolution2D] = []
    var norms: [BatchNorm] = []
    for i in 0..<layers {
      convolutions.append(
        Convolution2D(
          name: "\(name).conv\(i + 1)", inputs: channels + i * growth, outputs: growth, kernel: 3,
          padding: 1,
          hasBias: !isNormalised, in: &layout))
      if isNormalised {
        norms.append(BatchNorm(name: "\(name).norm\(i + 1)", channels: growth, in: &layout))
      }
    }
    self.convolutions = convolutions
    self.norms = norms
    outputs = channels + layers * growth
  }

  public func initialise(
    _ parameters: Parameters, using generator: inout some RandomNumberGenerator
  ) {
    for convolution in convolutions { convolution.initialise(parameters, using: &generator) }
    for norm in norms { norm.initialise(parameters, using: &generator) }
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    var features = input
    for (i, convolution) in convolutions.enumerated() {
      var new = convolution.forward(features, on: tape)
      if !norms.isEmpty { new = norms[i].forward(new, on: tape) }
      features = tape.concatenate(features, tape.relu(new), along: .channels)
    }
    return features
  }

  public func compile(_ input: PlanVariable, into plan: inout InferencePlan) -> PlanVariable {
    var features = input
    for (i, convolution) in convolutions.enumerated() {
      var new = convolution.compile(features, into: &plan)
      if !norms.isEmpty { new = norms[i].compile(new, into: &plan) }
      features = plan.concatenate(features, plan.activate(new, with: .relu))
    }
    return features
  }
}
