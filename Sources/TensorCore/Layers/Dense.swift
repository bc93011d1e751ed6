/// Fully connected: y = x W^T + b with W [outputs, inputs].
public struct Dense: PlannedLayer {
  public let inputs: Int
  public let outputs: Int
  public let weight: ParameterIndex
  public let bias: ParameterIndex
  private let initialiser: Initialiser

  public init(
    name: String, inputs: Int, outputs: Int, initialiser: Initialiser = .he, in layout: inout ParameterLayout
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.initialiser = initialiser
    weight = layout.addParameter("\(name).weight", shape: [outputs, inputs], decays: true)
    bias = layout.addParameter("\(name).bias", shape: [outputs], decays: false)
  }

  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    initialiser.fill(parameters[weight], inputs: inputs, outputs: outputs, using: &generator)
    parameters[bias].update(repeating: 0)
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    tape.dense(input, weight: tape.parameter(weight), bias: tape.parameter(bias), outputs: outputs)
  }

  public func compile(_ input: PlanVariable, into plan: inout InferencePlan) -> PlanVariable {
    plan.dense(input, outputs: outputs, weight: weight, bias: bias)
  }
}
