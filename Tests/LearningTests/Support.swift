import Environments
import Foundation
import Learning
import Replay
import Synchronization
import TensorCore
import Testing

/// A folder of its own for each test, removed at the end.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("selfplay-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

/// A small run of any learner that can be stopped and taken up.
struct SmallRun<G: Game> {
  enum Learner {
    case alphaZero(AlphaZeroParameters)
    case dqn(DQNParameters)
    case tabular(TabularParameters)
    case policyGradient(PolicyGradientParameters)
    case recurrentDQN(RecurrentDQNParameters)
    case alphaGo(AlphaGoParameters, [GameRecord])
  }

  let game: G
  let learner: Learner
  var seed: UInt64 = 7
  var threads = 1
  var steps: Int
  var checkpointSeconds = 1000.0
  /// A file of weights that AlphaZero begins with.
  var initialWeights: String?
  /// By default an iteration that is interrupted always ends first.
  var patience = 1000.0

  static var rules: UInt64 { 42 }

  /// Trains in `folder`; `stopAfter` interrupts once this call has asked so often whether it is interrupted.
  @discardableResult
  func train(in folder: String, isResuming: Bool = false, stopAfter: Int? = nil) throws -> TrainingProgress {
    let job = TrainingJob(
      game: game, gameName: "test", rulesFingerprint: Self.rules, agentName: "small", seed: seed,
      threads: threads, budget: Budget(steps: steps), folder: RunFolder(path: folder), evaluationSteps: 0,
      checkpointSeconds: checkpointSeconds, patience: patience)
    let questions = Questions()
    let hooks = TrainingHooks(isInterrupted: { questions.reach(stopAfter) })
    switch learner {
    case .alphaZero(let parameters):
      return try AlphaZeroRun(
        job: job, parameters: parameters, initialWeights: initialWeights, hooks: hooks, isResuming: isResuming
      ).run()
    case .dqn(let parameters):
      return try DQNRun(job: job, parameters: parameters, hooks: hooks, isResuming: isResuming).run()
    case .tabular(let parameters):
      return try TabularRun(job: job, parameters: parameters, hooks: hooks, isResuming: isResuming).run()
    case .recurrentDQN(let parameters):
      return try RecurrentDQNRun(job: job, parameters: parameters, hooks: hooks, isResuming: isResuming)
        .run()
    case .policyGradient(let parameters):
      return try PolicyGradientRun(
        job: job, parameters: parameters, hooks: hooks, isResuming: isResuming
      ).run()
    case .alphaGo(let parameters, let examples):
      return try AlphaGoRun(
        job: job, parameters: parameters, examples: examples, source: "examples", hooks: hooks,
        isResuming: isResuming
      ).run()
    }
  }

  /// The network that a fresh run begins with; nil where a table is learned.
  func freshNetwork() throws -> Network? {
    switch learner {
    case .alphaZero(let parameters): try Network(parameters.networkDescription(for: game), seed: seed)
    case .dqn(let parameters): try Network(parameters.networkDescription(for: game), seed: seed)
    case .tabular, .alphaGo: nil
    case .recurrentDQN(let parameters):
      try Network(parameters.networkDescription(for: game), seed: seed)
    case .policyGradient(let parameters):
      try Network(parameters.networkDescription(for: game), seed: seed)
    }
  }
}

/// Counts how often a run asks whether it is interrupted: at least once an iteration.
private final class Questions: Sendable {
  private let count = Mutex(0)

  func reach(_ limit: Int?) -> Bool {
    guard let limit else { return false }
    return count.withLock {
      $0 += 1
      return $0 >= limit
    }
  }
}

/// What a run leaves: its weights and its experience.
struct Remains: Hashable {
  let weights: Data
  let replay: Data

  init(_ folder: String) throws {
    let run = RunFolder(path: folder)
    weights = try Data(contentsOf: URL(fileURLWithPath: run.weights))
    replay = try Data(contentsOf: URL(fileURLWithPath: run.replay))
  }
}

extension AlphaZeroParameters {
  /// Small enough for a test: 4 lanes.
  static func small(_ torso: NetworkDescription.Torso = .mlp(hidden: [16])) -> AlphaZeroParameters {
    var parameters = AlphaZeroParameters(network: torso)
    parameters.search.simulations = 6
    (parameters.selfPlay.workers, parameters.selfPlay.gamesPerWorker) = (2, 2)
    parameters.selfPlay.pliesPerIteration = 5
    parameters.selfPlay.temperaturePlies = 4
    (parameters.training.batchSize, parameters.training.shards) = (8, 2)
    (parameters.training.window, parameters.training.minimumWindow) = (60, 10)
    parameters.training.samplesPerPosition = 1
    return parameters
  }
}

