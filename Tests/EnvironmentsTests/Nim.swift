import Environments

/// Nim (Bouton 1901): take any number of objects from one heap; who takes the last one wins.
struct Nim: Notation {
  struct State: Sendable {
    var heaps: InlineArray<3, UInt8> = [3, 5, 7]
    var mover = Player.first

    var isOver: Bool { heaps[0] + heaps[1] + heaps[2] == 0 }
  }

  let playerCount = 2
  /// Action 7 x heap + n - 1 takes n objects.
  let actionCount = 21
  /// A row a heap, a one for each object left.
  let observationShape = ObservationShape(planes: 1, rows: 3, columns: 7)
  let isStochastic = false

  func start(using random: inout Random) -> State { State() }

  func playerToMove(in state: State) -> Player { state.mover }

  func legalActions(in state: State) -> ActionBits<1> {
    var actions = ActionBits<1>()
    for heap in 0..<3 {
      for taken in 0..<Int(state.heaps[heap]) { actions.insert(Action(7 * heap + taken)) }
    }
    return actions
  }

  func step(_ state: inout State, taking action: Action, using random: inout Random) -> Transition {
    precondition(legalActions(in: state).contains(action), "illegal action")
    state.heaps[action.index / 7] -= UInt8(action.index % 7 + 1)
    state.mover = state.mover.opponent
    return state.isOver ? Transition(reward: 1, status: .terminated) : Transition()
  }

  func observe(_ state: State, into planes: inout MutableSpan<Float>) {
    for cell in 0..<21 { planes[cell] = cell % 7 < Int(state.heaps[cell / 7]) ? 1 : 0 }
  }

  func key(of state: State) -> UInt64 {
    let heaps = UInt64(state.heaps[0]) | UInt64(state.heaps[1]) << 8 | UInt64(state.heaps[2]) << 16
    return Random.mix(heaps | UInt64(state.mover.rawValue) << 24)
  }

  /// The heap's letter and the number of objects, such as `b2`.
  func name(of action: Action, in state: State) -> String {
    Self.letters[action.index / 7] + String(action.index % 7 + 1)
  }

  func draw(_ state: State) -> String {
    let rows = (0..<3).map { Self.letters[$0] + " " + String(repeating: "|", count: Int(state.heaps[$0])) }
    return rows.joined(separator: "\n")
  }

  private static let letters = ["a", "b", "c"]
}
