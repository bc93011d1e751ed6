extension RecurrentCell {
  /// Runs over a sequence [steps, batch, 1, inputs], to [steps, batch, 1, hidden]; the state becomes that after
  /// the last step.
  ///
  /// `keep` [steps, batch] holds 1, or 0 where the state is forgotten before a step because an episode begins.
  public func run(
    over sequence: Variable, from state: inout RecurrentState, keep: Variable? = nil, on tape: Tape
  ) -> Variable {
    let projected = project(sequence, on: tape)
    let shape = tape.shape(of: projected)
    let first = tape.operands.count
    tape.operands.append(contentsOf: repeatElement(sequence, count: shape.batch))
    for step in 0..<shape.batch {
      if let keep {
        let factors = tape.reshape(
          tape.slice(keep, step..<(step + 1), along: .batch),
          to: VariableShape(batch: shape.rows, channels: 1))
        state.hidden = tape.multiply(state.hidden, factors)
        state.cell = state.cell.map { tape.multiply($0, factors) }
      }
      let input = tape.reshape(
        tape.slice(projected, step..<(step + 1), along: .batch),
        to: VariableShape(batch: shape.rows, channels: shape.channels))
      state = self.step(projected: input, from: state, on: tape)
      tape.operands[first + step] = tape.reshape(
        state.hidden, to: VariableShape(batch: 1, rows: shape.rows, channels: hidden))
    }
    return tape.concatenate(operands: first..<(first + shape.batch), along: .batch)
  }
}
