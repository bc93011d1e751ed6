/// A trainable network: its description, its layers and its parameters. A reference: whoever holds it sees the
/// same parameters.
public final class Network: Sendable {
  /// What a forward pass makes.
  public enum Outputs: Sendable {
    /// [batch, actions] logits and [batch, 1] values.
    case policyValue(logits: Variable, value: Variable)
    /// [batch, actions].
    case actionValues(Variable)
    /// Of each action's return, [batch, rows = actions, 1, channels = atoms]: logits of a categorical
    /// distribution, or quantiles.
    case actionDistributions(Variable)
  }

  private enum Body: Sendable {
    case policyValue(Sequential, policy: Sequential, value: Sequential)
    /// With a value of the state if the head is duelling.
    case actionValues(Sequential, values: Sequential, state: Sequential?)
  }

  public let description: NetworkDescription
  public let parameters: Parameters
  private let body: Body
  /// Between the torso and the heads of a recurrent network.
  private let memory: CarriedMemory?
  private let auxiliary: AuxiliaryLayers

  /// A network with random weights that depend on the description and `seed` only.
  public convenience init(_ description: NetworkDescription, seed: UInt64) throws(NetworkDescriptionError) {
    try self.init(uninitialised: description)
    var generator = SplitMix64(state: seed)
    for part in parts { part.initialise(parameters, using: &generator) }
    memory?.cell.initialise(parameters, using: &generator)
    for part in auxiliary.all { part.initialise(parameters, using: &generator) }
  }

  /// A network whose parameters are all zero.
  init(uninitialised description: NetworkDescription) throws(NetworkDescriptionError) {
    try description.validate()
    self.description = description
    var layout = ParameterLayout()
    let torso = description.makeTorso(in: &layout)
    memory = description.makeMemory(in: &layout)
    switch description.heads {
    case .policyValue(let actions, let range):
      let policy = description.makeHead("policy", hidden: [], outputs: actions, of: .actions, in: &layout)
      let value = description.makeHead(
        "value", hidden: description.isSpatial ? [description.headWidths.hidden] : [], outputs: 1,
        of: .position, last: range == .tanh ? [Activation.tanh] : [], in: &layout)
      body = .policyValue(torso, policy: policy, value: value)
    case .actionValues(let actions, _):
      let head = description.actionValueHead
      let (atoms, hidden) = (head.distribution.atoms, head.streamHidden > 0 ? [head.streamHidden] : [])
      let values = description.makeHead(
        "values", hidden: hidden, outputs: actions * atoms, of: .actions, in: &layout)
      let state =
        head.isDuelling
        ? description.makeHead("state", hidden: hidden, outputs: atoms, of: .position, in: &layout) : nil
      body = .actionValues(torso, values: values, state: state)
    }
    auxiliary = AuxiliaryLayers(description.auxiliary, of: description, in: &layout)
    guard layout.trainedCount <= NetworkDescription.mostWeights else {
      throw .tooLarge(parameters: NetworkDescription.mostWeights)
    }
    parameters = Parameters(layout: layout)
  }

  /// An independent network with the same values, such as a target network.
  public func copy() -> Network {
    do throws(NetworkDescriptionError) {
      let copy = try Network(uninitialised: description)
      copy.parameters.copy(from: parameters)
      return copy
    } catch {
      preconditionFailure("a network that exists was described wrongly: \(error)")
    }
  }

  /// Records the network on a tape of its parameters; `planes` is [batch, planes, rows, columns]. A recurrent
  /// network takes every position as the first of an episode.
  public func forward(planes: UnsafeBufferPointer<Float>, batch: Int, on tape: Tape) -> Outputs {
    let input = input(planes, batch: batch, on: tape)
    return outputs(of: input, on: tape) { memory, features in
      memory.run(over: features, from: zeroStates(batch, tape), keep: nil, on: tape).hidden
    }
  }

  /// The same with the heads that only training computes.
  public func forwardAll(
    planes: UnsafeBufferPointer<Float>, batch: Int, on tape: Tape
  ) -> (outputs: Outputs, auxiliary: AuxiliaryOutputs) {
    var features: Variable?
    let outputs = outputs(
      of: input(planes, batch: batch, on: tape), on: tape, noting: { features = $0 }
    ) { memory, features in
      memory.run(over: features, from: zeroStates(batch, tape), keep: nil, on: tape).hidden
    }
    return (outputs, features.map { auxiliary.forward($0, on: tape) } ?? AuxiliaryOutputs())
  }

  /// Records a recurrent network over sequences: `planes` is [steps, batch, planes, rows, columns], and the rows
  /// of the outputs are [steps x batch]. `states` [batch, stateCount] are what it remembers at first, nothing if
  /// nil; returned as a value are those after the last step.
  ///
  /// `keep` [steps, batch] holds 1, or 0 where an episode begins and what came before is forgotten; nil where
  /// all go on. The network's description must have a recurrent torso.
  public func forward(
    sequences planes: UnsafeBufferPointer<Float>, steps: Int, batch: Int,
    from states: UnsafeBufferPointer<Float>? = nil, keep: UnsafeBufferPointer<Float>? = nil,
    on tape: Tape
  ) -> (outputs: Outputs, states: Variable) {
    precondition(memory != nil, "only recurrent networks run over sequences")
    let input = input(planes, batch: steps * batch, on: tape)
    var last =
      states.map {
        tape.constant($0, shape: VariableShape(batch: batch, channels: description.stateCount))
      }
      ?? zeroStates(batch, tape)
    let kept = keep.map {
      tape.constant($0, shape: VariableShape(batch: steps, rows: batch, channels: 1))
    }
    let outputs = outputs(of: input, on: tape) { memory, features in
      let result = memory.run(over: features, from: last, keep: kept, on: tape)
      last = result.states
      return result.hidden
    }
    return (outputs, last)
  }

