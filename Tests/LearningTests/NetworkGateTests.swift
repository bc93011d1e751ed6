import Environments
import Foundation
import Learning
import TensorCore
import Testing

@Suite("Networks of a run play each other")
struct NetworkGateTests {
  private func parameters(gateScore: Float? = nil) -> AlphaZeroParameters {
    var parameters = AlphaZeroParameters.small(.mlp(hidden: [32]))
    parameters.search.simulations = 16
    if let gateScore {
      (parameters.gate.games, parameters.gate.steps, parameters.gate.score) = (6, 40, gateScore)
    }
    return parameters
  }

  private func run(_ parameters: AlphaZeroParameters, steps: Int = 200) -> SmallRun<TicTacToe> {
    SmallRun(game: TicTacToe(), learner: .alphaZero(parameters), steps: steps)
  }

  /// The parameters of a network in the newest checkpoint of a run.
  private func weights(_ name: String, in folder: String) throws -> [Float] {
    let newest = try #require(
      try FileManager.default.contentsOfDirectory(atPath: folder + "/checkpoints").max())
    let network = try Network.load(from: "\(folder)/checkpoints/\(newest)/\(name).safetensors")
    return Array(network.parameters.trained)
  }

  @Test("a match has one result, whatever the threads, and what has learned wins it")
  func match() throws {
    try withFolder { folder in
      var learning = parameters()
      learning.training.samplesPerPosition = 4
      let run = run(learning, steps: 4000)
      try run.train(in: folder)
      let trained = try Network.load(from: RunFolder(path: folder).weights)
      let fresh = try #require(try run.freshNetwork())
      let scores = try [1, 2].map { threads in
        try NetworkMatch(game: TicTacToe(), parameters: learning, seed: 1, threads: threads)
          .score(of: trained, against: fresh, games: 41, number: 3) ?? .nan
      }
      #expect(scores[0] == scores[1] && scores[0] > 0.55 && scores[0] < 1, "\(scores)")
      let match = NetworkMatch(game: TicTacToe(), parameters: learning, seed: 1, threads: 1)
      #expect(try match.score(of: trained, against: fresh, games: 41, number: 3) { true } == nil)
      let other = try #require(try match.score(of: fresh, against: trained, games: 41, number: 3))
      #expect(other < 0.45)
      let even = try #require(try match.score(of: fresh, against: fresh, games: 40, number: 4))
      #expect((0.3...0.7).contains(even), "\(even) against itself")
    }
  }

  @Test("a network that does not win its match neither plays nor is published")
  func refused() throws {
    // Not all six games are won.
    let run = run(parameters(gateScore: 1))
    try withFolder { folder in
      let progress = try run.train(in: folder)
      #expect(progress.promotions == 0 && (0..<1).contains(progress.gateScore ?? 1) && progress.updates > 0)
      let fresh = try #require(try run.freshNetwork())
      #expect(try weights("weights", in: folder) == Array(fresh.parameters.trained))
      #expect(try weights("candidate-weights", in: folder) != Array(fresh.parameters.trained))
    }
  }

  @Test("a network that wins its match is published as it was then")
  func accepted() throws {
    try withFolder { folder in
      let progress = try run(parameters(gateScore: 0)).train(in: folder)
      // Steps 20, 40 ... 200 of which 40, 80 ... have a match, but for the first without any training.
      #expect((3...5).contains(progress.promotions ?? 0))
      #expect(progress.gateScore != nil)
    }
    let plain = try withFolder { folder in
      try run(parameters()).train(in: folder)
      return try weights("weights", in: folder)
    }
    // If every network is taken at once, nothing but the matches is different.
    try withFolder { folder in
      var always = parameters(gateScore: 0)
      always.gate.steps = 1
      try run(always).train(in: folder)
      #expect(try weights("weights", in: folder) == plain)
      #expect(try weights("candidate-weights", in: folder) == plain)
    }
  }

  @Test("a run measures itself against its network of a quarter to half of the steps ago")
  func past() throws {
    var parameters = parameters()
    parameters.pastGames = 10
    try withFolder { folder in
      let progress = try run(parameters).train(in: folder)
      let step = try #require(progress.pastStep)
      #expect((50...100).contains(step))
      #expect((0...1).contains(progress.pastScore ?? -1))
      let (older, newer) = (try weights("past-1", in: folder), try weights("past-2", in: folder))
      #expect(older != newer)
    }
    try withFolder { folder in
      let progress = try run(self.parameters()).train(in: folder)
      #expect(progress.pastScore == nil && progress.pastStep == nil)
    }
  }

  @Test("games of one player have no matches")
  func onePlayer() throws {
    let game = try smallLake()
    try withFolder { folder in
      let run = SmallRun(game: game, learner: .alphaZero(parameters(gateScore: 0.5)), steps: 50)
      let error = #expect(throws: RuleError.self) { try run.train(in: folder) }
      #expect(error?.description.contains("it has one player") == true)
    }
  }

  @Test("the age of samples is the number of positions that have come since")
  func age() {
    var age = WindowAge(capacity: 5)
    #expect(age.mean(newest: 3) == nil)
    age.add(samples: 2, positions: 2)
    age.add(samples: 3, positions: 4)
    age.add(samples: 2, positions: 3)
    #expect(age.mean(newest: 1) == 0)
    // Two samples of the last game, three with its three positions behind them.
    #expect(age.mean(newest: 5) == 9.0 / 5)
    for _ in 0..<5000 { age.add(samples: 1, positions: 1) }
    #expect(age.mean(newest: 5) == 2)
  }
}
