/// A function of each element.
public enum Activation: PlannedLayer, Hashable {
  case relu, tanh

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    switch self {
    case .relu: tape.relu(input)
    case .tanh: tape.tanh(input)
    }
  }

  public func compile(_ input: PlanVariable, into plan: inout InferencePlan) -> PlanVariable {
    plan.activate(input, with: self)
  }
}
