/// Fully connected: y = x W^T + b with W [outputs, inputs], for every channel vector: [.., inputs] to
/// [.., outputs].
public struct Dense: PlannedLayer {
  public let inputs: Int
  public let outputs: Int
  public let weight: ParameterIndex
  public let bias: ParameterIndex?
  private let initialiser: Initialiser

  public init(
    name: String, inputs: Int, outputs: Int, initialiser: Initialiser = .he, hasBias: Bool = true,
    in layout: inout ParameterLayout
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.initialiser = initialiser
    weight = layout.addParameter("\(name).weight", shape: [outputs, inputs], decays: true)
    bias = hasBias ? layout.addParameter("\(name).bias", shape: [outputs], decays: false) : nil
  }

  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    initialiser.fill(parameters[weight], inputs: inputs, outputs: outputs, using: &generator)
    if let bias { parameters[bias].update(repeating: 0) }
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    tape.dense(input, weight: tape.parameter(weight), bias: bias.map { tape.parameter($0) }, outputs: outputs)
  }

  public func compile(_ input: PlanVariable, into plan: inout InferencePlan) -> PlanVariable {
    plan.dense(input, outputs: outputs, weight: weight, bias: bias)
  }
}
