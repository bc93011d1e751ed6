/// Long short-term memory that is carried along an episode (Hochreiter and Schmidhuber 1997), of which a state is one
/// vector: the hidden state, then the cell.
struct CarriedMemory: Sendable {
  let cell: RecurrentCell

  init(name: String, inputs: Int, hidden: Int, in layout: inout ParameterLayout) {
    cell = RecurrentCell(.lstm, name: name, inputs: inputs, hidden: hidden, in: &layout)
  }

  /// Floats of a state.
  var stateCount: Int { 2 * cell.hidden }

  /// Runs over rows [steps x batch, inputs], step after step, from states [batch, stateCount]: the hidden states
  /// [steps x batch, hidden], and the states after the last step. `keep` is as in `RecurrentCell.run`.
  func run(over rows: Variable, from states: Variable, keep: Variable?, on tape: Tape)
    -> (hidden: Variable, states: Variable)
  {
    let (batch, count) = (tape.shape(of: states).batch, tape.shape(of: rows).batch)
    let sequence = tape.reshape(
      rows, to: VariableShape(batch: count / batch, rows: batch, channels: cell.inputs))
    var state = split(states, on: tape)
    let hidden = cell.run(over: sequence, from: &state, keep: keep, on: tape)
    return (
      tape.reshape(hidden, to: VariableShape(batch: count, channels: cell.hidden)),
      join(state, on: tape)
    )
  }

  func compile(_ input: PlanVariable, into plan: inout InferencePlan) -> PlanVariable {
    let before = plan.input(rows: 1, columns: 1, channels: stateCount)
    let after = plan.record(
      OneStep(memory: self), of: plan.concatenate(before, input), channels: stateCount)
    plan.memory = InferencePlan.Memory(before: before, after: after)
    return plan.record(Hidden(count: cell.hidden), of: after, channels: cell.hidden)
  }

  fileprivate func split(_ states: Variable, on tape: Tape) -> RecurrentState {
    RecurrentState(
      hidden: tape.slice(states, 0..<cell.hidden, along: .channels),
      cell: tape.slice(states, cell.hidden..<stateCount, along: .channels))
  }

  fileprivate func join(_ state: RecurrentState, on tape: Tape) -> Variable {
    guard let cell = state.cell else { preconditionFailure("an LSTM has a cell") }
    return tape.concatenate(state.hidden, cell, along: .channels)
  }
}

/// One step of a memory: states and inputs side by side to states.
private struct OneStep: Layer {
  let memory: CarriedMemory

  func forward(_ input: Variable, on tape: Tape) -> Variable {
    let count = memory.stateCount
    let states = memory.split(tape.slice(input, 0..<count, along: .channels), on: tape)
    let rest = tape.slice(input, count..<(count + memory.cell.inputs), along: .channels)
    return memory.join(memory.cell.step(rest, from: states, on: tape), on: tape)
  }
}

/// The hidden half of states.
private struct Hidden: Layer {
  let count: Int

  func forward(_ input: Variable, on tape: Tape) -> Variable {
    tape.slice(input, 0..<count, along: .channels)
  }
}
