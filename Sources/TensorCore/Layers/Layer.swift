/// A part of a network: it names its tensors in a `ParameterLayout` when it is made, and runs on a tape for
/// training.
public protocol Layer: Sendable {
  /// Fills the layer's tensors with their starting values.
  func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator)
  /// Records the layer on a tape of the model that the layer belongs to.
  func forward(_ input: Variable, on tape: Tape) -> Variable
}

extension Layer {
  /// Nothing: for layers without tensors.
  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {}
}

/// A layer that an inference plan can carry out.
public protocol PlannedLayer: Layer {
  /// Adds the layer to a plan and returns the value it makes there.
  func compile(_ input: PlanVariable, into plan: inout InferencePlan) -> PlanVariable
}
