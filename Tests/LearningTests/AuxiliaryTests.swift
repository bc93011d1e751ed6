import Environments
import Foundation
import Learning
import Replay
import TensorCore
import Testing

@Suite("Heads that only teach the torso")
struct AuxiliaryTests {
  private func parameters() -> AlphaZeroParameters {
    var parameters = AlphaZeroParameters.small(.residual(blocks: 1, channels: 4))
    let weights: (Float, Float, Float) = (0.15, 0.5, 0.25)
    (parameters.training.replyWeight, parameters.training.ownershipWeight, parameters.training.scoreWeight) =
      weights
    return parameters
  }

  @Test("they are there where the game has what they foretell, and nothing but training computes them")
  func heads() throws {
    let (go, toe) = (try Go7(GoRules(side: 5, komi: 0.5, moveLimit: 30)), TicTacToe())
    let parameters = parameters()
    let all = parameters.networkDescription(for: go)
    #expect(all.auxiliary == AuxiliaryHeads(reply: true, ownership: true, score: true))
    #expect(parameters.networkDescription(for: toe).auxiliary == AuxiliaryHeads(reply: true))
    #expect(AlphaZeroParameters.small().networkDescription(for: go).auxiliary == nil)
    let plain = NetworkDescription(
      planes: all.planes, rows: all.rows, columns: all.columns, torso: all.torso, heads: all.heads)
    let (rich, poor) = (try Network(all, seed: 3), try Network(plain, seed: 3))
    #expect(rich.parameters.layout.trainedCount > poor.parameters.layout.trainedCount)
    let planes = [Float](repeating: 1, count: all.inputCount)
    func logits(_ network: Network) -> [Float] {
      var (logits, values) = ([Float](repeating: 0, count: 26), [Float(0)])
      planes.withUnsafeBufferPointer { planes in
        logits.withUnsafeMutableBufferPointer { logits in
          values.withUnsafeMutableBufferPointer { values in
            network.compiled(maximumBatch: 1).run(batch: 1, planes: planes, logits: logits, values: values)
          }
        }
      }
      return logits + values
    }
    #expect(logits(rich) == logits(poor))
  }

  @Test("samples say who owns what at the end and what comes next, from the mover's view")
  func targets() throws {
    let game = try Go7(GoRules(side: 5, komi: 0.5, moveLimit: 60))
    var record = GameRecord(game: "go5", rules: 0, seed: 1, stream: 0)
    var random = record.random
    var state = game.start(using: &random)
    // Black takes the middle, everybody passes: the whole board is Black's.
    for action in [Action(12), Action(25), Action(25)] {
      let search = SearchRecord(visits: [.init(action: action, count: 1)], value: 0)
      record.append(action, game.step(&state, taking: action, using: &random), search: search)
    }
    try #require(record.status == .terminated)
    let kinds: AuxiliaryTargets.Kinds = [.reply, .ownership, .score]
    var window = SampleWindow(
      capacity: 9, observationShape: game.observationShape, actionCount: 26, auxiliary: kinds)
    var samples = GameSamples(game: game, rules: 0, parameters: parameters())
    #expect(try samples.append(record, to: &window) == 3)
    var found = AuxiliaryTargets(actionCount: 26, pointCount: 25)
    for ply in 0..<3 {
      window.loadAuxiliary(ply, into: &found)
      let sign: Int8 = ply == 1 ? -1 : 1
      #expect(found.hasResult && found.score == Float(sign) * 24.5)
      #expect(found.ownership == [Int8](repeating: sign, count: 25))
      #expect(found.reply[25] == (ply < 2 ? 1 : 0))
    }
  }

