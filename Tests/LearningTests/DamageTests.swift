import Environments
import Foundation
import Learning
import Testing

@Suite("Damage to a run's folder")
struct DamageTests {
  private func checkpoints(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder + "/checkpoints").sorted()
      .map { folder + "/checkpoints/" + $0 }
  }

  private func flipByte(of path: String) throws {
    var data = try Data(contentsOf: URL(fileURLWithPath: path))
    data[data.count / 2] ^= 1
    try data.write(to: URL(fileURLWithPath: path))
  }

  private func check<G: Game>(_ run: SmallRun<G>, damage: (_ folder: String) throws -> Void) throws {
    let expected = try withFolder { folder in
      try run.train(in: folder)
      return try Remains(folder)
    }
    try withFolder { folder in
      var stopped = run
      stopped.checkpointSeconds = 0
      try stopped.train(in: folder, stopAfter: 5)
      try damage(folder)
      try run.train(in: folder, isResuming: true)
      #expect(try Remains(folder) == expected)
      #expect(try checkpoints(folder).count == 2)
    }
  }

  private func check(damage: (_ folder: String) throws -> Void) throws {
    try check(SmallRun(game: TicTacToe(), learner: .alphaZero(.small()), steps: 200), damage: damage)
    try check(
      SmallRun(game: try smallLake(intended: 0.5), learner: .dqn(.small()), steps: 100), damage: damage)
  }

  @Test("a damaged file in the newest checkpoint makes the run go on from the one before")
  func damagedCheckpoint() throws {
    try check { try flipByte(of: try checkpoints($0)[1] + "/weights.safetensors") }
    try check { try FileManager.default.removeItem(atPath: try checkpoints($0)[1] + "/lanes.replay") }
    try check {
      try Data("{".utf8).write(to: URL(fileURLWithPath: try checkpoints($0)[1] + "/manifest.json"))
    }
  }

  @Test("what a killed run left unfinished is cleared away")
  func unfinished() throws {
    try check { folder in
      try FileManager.default.createDirectory(
        atPath: folder + "/checkpoints/000000009999.partial", withIntermediateDirectories: false)
      try Data([1, 2, 3]).write(to: URL(fileURLWithPath: RunFolder(path: folder).weights + ".partial"))
    }
  }

  @Test("games beyond the checkpoint, whole or torn, are played again")
  func tornReplay() throws {
    try check { folder in
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: RunFolder(path: folder).replay))
      try file.seekToEnd()
      try file.write(contentsOf: Data([0x28, 0xB5, 0x2F, 0xFD, 0, 1, 2]))
      try file.close()
    }
  }

  @Test("a run is taken up without a look at games that its window does not hold any more")
  func oldGames() throws {
    let run = SmallRun(game: TicTacToe(), learner: .alphaZero(.small()), steps: 400)
    let expected = try withFolder { folder in
      try run.train(in: folder)
      return try Remains(folder)
    }
    try withFolder { folder in
      // It asks before each of twenty moves of an iteration, and a few times more.
      try run.train(in: folder, stopAfter: 15 * 24)
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: RunFolder(path: folder).replay))
      try file.write(contentsOf: Data(repeating: 0, count: 50))
      try file.close()
      try run.train(in: folder, isResuming: true)
      let found = try Remains(folder)
      #expect(found.weights == expected.weights)
      #expect(found.replay.dropFirst(50) == expected.replay.dropFirst(50))
    }
  }

  @Test("a window that takes more memory than it may is refused at once")
  func memoryLimit() throws {
    var parameters = AlphaZeroParameters.small()
    (parameters.training.window, parameters.training.memoryLimit) = (100_000, 1)
    let run = SmallRun(game: TicTacToe(), learner: .alphaZero(parameters), steps: 10)
    try withFolder { folder in
      let error = #expect(throws: RuleError.self) { try run.train(in: folder + "/run") }
      #expect(error?.description.contains("memory_limit is 1") == true)
      #expect(!FileManager.default.fileExists(atPath: folder + "/run"))
    }
  }

  @Test("weights that were saved but not published are published when the run is taken up")
  func unpublished() throws {
    let run = SmallRun(game: TicTacToe(), learner: .alphaZero(.small()), steps: 100)
    try withFolder { folder in
      try run.train(in: folder)
      let expected = try Remains(folder)
      try Data("old".utf8).write(to: URL(fileURLWithPath: RunFolder(path: folder).weights))
      try run.train(in: folder, isResuming: true)
      #expect(try Remains(folder) == expected)
    }
  }

  @Test("a run without any intact checkpoint is neither taken up nor written over")
  func nothingLeft() throws {
    let run = SmallRun(game: TicTacToe(), learner: .alphaZero(.small()), steps: 200)
    try withFolder { folder in
      try run.train(in: folder)
      let before = try Remains(folder)
      for checkpoint in try checkpoints(folder) { try flipByte(of: checkpoint + "/weights.safetensors") }
      #expect(throws: RunError.self) { try run.train(in: folder, isResuming: true) }
      #expect(throws: RunError.self) { try run.train(in: folder) }
      #expect(try Remains(folder) == before)
    }
  }

  @Test(
    "a run whose replay is gone, or whose checkpoints are none, is refused with its path and what is wrong")
  func missing() throws {
    let run = SmallRun(game: TicTacToe(), learner: .dqn(.small()), steps: 60)
    func problem(_ damage: (RunFolder) throws -> Void) throws -> String {
      try withFolder { path in
        try run.train(in: path)
        try damage(RunFolder(path: path))
        let error = #expect(throws: RunError.self) { try run.train(in: path, isResuming: true) }
        return error?.description.replacingOccurrences(of: path, with: "RUN") ?? ""
      }
    }
    let remedy = "; restore the file, or start anew in another folder"
    #expect(
      try problem { try FileManager.default.removeItem(atPath: $0.replay) }
        == "RUN/experience.replay: is missing" + remedy)
    #expect(
      try problem { try FileManager.default.removeItem(atPath: $0.path + "/checkpoints") }
        == "RUN: no complete checkpoint to resume from; start anew without --resume")
    #expect(
      try problem {
        try FileManager.default.removeItem(atPath: $0.path + "/checkpoints")
        try Data().write(to: URL(fileURLWithPath: $0.path + "/checkpoints"))
      } == "RUN/checkpoints: is no folder, or may not be read" + remedy)
  }

  @Test("a run whose definition was changed to another optimiser is refused, as their running values differ")
  func otherOptimiser() throws {
    try withFolder { folder in
      var parameters = DQNParameters.small()
      parameters.optimiser = .adam
      try SmallRun(game: TicTacToe(), learner: .dqn(parameters), steps: 90).train(in: folder, stopAfter: 40)
      parameters.optimiser = .rmsprop
      let changed = SmallRun(game: TicTacToe(), learner: .dqn(parameters), steps: 90)
      let error = #expect(throws: RunError.self) { try changed.train(in: folder, isResuming: true) }
      #expect(
        error?.description.contains("was written with the optimiser adam, agent.toml asks for rmsprop")
          == true)
      // The size of steps may change.
      (parameters.optimiser, parameters.learningRate) = (.adam, 0.001)
      let slower = SmallRun(game: TicTacToe(), learner: .dqn(parameters), steps: 90)
      #expect(try slower.train(in: folder, isResuming: true).step == 90)
    }
  }

  @Test("a run whose definition was changed to another number of games is refused")
  func otherLanes() throws {
    try withFolder { folder in
      var parameters = DQNParameters.small()
      try SmallRun(game: TicTacToe(), learner: .dqn(parameters), steps: 90).train(in: folder, stopAfter: 4)
      parameters.lanes = 5
      let changed = SmallRun(game: TicTacToe(), learner: .dqn(parameters), steps: 90)
      #expect(throws: RunError.self) { try changed.train(in: folder, isResuming: true) }
    }
  }
}
