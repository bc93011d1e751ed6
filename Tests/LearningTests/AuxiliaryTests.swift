import Environments
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

  @Test("training on them makes their errors small, and changes what the torso learns")
  func training() throws {
    let game = try Go7(GoRules(side: 5, komi: 0.5, moveLimit: 30))
    let run = SmallRun(game: game, learner: .alphaZero(parameters()), steps: 300)
    try withFolder { folder in
      try run.train(in: folder)
      let network = try Network.load(from: RunFolder(path: folder).weights)
      let fresh = try #require(try run.freshNetwork())
      #expect(network.description == fresh.description)
      let layout = network.parameters.layout
      for name in ["reply.out.weight", "ownership.out.weight", "score.out.weight"] {
        let entry = try #require(layout.trained.first { $0.name == name })
        #expect(
          Array(network.parameters.trained[entry.range]) != Array(fresh.parameters.trained[entry.range]))
      }
    }
  }
}
