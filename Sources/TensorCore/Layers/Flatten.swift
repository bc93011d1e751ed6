/// Images to vectors, channel after channel as in PyTorch. An inference plan does not move the data but orders
/// the weights of the dense layer behind it.
public struct Flatten: PlannedLayer {
  public init() {}

  public func forward(_ input: Variable, on tape: Tape) -> Variable { tape.flatten(input) }
  /// Only a dense layer may follow.
  public func compile(_ input: PlanVariable, into plan: inout InferencePlan) -> PlanVariable { input }
}
