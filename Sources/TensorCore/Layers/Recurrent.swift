/// What a recurrent layer remembers: [batch, hidden], and for an LSTM its cell, [batch, hidden].
public struct RecurrentState: Sendable {
  public var hidden: Variable
  public var cell: Variable?

  public init(hidden: Variable, cell: Variable? = nil) {
    self.hidden = hidden
    self.cell = cell
  }
}

/// One step of a recurrent network: [batch, inputs] and a state to a state. Gates are stacked in the weights
/// [gates x hidden, inputs] and [gates x hidden, hidden] in PyTorch's order; its two biases are added.
public struct RecurrentCell: Sendable {
  public enum Kind: String, Codable, Hashable, Sendable {
    /// h' = tanh(W x + U h + b) (Elman 1990).
    case rnn
    /// Long short-term memory (Hochreiter and Schmidhuber 1997): input, forget, cell and output gate.
    case lstm
    /// Gated recurrent unit (Cho et al. 2014): reset, update and new gate.
    case gru

    var gates: Int {
      switch self {
      case .rnn: 1
      case .lstm: 4
      case .gru: 3
      }
    }
  }

  public let kind: Kind
  public let inputs: Int
  public let hidden: Int
  private let inputWeight: ParameterIndex
  private let hiddenWeight: ParameterIndex
  private let inputBias: ParameterIndex
  private let hiddenBias: ParameterIndex

  /// Tensors are called weight_ih, weight_hh, bias_ih and bias_hh followed by `suffix`, as in PyTorch.
  public init(
    _ kind: Kind, name: String, suffix: String = "", inputs: Int, hidden: Int,
    in layout: inout ParameterLayout
  ) {
    self.kind = kind
    self.inputs = inputs
    self.hidden = hidden
    let rows = kind.gates * hidden
    inputWeight = layout.addParameter("\(name).weight_ih\(suffix)", shape: [rows, inputs], decays: true)
    hiddenWeight = layout.addParameter("\(name).weight_hh\(suffix)", shape: [rows, hidden], decays: true)
    inputBias = layout.addParameter("\(name).bias_ih\(suffix)", shape: [rows], decays: false)
    hiddenBias = layout.addParameter("\(name).bias_hh\(suffix)", shape: [rows], decays: false)
  }

  /// Xavier weights for inputs, orthogonal ones for the state, no bias.
  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    Initialiser.xavier.fill(parameters[inputWeight], inputs: inputs, outputs: hidden, using: &generator)
    Initialiser.orthogonal().fill(
      parameters[hiddenWeight], inputs: hidden, outputs: hidden, using: &generator)
    parameters[inputBias].update(repeating: 0)
    parameters[hiddenBias].update(repeating: 0)
  }

  /// The state of zeros.
  public func start(batch: Int, on tape: Tape) -> RecurrentState {
    let zeros = tape.constant(shape: VariableShape(batch: batch, channels: hidden)) { _ in 0 }
    return RecurrentState(hidden: zeros, cell: kind == .lstm ? zeros : nil)
  }

  /// The state after an input [batch, inputs].
  public func step(_ input: Variable, from state: RecurrentState, on tape: Tape) -> RecurrentState {
    step(projected: project(input, on: tape), from: state, on: tape)
  }

  /// W x + b of any number of inputs [.., inputs]: the part of a step that does not wait for the state.
  func project(_ input: Variable, on tape: Tape) -> Variable {
    tape.dense(
      input, weight: tape.parameter(inputWeight), bias: tape.parameter(inputBias),
      outputs: kind.gates * hidden)
  }

  func step(projected input: Variable, from state: RecurrentState, on tape: Tape) -> RecurrentState {
    let memory = tape.dense(
      state.hidden, weight: tape.parameter(hiddenWeight), bias: tape.parameter(hiddenBias),
      outputs: kind.gates * hidden)
    switch kind {
    case .rnn: return RecurrentState(hidden: tape.tanh(tape.add(input, memory)))
    case .lstm:
      guard let cell = state.cell else { preconditionFailure("an LSTM needs the state of its cell") }
      let gates = tape.add(input, memory)
      let kept = tape.multiply(tape.sigmoid(gate(1, gates, tape)), cell)
      let written = tape.multiply(tape.sigmoid(gate(0, gates, tape)), tape.tanh(gate(2, gates, tape)))
      let next = tape.add(kept, written)
      return RecurrentState(
        hidden: tape.multiply(tape.sigmoid(gate(3, gates, tape)), tape.tanh(next)), cell: next)
    case .gru:
      let reset = tape.sigmoid(tape.add(gate(0, input, tape), gate(0, memory, tape)))
      let update = tape.sigmoid(tape.add(gate(1, input, tape), gate(1, memory, tape)))
      let new = tape.tanh(tape.add(gate(2, input, tape), tape.multiply(reset, gate(2, memory, tape))))
      let change = tape.multiply(update, tape.subtract(state.hidden, new))
      return RecurrentState(hidden: tape.add(new, change))
    }
  }

  private func gate(_ index: Int, _ gates: Variable, _ tape: Tape) -> Variable {
    tape.slice(gates, (index * hidden)..<((index + 1) * hidden), along: .channels)
  }
}

/// Recurrent cells run over a sequence [steps, batch, 1, inputs], one above the other: to [steps, batch, 1,
/// hidden].
public struct Recurrent: Layer {
  public let cells: [RecurrentCell]

  /// Tensors are called weight_ih_l0 and so on, as in PyTorch.
  public init(
    _ kind: RecurrentCell.Kind, name: String, inputs: Int, hidden: Int, layers: Int = 1,
    in layout: inout ParameterLayout
  ) {
    precondition(layers > 0, "a recurrent network has at least one layer")
    var cells: [RecurrentCell] = []
    for i in 0..<layers {
      cells.append(
        RecurrentCell(
          kind, name: name, suffix: "_l\(i)", inputs: i == 0 ? inputs : hidden, hidden: hidden, in: &layout))
    }
    self.cells = cells
  }

  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    for cell in cells { cell.initialise(parameters, using: &generator) }
  }

  /// From states of zeros.
  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    let batch = tape.shape(of: input).rows
    var result = input
    for cell in cells {
      var state = cell.start(batch: batch, on: tape)
      result = cell.run(over: result, from: &state, on: tape)
    }
    return result
  }

  /// From given states, one for each layer, which become those after the last step.
  public func forward(_ input: Variable, from states: inout [RecurrentState], on tape: Tape) -> Variable {
    precondition(states.count == cells.count, "\(states.count) states for \(cells.count) layers")
    var result = input
    for (i, cell) in cells.enumerated() {
      result = cell.run(over: result, from: &states[i], on: tape)
    }
    return result
  }
}
