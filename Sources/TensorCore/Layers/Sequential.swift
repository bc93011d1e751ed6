/// Layers one after another.
public struct Sequential: PlannedLayer {
  // One call of a layer is thousands of operations on its elements, so an existential costs nothing here.
  private let layers: [any PlannedLayer]

  public init(_ layers: [any PlannedLayer]) { self.layers = layers }

  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    for layer in layers { layer.initialise(parameters, using: &generator) }
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    var value = input
    for layer in layers { value = layer.forward(value, on: tape) }
    return value
  }

  public func compile(_ input: PlanVariable, into plan: inout InferencePlan) -> PlanVariable {
    layers.reduce(input) { value, layer in layer.compile(value, into: &plan) }
  }
}
