extension ElementFunction: Layer {
  public func forward(_ input: Variable, on tape: Tape) -> Variable { tape.apply(self, to: input) }
}
