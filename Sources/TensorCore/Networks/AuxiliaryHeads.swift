/// Heads that only teach the torso, such as KataGo's (Wu 2019): training computes them, inference does not.
public struct AuxiliaryHeads: Codable, Hashable, Sendable {
  /// Logits of the next move's policy: [batch, actions].
  public var reply: Bool
  /// Whose each point will be, from -1 to 1 from the mover's view: [batch, rows x columns].
  public var ownership: Bool
  /// The final margin from the mover's view, any number: [batch, 1].
  public var score: Bool

  public init(reply: Bool = false, ownership: Bool = false, score: Bool = false) {
    self.reply = reply
    self.ownership = ownership
    self.score = score
  }

  /// Whether there is none.
  public var isEmpty: Bool { !reply && !ownership && !score }
}

/// What auxiliary heads make of a batch; nil for those that the network lacks.
public struct AuxiliaryOutputs: Sendable {
  public var reply: Variable?
  public var ownership: Variable?
  public var score: Variable?
}

/// The layers of auxiliary heads, behind those of all others in a network's parameters.
struct AuxiliaryLayers: Sendable {
  private var reply: Sequential?
  private var ownership: Sequential?
  private var score: Sequential?

  init(_ heads: AuxiliaryHeads?, of description: NetworkDescription, in layout: inout ParameterLayout) {
    guard let heads else { return }
    if heads.reply {
      reply = description.makeHead(
        "reply", hidden: [], outputs: description.actions, of: .actions, in: &layout)
    }
    if heads.ownership {
      ownership = description.makeHead(
        "ownership", hidden: [], outputs: description.rows * description.columns, of: .points,
        last: [Activation.tanh], in: &layout)
    }
    if heads.score {
      score = description.makeHead(
        "score", hidden: [description.headWidths.hidden], outputs: 1, of: .position, in: &layout)
    }
  }

  var all: [Sequential] { [reply, ownership, score].compactMap { $0 } }

  func forward(_ features: Variable, on tape: Tape) -> AuxiliaryOutputs {
    AuxiliaryOutputs(
      reply: reply?.forward(features, on: tape), ownership: ownership?.forward(features, on: tape),
      score: score?.forward(features, on: tape))
  }
}
