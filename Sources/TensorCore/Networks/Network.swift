/// A trainable network: its description, its layers and its parameters. A reference: whoever holds it sees the
/// same parameters.
public final class Network: Sendable {
  /// What a forward pass makes.
  public enum Outputs: Sendable {
    /// [batch, actions] logits and [batch, 1] values.
    case policyValue(logits: Variable, value: Variable)
    /// [batch, actions].
    case actionValues(Variable)
  }

  private enum Body: Sendable {
    case policyValue(Sequential, policy: Sequential, value: Sequential)
    case actionValues(Sequential, values: Sequential)
  }

  public let description: NetworkDescription
  public let parameters: Parameters
  private let body: Body

  /// A network with random weights that depend on the description and `seed` only.
  public convenience init(_ description: NetworkDescription, seed: UInt64) throws(NetworkDescriptionError) {
    try self.init(uninitialised: description)
    var generator = SplitMix64(state: seed)
    for part in parts { part.initialise(parameters, using: &generator) }
  }

  /// A network whose parameters are all zero.
  init(uninitialised description: NetworkDescription) throws(NetworkDescriptionError) {
    try description.validate()
    self.description = description
    var layout = ParameterLayout()
    let torso = description.makeTorso(in: &layout)
    switch description.heads {
    case .policyValue(let actions, let range):
      let policy = description.makeHead(
        "policy", channels: 2, hidden: [], outputs: actions, last: [], in: &layout)
      let value = description.makeHead(
        "value", channels: 1, hidden: [64], outputs: 1, last: range == .tanh ? [Activation.tanh] : [],
        in: &layout)
      body = .policyValue(torso, policy: policy, value: value)
    case .actionValues(let actions):
      let values = description.makeHead(
        "values", channels: 2, hidden: [], outputs: actions, last: [], in: &layout)
      body = .actionValues(torso, values: values)
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

  /// Records the network on a tape of its parameters; `planes` is [batch, planes, rows, columns].
  public func forward(planes: UnsafeBufferPointer<Float>, batch: Int, on tape: Tape) -> Outputs {
    precondition(tape.parameters === parameters, "the tape belongs to another network")
    let input =
      isFlat
      ? tape.input(vectors: planes, batch: batch, features: description.inputCount)
      : tape.input(
        images: planes, batch: batch, planes: description.planes, rows: description.rows,
        columns: description.columns)
    switch body {
    case .policyValue(let torso, let policy, let value):
      let shared = torso.forward(input, on: tape)
      return .policyValue(logits: policy.forward(shared, on: tape), value: value.forward(shared, on: tape))
    case .actionValues(let torso, let values):
      return .actionValues(values.forward(torso.forward(input, on: tape), on: tape))
    }
  }

  /// An engine that evaluates up to `maximumBatch` positions at once with a copy of the current weights.
  public func compiled(maximumBatch: Int, precision: Precision = .f32) -> InferenceNetwork {
    compiled(maximumBatch: maximumBatch, precision: precision, kernels: .selected)
  }

  package func compiled(maximumBatch: Int, precision: Precision, kernels: Kernels) -> InferenceNetwork {
    var plan = InferencePlan()
    let input =
      isFlat
      ? plan.input(rows: 1, columns: 1, channels: description.inputCount)
      : plan.input(rows: description.rows, columns: description.columns, channels: description.planes)
    switch body {
    case .policyValue(let torso, let policy, let value):
      let shared = torso.compile(input, into: &plan)
      plan.outputs = [policy.compile(shared, into: &plan), value.compile(shared, into: &plan)]
    case .actionValues(let torso, let values):
      plan.outputs = [values.compile(torso.compile(input, into: &plan), into: &plan)]
    }
    return InferenceNetwork(
      plan, of: self, maximumBatch: maximumBatch, precision: precision, kernels: kernels)
  }

  /// Whether the torso takes the input as one vector.
  var isFlat: Bool { if case .mlp = description.torso { true } else { false } }

  private var parts: [Sequential] {
    switch body {
    case .policyValue(let torso, let policy, let value): [torso, policy, value]
    case .actionValues(let torso, let values): [torso, values]
    }
  }
}
