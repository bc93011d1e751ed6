import Environments
import GameLaws
import Testing

/// Noughts and crosses with one fault.
private struct FaultyGame: Game {
  enum Fault: CaseIterable {
    case unwrittenCell, movesAfterTheEnd, forgetfulKey, hiddenChance, allocation, illegalDraw, biasedDraw,
      otherStep, finalCut
  }

  let fault: Fault
  let rules = TicTacToe()

  var playerCount: Int { 2 }
  var actionCount: Int { 9 }
  var observationShape: ObservationShape { rules.observationShape }
  var isStochastic: Bool { false }

  func start(using random: inout Random) -> TicTacToe.State { rules.start(using: &random) }
  func playerToMove(in state: TicTacToe.State) -> Player { rules.playerToMove(in: state) }

  func legalActions(in state: TicTacToe.State) -> ActionBits<1> {
    let actions = rules.legalActions(in: state)
    return fault == .movesAfterTheEnd && actions.isEmpty ? ActionBits<1>(inserting: 0) : actions
  }

  func randomLegalAction(in state: TicTacToe.State, using random: inout Random) -> Action {
    let actions = rules.legalActions(in: state)
    if fault == .illegalDraw { return Action(random.integer(below: 9)) }
    // The smaller of two draws is the first action too often.
    let draw = actions.randomAction(using: &random)
    if fault != .biasedDraw { return draw }
    return Action(min(draw.index, actions.randomAction(using: &random).index))
  }

  func step(_ state: inout TicTacToe.State, taking action: Action, using random: inout Random) -> Transition {
    if fault == .hiddenChance { _ = random.next() }
    var transition = rules.step(&state, taking: action, using: &random)
    // What was cut off could not go on.
    if fault == .finalCut && transition.status == .terminated { transition.status = .truncated }
    return transition
  }

  func stepRandomly(_ state: inout TicTacToe.State, using random: inout Random) -> Transition {
    if fault == .otherStep { _ = random.next() }
    let action = randomLegalAction(in: state, using: &random)
    return step(&state, taking: action, using: &random)
  }

  func observe(_ state: TicTacToe.State, into planes: inout MutableSpan<Float>) {
    rules.observe(state, into: &planes)
    if fault == .unwrittenCell { planes[17] = .nan }
    if fault == .allocation { planes[17] = Float(rules.draw(state).count % 2) }
  }

  func key(of state: TicTacToe.State) -> UInt64 {
    fault == .forgetfulKey ? UInt64.random(in: 0...(.max)) : rules.key(of: state)
  }
}

extension ActionBits<1> {
  fileprivate init(inserting action: Action) {
    self.init()
    insert(action)
  }
}

@Suite("The law suite")
struct BrokenGameTests {
  @Test("finds every fault", arguments: 0..<9)
  func faults(index: Int) {
    let game = FaultyGame(fault: FaultyGame.Fault.allCases[index])
    #expect(throws: BrokenLaw.self) { try checkLaws(of: game, games: 10, seed: 1) }
  }
}