  private func zeroStates(_ batch: Int, _ tape: Tape) -> Variable {
    tape.constant(shape: VariableShape(batch: batch, channels: description.stateCount)) { _ in 0 }
  }

  private func input(_ planes: UnsafeBufferPointer<Float>, batch: Int, on tape: Tape) -> Variable {
    precondition(tape.parameters === parameters, "the tape belongs to another network")
    return description.isFlat
      ? tape.input(vectors: planes, batch: batch, features: description.inputCount)
      : tape.input(
        images: planes, batch: batch, planes: description.planes, rows: description.rows,
        columns: description.columns)
  }

  /// Torso and heads on an input; `remember` runs the memory of a recurrent network in between, and `note` sees
  /// what the heads see.
  private func outputs(
    of input: Variable, on tape: Tape, noting note: (Variable) -> Void = { _ in },
    remember: (CarriedMemory, Variable) -> Variable
  ) -> Outputs {
    func shared(_ torso: Sequential) -> Variable {
      let features = torso.forward(input, on: tape)
      let shared = memory.map { remember($0, features) } ?? features
      note(shared)
      return shared
    }
    switch body {
    case .policyValue(let torso, let policy, let value):
      let shared = shared(torso)
      return .policyValue(
        logits: policy.forward(shared, on: tape), value: value.forward(shared, on: tape))
    case .actionValues(let torso, let values, let state):
      let shared = shared(torso)
      return combine(values.forward(shared, on: tape), state: state?.forward(shared, on: tape), on: tape)
    }
  }

  /// The outputs of a head of action values, of whose two streams a duelling head makes V + A - mean A (Wang et al.
  /// 2016, equation 9).
  private func combine(_ values: Variable, state: Variable?, on tape: Tape) -> Outputs {
    let (actions, atoms) = (description.actions, description.actionValueHead.distribution.atoms)
    if atoms == 1 && state == nil { return .actionValues(values) }
    let batch = tape.shape(of: values).vectors
    var result = tape.reshape(values, to: VariableShape(batch: batch, rows: actions, channels: atoms))
    if let state {
      let state = tape.reshape(state, to: VariableShape(batch: batch, channels: atoms))
      let centre = tape.subtract(state, tape.mean(result, over: .rows))
      result = tape.add(result, centre)
    }
    if atoms > 1 { return .actionDistributions(result) }
    return .actionValues(tape.reshape(result, to: VariableShape(batch: batch, channels: actions)))
  }

  /// The expectations [batch, actions] of distributions that `forward` made.
  public func expectations(_ distributions: Variable, on tape: Tape) -> Variable {
    let shape = tape.shape(of: distributions)
    var values = distributions
    var share = 1 / Float(shape.channels)
    if case .categorical(let support) = description.actionValueHead.distribution {
      let atoms = tape.constant(shape: VariableShape(batch: 1, channels: shape.channels)) { support[$0] }
      values = tape.multiply(tape.softmax(values), atoms)
      share = 1
    }
    return tape.reshape(
      tape.sum(values, over: .channels, scale: share),
      to: VariableShape(batch: shape.batch, channels: shape.rows))
  }

  /// An engine that evaluates up to `maximumBatch` positions at once with a copy of the current weights.
  public func compiled(maximumBatch: Int, precision: Precision = .f32) -> InferenceNetwork {
    compiled(maximumBatch: maximumBatch, precision: precision, kernels: .selected)
  }

  package func compiled(maximumBatch: Int, precision: Precision, kernels: Kernels) -> InferenceNetwork {
    var plan = InferencePlan()
    let input =
      description.isFlat
      ? plan.input(rows: 1, columns: 1, channels: description.inputCount)
      : plan.input(
        rows: description.rows, columns: description.columns, channels: description.planes)
    func shared(_ torso: Sequential) -> PlanVariable {
      let features = torso.compile(input, into: &plan)
      return memory.map { $0.compile(features, into: &plan) } ?? features
    }
    switch body {
    case .policyValue(let torso, let policy, let value):
      let shared = shared(torso)
      plan.outputs = [policy.compile(shared, into: &plan), value.compile(shared, into: &plan)]
    case .actionValues(let torso, let values, let state):
      let shared = shared(torso)
      plan.outputs = [values.compile(shared, into: &plan)]
      if let state { plan.outputs.append(state.compile(shared, into: &plan)) }
    }
    return InferenceNetwork(
      plan, of: self, maximumBatch: maximumBatch, precision: precision, kernels: kernels)
  }

  private var parts: [Sequential] {
    switch body {
    case .policyValue(let torso, let policy, let value): [torso, policy, value]
    case .actionValues(let torso, let values, let state): [torso, values] + (state.map { [$0] } ?? [])
    }
  }
}
