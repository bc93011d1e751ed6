import Environments

/// What an action is worth whenever its player takes it later in a simulation.
package struct SharedStatistics: BitwiseCopyable, Sendable {
  /// Sum of the returns from the view of the player who takes the action.
  package var valueSum: Float = 0
  package var visits: Int32 = 0
}

/// A move of a playout.
struct PlayedMove: BitwiseCopyable {
  var mover: Player
  var action: Action
}

/// The moves of one simulation, for rules that share them.
struct SharedMoves: ~Copyable, MoveRecorder {
  static var records: Bool { true }
  /// The moves of the playout.
  private var played = GrowingBuffer<PlayedMove>()
  /// For each player and action the last simulation in which the player took it.
  private var lastTaken: [UInt32]
  private var simulation: UInt32 = 0
  private let actionCount: Int

  init(actionCount: Int) {
    self.actionCount = actionCount
    lastTaken = [UInt32](repeating: 0, count: 2 * actionCount)
  }

  mutating func note(_ action: Action, by mover: Player) {
    played.append(PlayedMove(mover: mover, action: action))
  }

  /// Takes note of the playout, and forgets the simulation before.
  mutating func beginSimulation() {
    simulation &+= 1
    for index in 0..<played.count { take(played[index].action, by: played[index].mover) }
    played.removeAll()
  }

  mutating func take(_ action: Action, by mover: Player) {
    lastTaken[mover.index * actionCount + action.index] = simulation
  }

  func isTaken(_ action: Action, by mover: Player) -> Bool {
    lastTaken[mover.index * actionCount + action.index] == simulation
  }
}

extension TreeSearch {
  /// The return of a random playout from a state that is not needed any more.
  @inline(__always)
  mutating func finish(_ state: inout Subject.State, limit: Int) -> Float {
    if Rule.sharesMoves {
      return finishRandomly(
        &state, of: game, discount: parameters.discount, limit: limit, using: &random,
        recorder: &sharedMoves)
    }
    var recorder = NoRecorder()
    return finishRandomly(
      &state, of: game, discount: parameters.discount, limit: limit, using: &random, recorder: &recorder)
  }

  /// Adds the return of a simulation to all actions along its path that their player took then or later.
  mutating func shareMoves(value leafValue: Float) {
    sharedMoves.beginSimulation()
    var value = leafValue
    var index = path.count
    while index > 0 {
      index -= 1
      let step = path[index]
      value = step.reward + parameters.discount * (step.flips ? -value : value)
      let mover = tree.nodes[Int(step.node)].mover
      sharedMoves.take(tree.edges[Int(step.edge)].action, by: mover)
      for edge in tree.edgeRange(of: Int(step.node))
      where sharedMoves.isTaken(tree.edges[edge].action, by: mover) {
        tree.shared[edge].valueSum += value
        tree.shared[edge].visits += 1
      }
    }
  }

  /// The value of an action with what the rule makes of its shared statistics; both scaled from 0 to 1.
  @inline(__always)
  func sharedValue(of edge: Int, own: Float, visits: Float, range: ValueRange) -> Float {
    let shared = tree.shared[edge]
    let mean = shared.visits > 0 ? shared.valueSum / Float(shared.visits) : 0
    return parameters.rule.value(
      own: own, visits: visits, shared: (mean - range.low) * range.scale,
      sharedVisits: Float(shared.visits))
  }
}
