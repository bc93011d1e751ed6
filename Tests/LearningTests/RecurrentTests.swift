import Environments
import GameLaws
import Learning
import Replay
import Search
import TensorCore
import Testing

/// Shows one of two signs, then nothing for a while, then asks which it was: only memory can tell.
private struct Recall: Game {
  struct State: Sendable {
    var sign: Int
    var step = 0
    var isOver = false
  }

  let delay: Int
  var playerCount: Int { 1 }
  var actionCount: Int { 2 }
  var observationShape: ObservationShape { ObservationShape(planes: 3, rows: 1, columns: 1) }
  var isStochastic: Bool { false }

  func start(using random: inout Random) -> State { State(sign: random.integer(below: 2)) }
  func playerToMove(in state: State) -> Player { .first }

  func legalActions(in state: State) -> ActionBits<1> {
    var actions = ActionBits<1>()
    if !state.isOver { actions.bits[0] = 0b11 }
    return actions
  }

  func step(_ state: inout State, taking action: Action, using random: inout Random) -> Transition {
    state.step += 1
    guard state.step > delay else { return Transition() }
    state.isOver = true
    return Transition(reward: action.index == state.sign ? 1 : -1, status: .terminated)
  }

  func observe(_ state: State, into planes: inout MutableSpan<Float>) {
    planes[0] = state.step == 0 && state.sign == 0 ? 1 : 0
    planes[1] = state.step == 0 && state.sign == 1 ? 1 : 0
    planes[2] = state.step == delay ? 1 : 0
  }

  func key(of state: State) -> UInt64 { UInt64(state.sign * 100 + state.step) }
}

@Suite("Recurrent DQN")
struct RecurrentTests {
  private func meanReturn<G: Game>(of game: G, by agent: some Agent<G>, episodes: Int) throws -> Float {
    var total: Float = 0
    for index in 0..<episodes {
      var random = Random(seed: 2, purpose: .episode, index: UInt64(index))
      var state = game.start(using: &random)
      try agent.begin(state, random: Random(seed: 2, purpose: .test, index: UInt64(index)))
      while true {
        let action = try agent.decide(in: state).action
        let transition = game.step(&state, taking: action, using: &random)
        total += transition.reward
        if transition.status.isOver { break }
        try agent.follow(action, to: state)
      }
    }
    return total / Float(episodes)
  }

  @Test("remembers a sign across sequences and burn-ins, which DQN without memory cannot")
  func recall() throws {
    let game = Recall(delay: 6)
    var parameters = RecurrentDQNParameters(hidden: [], memory: 12)
    (parameters.sequenceLength, parameters.burnIn, parameters.steps) = (5, 3, 3)
    (parameters.batchSize, parameters.updatesPerStep, parameters.learningRate) = (32, 0.1, 0.005)
    (parameters.minimumReplay, parameters.targetPeriod) = (500, 50)
    parameters.exploration.steps = 5_000
    try withFolder { folder in
      try SmallRun(game: game, learner: .recurrentDQN(parameters), steps: 20_000).train(in: folder)
      let network = try Network.load(from: RunFolder(path: folder).weights)
      let agent = ActionValueAgent(game: game, network: network, transform: parameters.transform)
      #expect(try meanReturn(of: game, by: agent, episodes: 100) == 1)
    }
    var forgetful = DQNParameters(network: .mlp(hidden: [12]))
    forgetful.minimumReplay = 500
    try withFolder { folder in
      try SmallRun(game: game, learner: .dqn(forgetful), steps: 3_000).train(in: folder)
      let agent = ActionValueAgent(
        game: game, network: try Network.load(from: RunFolder(path: folder).weights))
      #expect(abs(try meanReturn(of: game, by: agent, episodes: 100)) < 0.4)
    }
  }

  @Test("an agent that only follows remembers what one remembers that decides")
  func following() throws {
    let game = TicTacToe()
    let parameters = RecurrentDQNParameters.small()
    let network = try Network(parameters.networkDescription(for: game), seed: 5)
    let (first, second) = (
      ActionValueAgent(game: game, network: network), ActionValueAgent(game: game, network: network)
    )
    var random = Random(seed: 1, purpose: .test)
    var state = game.start(using: &random)
    first.begin(state, random: random)
    second.begin(state, random: random)
    for _ in 0..<4 {
      let action = first.decide(in: state).action
      _ = game.step(&state, taking: action, using: &random)
      first.follow(action, to: state)
      second.follow(action, to: state)
    }
    let (one, other) = (first.decide(in: state), second.decide(in: state))
    #expect(one.value == other.value && one.action == other.action)
    let fresh = ActionValueAgent(game: game, network: network)
    fresh.begin(state, random: random)
    #expect(fresh.decide(in: state).value != one.value)
  }

  @Test("a gradient step does not allocate once warm")
  func allocation() throws {
    let game = try smallLake(stepLimit: 9)
    let parameters = RecurrentDQNParameters.small()
    let description = parameters.networkDescription(for: game)
    let learner = try RecurrentDQNLearner(description: description, parameters: parameters, seed: 1)
    var ring = SequenceRing(
      capacity: 100, lanes: 1, burnIn: 3, length: 4, memoryCount: description.stateCount,
      observationShape: game.observationShape, actionCount: 4)
    for stream in 0..<20 {
      var record = GameRecord(game: "test", rules: 0, seed: 1, stream: UInt64(stream))
      var random = record.random
      var state = game.start(using: &random)
      while !record.status.isOver {
        let action = game.randomLegalAction(in: state, using: &random)
        record.append(action, game.step(&state, taking: action, using: &random))
      }
      try ring.append(record, game: game, lane: 0)
    }
    var random = Random(seed: 1, purpose: .test)
    var counts: [Int] = []
    for _ in 0..<3 {
      counts.append(
        allocations {
          learner.networks.copyToTarget()
          for _ in 0..<20 { _ = learner.update(from: &ring, using: &random, budgetShare: 0.5) }
        })
    }
    #expect(counts.last == 0, "\(counts) allocations in three times twenty steps")
  }
}