  @Test("training on them makes their errors small")
  func training() throws {
    let game = try Go7(GoRules(side: 5, komi: 0.5, moveLimit: 30))
    var parameters = parameters()
    parameters.network = .residual(blocks: 1, channels: 16)
    (parameters.training.samplesPerPosition, parameters.training.batchSize) = (32, 32)
    parameters.training.learningRate = 0.01
    parameters.training.window = 2_000
    let run = SmallRun(game: game, learner: .alphaZero(parameters), steps: 1_200)
    try withFolder { folder in
      try run.train(in: folder)
      let network = try Network.load(from: RunFolder(path: folder).weights)
      let errors = try errors(of: network, on: RunFolder(path: folder).replay, of: game, parameters)
      // A reply among so many actions, all equally likely, costs log(26) = 3.3.
      #expect(errors.reply < 3.1, "\(errors)")
      #expect(errors.ownership < 0.9 && errors.score < 0.9, "\(errors)")
    }
  }

  /// Over the positions of recorded games: the cross-entropy of the reply, and the mean squared errors of ownership and
  /// score as shares of those that the best constant would have.
  private func errors(
    of network: Network, on path: String, of game: Go7, _ parameters: AlphaZeroParameters
  ) throws -> (reply: Double, ownership: Double, score: Double) {
    var window = SampleWindow(
      capacity: 2_000, observationShape: game.observationShape, actionCount: 26,
      auxiliary: [.reply, .ownership, .score])
    var samples = GameSamples(game: game, rules: SmallRun<Go7>.rules, parameters: parameters)
    var reader = try ReplayReader(path)
    try reader.forEachGame { try samples.append($0, to: &window) }
    var reply = Mean()
    var (owners, scores) = (Explained(), Explained())
    var target = AuxiliaryTargets(actionCount: 26, pointCount: 25)
    for index in 0..<window.count {
      window.loadAuxiliary(index, into: &target)
      let found = foretold(by: network, window, index)
      let highest = found.reply.max() ?? 0
      let total = found.reply.reduce(0) { $0 + exp(Double($1 - highest)) }
      for (share, logit) in zip(target.reply, found.reply) where target.reply.contains(where: { $0 > 0 }) {
        reply.add(-26 * Double(share) * (Double(logit - highest) - log(total)))
      }
      guard target.hasResult else { continue }
      for (owner, guess) in zip(target.ownership, found.ownership) {
        owners.add(Double(owner), Double(guess))
      }
      scores.add(Double(target.score) / 25, Double(found.score))
    }
    return (reply.value, owners.error, scores.error)
  }

  /// What the heads make of one sample, by the statistics that a network plays with.
  private func foretold(
    by network: Network, _ window: SampleWindow, _ index: Int
  ) -> (reply: [Float], ownership: [Float], score: Float) {
    let description = network.description
    var planes = [Float](repeating: 0, count: description.inputCount)
    var policy = [Float](repeating: 0, count: description.actions)
    var planeSpan = planes.mutableSpan
    var policySpan = policy.mutableSpan
    _ = window.load(index, observations: &planeSpan, policies: &policySpan)
    let tape = Tape(parameters: network.parameters)
    tape.reset(mode: .evaluation)
    let heads = planes.withUnsafeBufferPointer {
      network.forwardAll(planes: $0, batch: 1, on: tape).auxiliary
    }
    func values(_ variable: Variable?) -> [Float] { variable.map { Array(tape.values(of: $0)) } ?? [] }
    return (values(heads.reply), values(heads.ownership), values(heads.score)[0])
  }

  private struct Mean {
    private var (sum, count) = (0.0, 0.0)
    var value: Double { sum / count }
    mutating func add(_ value: Double) { (sum, count) = (sum + value, count + 1) }
  }

  /// How much of the variance of a target is left unexplained.
  private struct Explained {
    private var (targets, squares, errors) = (Mean(), Mean(), Mean())

    mutating func add(_ value: Double, _ guess: Double) {
      targets.add(value)
      squares.add(value * value)
      errors.add((value - guess) * (value - guess))
    }

    var error: Double { errors.value / (squares.value - targets.value * targets.value) }
  }
}
