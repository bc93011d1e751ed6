import Environments
import Learning
import Replay
import TensorCore

extension Benchmark {
  /// Gradient steps a second of deep Q-learning on Breakout with MinAtar's network (Young and Tian 2019), one
  /// learner a thread: sampling a batch, targets, forward, Huber loss, backward and centred RMSprop.
  public func deepQLearning(batch: Int) throws -> Double {
    var parameters = DQNParameters(network: .convolutional(channels: 16, hidden: 128))
    parameters.batchSize = batch
    parameters.lanes = 1
    let game = try MinAtar(.breakout)
    let description = parameters.networkDescription(for: game)
    let (learnerParameters, period) = (parameters, parameters.targetPeriod)
    let learners = Lanes(
      values: try (0..<threads).map {
        try DQNLearner(description: description, parameters: learnerParameters, seed: UInt64($0))
      })
    let ring = Self.breakoutRing(capacity: 100_000)
    return try rates { clock, thread in
      var ring = ring
      var random = Random(seed: 1, purpose: .sampling, index: UInt64(thread))
      var updates = 0
      repeat {
        if updates % period == 0 { learners[thread].copyToTarget() }
        _ = learners[thread].update(from: &ring, using: &random, budgetShare: 0)
        updates += 1
      } while !clock.isOver
      return [updates]
    }[0]
  }

  /// A ring that random play of Breakout has filled.
  static func breakoutRing(capacity: Int) -> TransitionRing {
    guard let game = try? MinAtar(.breakout) else { preconditionFailure("MinAtar's defaults are valid") }
    var ring = TransitionRing(
      capacity: capacity, lanes: 8, observationShape: game.observationShape, actionCount: game.actionCount)
    for lane in 0..<ring.laneCount { fill(lane, of: &ring, with: game) }
    return ring
  }

  private static func fill<G: Game>(_ lane: Int, of ring: inout TransitionRing, with game: G) {
    var random = Random(seed: 1, purpose: .playout, index: UInt64(lane))
    var planes = [Float](repeating: 0, count: game.observationShape.count)
    var state = game.start(using: &random)
    var isOver = true
    for _ in 0..<ring.laneCapacity {
      if isOver {
        state = game.start(using: &random)
        observe(state, of: game, into: &planes)
        let legal = game.legalActions(in: state)
        ring.begin(
          lane: lane, observation: planes.span, legal: legal, mover: game.playerToMove(in: state))
      }
      let action = game.legalActions(in: state).randomAction(using: &random)
      let transition = game.step(&state, taking: action, using: &random)
      observe(state, of: game, into: &planes)
      ring.append(
        lane: lane, action: action, transition: transition, next: planes.span,
        legal: game.legalActions(in: state), mover: game.playerToMove(in: state))
      isOver = transition.status.isOver
    }
  }

  static func observe<G: Game>(_ state: G.State, of game: G, into planes: inout [Float]) {
    var span = planes.mutableSpan
    game.observe(state, into: &span)
  }
}
