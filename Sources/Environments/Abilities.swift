/// A game whose states and actions people can read and type.
public protocol Notation: Game {
  /// The usual short name of an action, such as `d4` or `left`.
  func name(of action: Action, in state: State) -> String
  /// The state as plain text, top row first, one line a row, without a final line break.
  func draw(_ state: State) -> String
  /// The legal action that a text names, or nil; every `name` is read back. By default a name, in which case
  /// does not matter; games with more than one notation read them all.
  func action(named text: String, in state: State) -> Action?
  /// The state that a text describes in the game's own notation of positions; nil, as by default, if the text
  /// is none, but a list of moves perhaps. Throws `RuleError` for a description with a mistake.
  func state(describedBy text: String) throws(RuleError) -> State?
}

extension Notation {
  public func action(named text: String, in state: State) -> Action? {
    let wanted = text.lowercased()
    return legalActions(in: state).array.first { name(of: $0, in: state).lowercased() == wanted }
  }

  public func state(describedBy text: String) throws(RuleError) -> State? { nil }
}

/// A game whose states are shown as pictures.
public protocol Pictured: Game {
  /// What a person sees; all pictures of a game have the same size and palette.
  func picture(of state: State) -> Picture
  /// How long a picture is shown before the next step.
  var secondsPerPicture: Double { get }
}

/// A game that looks the same after some of the eight symmetries of the square.
public protocol Symmetric: Game {
  /// All symmetries, the identity first.
  var symmetries: [Symmetry] { get }
}

/// A game that ends with points.
public protocol Scored: Game {
  /// Points of the first player minus those of the second, komi included, of the state as it stands.
  func margin(of state: State) -> Float
  /// Who owns each cell: 1 the first player, -1 the second, 0 nobody; [rows x columns].
  func ownership(of state: State) -> [Int8]
}

/// A game whose draws can be counted as losses of one player, whatever else is known of the state.
public protocol DrawAverse: Game {
  /// The state with every draw that may come of it turned into a loss of the player, and nothing else changed.
  func countingDraws(asLossesOf player: Player, in state: State) -> State
}

/// A game whose chances are known: `step` draws one of these outcomes.
public protocol Enumerable: Game {
  /// The states that `start` draws from, each as likely as any other.
  var starts: [State] { get }
  /// What may come of an action, with probabilities that add up to 1.
  func outcomes(of state: State, taking action: Action) -> [Outcome<State>]
}

/// One possible result of an action.
public struct Outcome<State: Sendable>: Sendable {
  public var probability: Double
  public var state: State
  public var transition: Transition

  public init(probability: Double, state: State, transition: Transition) {
    self.probability = probability
    self.state = state
    self.transition = transition
  }
}
