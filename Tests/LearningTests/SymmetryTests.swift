import Environments
import GameLaws
import Learning
import Search
import TensorCore
import Testing

@Suite("Positions judged in their symmetries")
struct SymmetryTests {
  private let game = TicTacToe()

  private func network() throws -> Network {
    try Network(
      AlphaZeroParameters.small(.residual(blocks: 1, channels: 8)).networkDescription(for: game), seed: 3)
  }

  /// Moves on a board that has no symmetry of its own.
  private let moves: [Action] = [0, 1, 4, 2]

  /// The state after the moves as they are on the board seen by a symmetry.
  private func position(_ symmetry: Symmetry? = nil) -> TicTacToe.State {
    var random = Random(seed: 0, purpose: .test)
    var state = game.start(using: &random)
    for move in moves {
      let seen = symmetry.map { s in s.actions.firstIndex(of: Int32(move.index)) ?? 0 } ?? move.index
      _ = game.step(&state, taking: Action(seen), using: &random)
    }
    return state
  }

  private func judge(
    _ states: [TicTacToe.State], _ use: SymmetryUse, draws: [UInt64] = []
  ) throws -> (logits: [Float], values: [Float]) {
    var evaluator = NetworkEvaluator(game: game, network: try network(), capacity: 8, symmetry: use)
    #expect(evaluator.drawsChance == (use == .random))
    var result = Evaluations(capacity: 8, actionCount: 9)
    for (row, draw) in draws.enumerated() { result.draws[row] = draw }
    evaluator.evaluate(states, into: &result)
    return (Array(result.logits[..<(9 * states.count)]), Array(result.values[..<states.count]))
  }

  /// Draws that choose each of the eight symmetries.
  private var everyDraw: [UInt64] { (0..<8).map { UInt64($0) << 61 + 5 } }

  @Test("the mean of all symmetries is the same for a turned board, with its policy turned along")
  func all() throws {
    let expected = try judge([position()], .all)
    var plain: Set<Float> = []
    for symmetry in game.symmetries {
      let found = try judge([position(symmetry)], .all)
      #expect(abs(found.values[0] - expected.values[0]) < 1e-5)
      for action in 0..<9 {
        #expect(abs(found.logits[action] - expected.logits[Int(symmetry.actions[action])]) < 1e-5)
      }
      plain.insert(try judge([position(symmetry)], .none).values[0])
    }
    #expect(plain.count == 8, "the network itself does not see that boards are alike")
  }

  @Test("a draw chooses one symmetry, and all draws together have the mean of all")
  func random() throws {
    let state = position()
    let found = try judge([TicTacToe.State](repeating: state, count: 8), .random, draws: everyDraw)
    let expected = try judge([state], .all)
    #expect(Set(found.values).count == 8)
    #expect(abs(found.values.reduce(0, +) / 8 - expected.values[0]) < 1e-5)
    for action in 0..<9 {
      let mean = (0..<8).map { found.logits[$0 * 9 + action] }.reduce(0, +) / 8
      #expect(abs(mean - expected.logits[action]) < 1e-5)
    }
    #expect(found.values[0] == (try judge([state], .none)).values[0], "the first symmetry is the identity")
    #expect(try judge([state], .random, draws: [everyDraw[5]]).values[0] == found.values[5])
  }

  @Test("a search judges its leaves by draws of its own, whatever is in the batch beside it")
  func search() throws {
    func visits(lanes: Int, of lane: Int) throws -> [Int] {
      var evaluator = NetworkEvaluator(game: game, network: try network(), capacity: lanes, symmetry: .random)
      var search = LockstepSearch(game: game, parameters: SearchParameters(rule: PUCT()), count: lanes)
      for index in 0..<lanes {
        let stream = UInt64(lanes == 1 ? lane : index)
        search[index].begin(position(), random: Random(seed: 4, purpose: .test, index: stream))
        search[index].plan(simulations: 40 + 10 * Int(stream))
      }
      search.run(with: &evaluator)
      return (0..<9).map { search[lanes == 1 ? 0 : lane].visits(of: Action($0)) }
    }
    for lane in 0..<3 { #expect(try visits(lanes: 3, of: lane) == visits(lanes: 1, of: lane)) }
  }

  @Test("judging in symmetries does not allocate", arguments: [SymmetryUse.random, .all])
  func noAllocations(use: SymmetryUse) throws {
    var evaluator = NetworkEvaluator(game: game, network: try network(), capacity: 3, symmetry: use)
    var result = Evaluations(capacity: 3, actionCount: 9)
    let states = [position(), position(game.symmetries[1]), position(game.symmetries[6])]
    evaluator.evaluate(states, into: &result)
    #expect(allocations { evaluator.evaluate(states, into: &result) } == 0)
  }
}