extension DQNParameters {
  /// Small enough for a test: 3 lanes and a ring that overflows.
  static func small(_ torso: NetworkDescription.Torso = .mlp(hidden: [16])) -> DQNParameters {
    var parameters = DQNParameters(network: torso)
    (parameters.lanes, parameters.batchSize) = (3, 8)
    (parameters.replayCapacity, parameters.minimumReplay) = (120, 20)
    (parameters.targetPeriod, parameters.updatesPerStep) = (7, 0.5)
    parameters.exploration.steps = 100
    return parameters
  }
}

extension TabularParameters {
  /// Small enough for a test: 3 lanes, a few steps an iteration.
  static func small(_ method: Method) -> TabularParameters {
    var parameters = TabularParameters(method: method)
    (parameters.lanes, parameters.stepsPerIteration, parameters.planningUpdates) = (3, 5, 4)
    parameters.exploration.steps = 100
    return parameters
  }
}

extension DQNParameters {
  /// The same learner with everything that Rainbow adds.
  static var rainbow: DQNParameters {
    var parameters = small()
    (parameters.returnSteps, parameters.isDouble, parameters.prioritisation) = (3, true, Prioritisation())
    (parameters.head.isDuelling, parameters.head.streamHidden, parameters.head.noise) = (true, 8, 0.5)
    parameters.head.distribution = .categorical(ValueSupport(low: -2, high: 2, atoms: 11))
    (parameters.rewardScale, parameters.rewardLimit, parameters.gradientNorm) = (0.5, 1, 10)
    return parameters
  }

  /// Every kind of distribution with each of the other parts, and with all of them.
  static var combinations: [DQNParameters] {
    var list: [DQNParameters] = []
    let kinds: [ActionValueHead.Distribution] = [
      .expectation, .categorical(ValueSupport(low: -2, high: 2, atoms: 11)), .quantile(count: 7),
    ]
    for kind in kinds {
      for part in 0..<8 {
        var parameters = part == 7 ? rainbow : small()
        parameters.head.distribution = kind
        // Fast enough that the older network soon disagrees with the trained one.
        (parameters.optimiser, parameters.learningRate) = (.adam, 0.02)
        switch part {
        case 1: parameters.returnSteps = 4
        case 2: parameters.isDouble = true
        case 3: parameters.prioritisation = Prioritisation()
        case 4: parameters.munchausen = Munchausen()
        case 5: parameters.head.isDuelling = true
        case 6: parameters.head.noise = 0.5
        case 7: parameters.munchausen = Munchausen()
        default: break
        }
        list.append(parameters)
      }
    }
    return list
  }
}

extension PolicyGradientParameters {
  /// Small enough for a test: 3 lanes, and gradient steps in two parts.
  static func small(_ method: Method) -> PolicyGradientParameters {
    var parameters = PolicyGradientParameters(method: method, network: .mlp(hidden: [16]))
    (parameters.lanes, parameters.shards) = (3, 2)
    if method == .ppo { (parameters.horizon, parameters.minibatchSize, parameters.epochs) = (8, 7, 2) }
    return parameters
  }
}

extension RecurrentDQNParameters {
  /// Small enough for a test: 3 lanes and a ring that overflows.
  static func small() -> RecurrentDQNParameters {
    var parameters = RecurrentDQNParameters(hidden: [8], memory: 5)
    (parameters.lanes, parameters.batchSize, parameters.steps) = (3, 4, 2)
    (parameters.sequenceLength, parameters.burnIn) = (4, 3)
    (parameters.replayCapacity, parameters.minimumReplay) = (60, 20)
    (parameters.targetPeriod, parameters.updatesPerStep) = (7, 0.25)
    parameters.exploration.steps = 100
    return parameters
  }
}

/// A small lake, slippery or dry.
func smallLake(intended: Double = 1, stepLimit: Int? = 20) throws -> Gridworld {
  try Gridworld(
    map: GridMap("SFFF\nFHFH\nFFFH\nHFFG"), intendedProbability: intended, stepLimit: stepLimit)
}

/// Every running state of a game without chance.
func reachableStates<G: Game>(of game: G) -> [G.State] {
  var random = Random(seed: 0, purpose: .test)
  var found = [game.start(using: &random)]
  var known = Set([game.key(of: found[0])])
  var next = 0
  while next < found.count {
    for action in game.legalActions(in: found[next]).array {
      var state = found[next]
      if game.step(&state, taking: action, using: &random).status.isOver { continue }
      if known.insert(game.key(of: state)).inserted { found.append(state) }
    }
    next += 1
  }
  return found
}

/// The path of the greedy policy, with its return.
func greedyPath(of game: Gridworld, by network: Network) -> (steps: Int, reward: Float) {
  let agent = ActionValueAgent(game: game, network: network)
  var random = Random(seed: 1, purpose: .test)
  var state = game.start(using: &random)
  agent.begin(state, random: random)
  var (steps, total) = (0, Float(0))
  while true {
    let transition = game.step(&state, taking: agent.decide(in: state).action, using: &random)
    steps += 1
    total += transition.reward
    if transition.status.isOver { return (steps, total) }
  }
}
