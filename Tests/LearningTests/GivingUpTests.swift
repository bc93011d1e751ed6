import Environments
import Foundation
import Learning
import Synchronization
import Testing

@Suite("Long iterations that are interrupted")
struct GivingUpTests {
  /// Interrupts sessions in the middle of iterations, with no patience, and checks that nothing of what was given up is
  /// left. `stops` says how often each session asks before it is interrupted.
  private func check<G: Game>(_ run: SmallRun<G>, stops: [Int]) throws {
    let expected = try withFolder { folder in
      try run.train(in: folder)
      return try Remains(folder)
    }
    var run = run
    run.patience = 0
    try withFolder { folder in
      var isBegun = false
      for stop in stops {
        do {
          let last = try run.train(in: folder, isResuming: isBegun, stopAfter: stop)
          // The last report is that of the checkpoint.
          let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/checkpoints")
          #expect(names.compactMap { Int($0) }.max() == last.step, "stopped after \(stop)")
        } catch is CancellationError {
          #expect(isBegun, "only what was recorded can take long to take up")
        }
        isBegun = true
      }
      try run.train(in: folder, isResuming: true)
      #expect(try Remains(folder) == expected, "stopped after \(stops)")
    }
  }

  @Test("an iteration of a table that is given up is as if it had not begun")
  func table() throws {
    for method in [TabularParameters.Method.qLearning, .dyna] {
      var parameters = TabularParameters.small(method)
      parameters.stepsPerIteration = 40
      try check(
        SmallRun(game: try smallLake(intended: 0.5, stepLimit: 6), learner: .tabular(parameters), steps: 480),
        stops: [20, 45, 90, 130])
    }
  }

  @Test("the same of a policy gradient, as it plays and as it learns")
  func policyGradient() throws {
    for method in PolicyGradientParameters.Method.allCases {
      let run = SmallRun(
        game: try smallLake(intended: 0.5, stepLimit: 6), learner: .policyGradient(.small(method)), steps: 200
      )
      // Eight steps and six gradient steps make an iteration of PPO.
      try check(run, stops: [3, 12, 25, 40])
    }
  }

  @Test("the same of DQN and recurrent DQN among their gradient steps, and as they are taken up")
  func replay() throws {
    var parameters = DQNParameters.rainbow
    parameters.updatesPerStep = 2
    try check(SmallRun(game: TicTacToe(), learner: .dqn(parameters), steps: 90), stops: [10, 3, 30, 60, 100])
    var recurrent = RecurrentDQNParameters.small()
    recurrent.updatesPerStep = 2
    try check(
      SmallRun(game: TicTacToe(), learner: .recurrentDQN(recurrent), steps: 90), stops: [10, 3, 30, 60, 100])
  }

  @Test("the same of AlphaZero, as it plays, solves and learns")
  func alphaZero() throws {
    var parameters = AlphaZeroParameters.small()
    (parameters.selfPlay.solverNodes, parameters.selfPlay.playOnShare) = (60, 0.5)
    for threads in 1...2 {
      var run = SmallRun(game: TicTacToe(), learner: .alphaZero(parameters), steps: 200)
      run.threads = threads
      try check(run, stops: [5, 22, 50, 81])
    }
  }

  @Test("an iteration that ends while somebody is patient is kept")
  func patience() throws {
    var parameters = TabularParameters.small(.qLearning)
    parameters.stepsPerIteration = 40
    var run = SmallRun(
      game: try smallLake(stepLimit: 6), learner: .tabular(parameters), steps: 480)
    // In the third iteration, each of which asks forty-one times.
    let kept = try withFolder { try run.train(in: $0, stopAfter: 100).step }
    run.patience = 0
    // Long iterations are saved one by one, whatever the time between checkpoints.
    let givenUp = try withFolder { try run.train(in: $0, stopAfter: 100).step }
    #expect(kept == 360 && givenUp == 240)
  }
}

/// Noughts and crosses that counts how often it is looked at.
private struct Watched: Game {
  private let rules = TicTacToe()
  let looks = Looks()

  final class Looks: Sendable {
    private let value = Mutex(0)
    var count: Int { value.withLock { $0 } }
    func add() { value.withLock { $0 += 1 } }
  }

  var playerCount: Int { rules.playerCount }
  var actionCount: Int { rules.actionCount }
  var observationShape: ObservationShape { rules.observationShape }
  var isStochastic: Bool { rules.isStochastic }
  func start(using random: inout Random) -> TicTacToe.State { rules.start(using: &random) }
  func playerToMove(in state: TicTacToe.State) -> Player { rules.playerToMove(in: state) }
  func legalActions(in state: TicTacToe.State) -> ActionBits<1> { rules.legalActions(in: state) }
  func key(of state: TicTacToe.State) -> UInt64 { rules.key(of: state) }

  func step(_ state: inout TicTacToe.State, taking action: Action, using random: inout Random) -> Transition {
    rules.step(&state, taking: action, using: &random)
  }

  func observe(_ state: TicTacToe.State, into planes: inout MutableSpan<Float>) {
    looks.add()
    rules.observe(state, into: &planes)
  }
}

@Suite("Memories that are filled again")
struct RefillTests {
  @Test("games that the memory has forgotten are not played again")
  func forgotten() throws {
    func looks<P>(
      _ learner: (P) -> SmallRun<Watched>.Learner, _ parameters: P
    ) throws -> (all: Int, again: Int) {
      try withFolder { folder in
        let game = Watched()
        let run = SmallRun(game: game, learner: learner(parameters), steps: 900)
        try run.train(in: folder)
        let all = game.looks.count
        // There is nothing left to learn: only the memory is filled.
        try run.train(in: folder, isResuming: true)
        return (all, game.looks.count - all)
      }
    }
    // Three lanes of forty states, and at most ten of a game that reaches over the edge and of one under way.
    let transitions = try looks(SmallRun<Watched>.Learner.dqn, DQNParameters.small())
    #expect(transitions.all > 900 && (120...180).contains(transitions.again), "\(transitions)")
    // Three lanes of seven sequences of four steps at most.
    let sequences = try looks(SmallRun<Watched>.Learner.recurrentDQN, RecurrentDQNParameters.small())
    #expect(sequences.all > 900 && (60...150).contains(sequences.again), "\(sequences)")
  }
}
