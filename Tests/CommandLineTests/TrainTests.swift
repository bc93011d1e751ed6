import Foundation
import Testing

@Suite("Training from the command line")
struct TrainTests {
  /// A run that takes about a second: small, but with games enough to be killed in many places.
  private static let small = [
    "train", "tictactoe", "--steps", "6000", "--set", "checkpoint.seconds=0.05", "--set",
    "search.simulations=8", "--set", "evaluation.steps=0", "--set", "evaluation.games=2", "--set",
    "evaluation.opponent=\"random\"", "--set", "training.minimum_window=100",
  ]

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  private func remains(_ run: String) throws -> [Data] {
    try ["weights.safetensors", "experience.replay"].map {
      try Data(contentsOf: URL(fileURLWithPath: "\(run)/\($0)"))
    }
  }

  /// Starts the program, and kills it after a time unless it has ended by then.
  private func start(_ arguments: [String], killedAfter delay: Double) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Program.path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: Program.root)
    process.environment = Program.environment
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    let end = Date().addingTimeInterval(delay)
    while process.isRunning && Date() < end { usleep(2_000) }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    return process.terminationReason == .exit ? process.terminationStatus : -1
  }

  @Test(
    "a run that is killed again and again ends with the bytes of one that never was",
    arguments: [
      TrainTests.small,
      [
        "train", "frozenlake4", "--steps", "6000", "--set", "checkpoint.seconds=0.05", "--set",
        "evaluation.steps=0", "--set", "evaluation.games=2", "--set", "learning.minimum_replay=200",
      ],
      [
        "train", "taxi", "--steps", "100000", "--set", "checkpoint.seconds=0.02", "--set",
        "evaluation.games=2", "--set", "method=\"dyna\"", "--set", "learning.planning_updates=30",
      ],
      [
        "train", "doorkey5", "--steps", "4000", "--set", "checkpoint.seconds=0.05", "--set",
        "evaluation.games=2", "--set", "learning.minimum_replay=500", "--set", "network.memory=8",
        "--set", "learning.updates_per_step=0.02",
      ],
    ])
  func killed(_ arguments: [String]) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SplitMix(state: seed)
    try withFolder { folder in
      let whole = folder + "/whole"
      let started = Date()
      #expect(try Program.run(arguments + ["--run", whole, "--threads", "2"]).status == 0)
      let duration = Date().timeIntervalSince(started)
      let run = folder + "/killed"
      var kills = 0
      var isBegun = false
      while true {
        let delay = kills < 6 ? Double.random(in: 0...0.6, using: &generator) * duration : 600
        let next = isBegun ? ["train", "--resume", run] : arguments + ["--run", run, "--threads", "1"]
        let status = try start(next, killedAfter: delay)
        if status == 0 { break }
        try #require(status == -1, "status \(status), seed \(seed)")
        kills += 1
        let names = try? FileManager.default.contentsOfDirectory(atPath: run + "/checkpoints")
        isBegun = names?.contains { !$0.hasSuffix(".partial") } ?? false
      }
      #expect(try remains(run) == remains(whole), "\(kills) kills, seed \(seed)")
    }
  }

  @Test("an agent may learn by rules of its own and see the game in its own way; both stay with it")
  func ownRules() throws {
    try withFolder { folder in
      let run = folder + "/run"
      let planes = #"observation.planes=["stones", "komi", "pass"]"#
      let arguments = [
        "train", "go5", "--run", run, "--steps", "3000", "--threads", "2", "--set", planes, "--set",
        "rules.komi_spread=2.0", "--set", "rules.move_limit=12", "--set", "search.simulations=2", "--set",
        "evaluation.games=2", "--set", "evaluation.opponent=\"random\"", "--set", "network.channels=8",
      ]
      #expect(try Program.run(arguments).status == 0)
      // The rules of the records lie beside them.
      let page = try Program.run(["replay", run + "/experience.replay", "--game", "1", "--ply", "0"])
      #expect(page.status == 0, "\(page.errors)")
      let match = try Program.run(
        ["pit", run + "@simulations=2", "random", "--game", "go5", "--games", "2", "--json"])
      #expect(match.status == 0 && match.output.contains("\"games\": 2"), "\(match.errors)")
      try expectFailure(
        ["pit", run, "random", "--game", "go7"], "does not fit go7", status: 64)
      try expectFailure(
        arguments.map { $0 == run ? folder + "/other" : $0 == planes ? "observation.plane=1" : $0 },
        "unknown key; did you mean 'planes'?", status: 64)
    }
  }

  private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  /// One line on stderr that contains a text, nothing on stdout, and an exit code.
  private func expectFailure(_ arguments: [String], _ text: String, status: Int32) throws {
    let outcome = try Program.run(arguments)
    #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix("error: ") && outcome.errors.contains(text), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
  }

  @Test("a wrong option of train is refused in one line, before a folder is made")
  func options() throws {
    try withFolder { folder in
      let run = folder + "/run"
      let cases: [([String], String)] = [
        (["train", "tictactoo"], "unknown agent 'tictactoo'; did you mean 'tictactoe'?"),
        (["train", "tictactoe", "--game", "conect4"], "unknown game 'conect4'; did you mean 'connect4'?"),
        (["train", "tictactoe", "--set", "search.simulatons=9"], "did you mean 'simulations'?"),
        (["train", "tictactoe", "--set", "search.simulations=\"many\""], "expected an integer"),
        (["train", "tictactoe", "--set", "search.simulations=0"], "out of range"),
        (["train", "tictactoe", "--set", "training.shards=7"], "7 shards do not divide a batch of 256"),
        (["train", "connect4", "--set", "training.initial=conect4"], "did you mean 'connect4'?"),
        (
          ["train", "connect4", "--set", "training.initial=uct:400"], "'uct:400' does not learn; name one of"
        ),
        (["train", "tictactoe", "--set", "evaluation.opponent=\"nobody\""], "unknown agent 'nobody'"),
        (["train", "tictactoe", "--set", "evaluation.opponent=\"human\""], "'human' needs a person"),
      ]
      for (arguments, text) in cases { try expectFailure(arguments + ["--run", run], text, status: 64) }
      let unfit: [([String], String)] = [
        (["connect4", "--set", "training.initial=go7"], "fits 1 of the network's 61 tensors"),
        (["connect4", "--set", "training.memory_limit=1"], "memory_limit is 1; choose a smaller window"),
        (
          ["tictactoe", "--game", "taxi", "--set", "selfplay.gate_games=2"], "taxi: it has one player; remove"
        ),
        (
          ["tictactoe", "--game", "taxi", "--set", "selfplay.solver_nodes=9"],
          "taxi: only games for two players"
        ),
      ]
      for (arguments, text) in unfit {
        try expectFailure(["train"] + arguments + ["--run", run], text, status: 1)
      }
      #expect(!FileManager.default.fileExists(atPath: run))
    }
  }

  @Test("a mistake in agent.toml is refused with its file and key")
  func definitions() throws {
    try withFolder { folder in
      let good = """
        kind = "alphazero"
        game = "tictactoe"
        [budget]
        steps = 100
        [network]
        torso = "mlp"
        hidden = [64, 64]
        [search]
        noise_alpha = 1.0
        [training]
        learning_rate = 0.005
        """
      let file = folder + "/agent.toml"
      for (from, to, text) in [
        ("noise_alpha", "noise_alfa", "search.noise_alfa: unknown key; did you mean 'noise_alpha'?"),
        ("learning_rate = 0.005", "learning_rate = \"x\"", "training.learning_rate: expected a number"),
        ("hidden = [64, 64]", "hidden = [0]", "network.hidden"),
        ("kind = \"alphazero\"", "kind = \"alphazeros\"", "kind: unknown choice 'alphazeros'"),
        ("game = \"tictactoe\"", "", "game: is missing"),
      ] {
        let bad = good.replacingOccurrences(of: from, with: to)
        #expect(bad != good)
        try Data(bad.utf8).write(to: URL(fileURLWithPath: file))
        try expectFailure(["train", file, "--run", folder + "/run"], text, status: 1)
      }
      #expect(!FileManager.default.fileExists(atPath: folder + "/run"))
    }
  }

  @Test("a larger budget stays with the run, and a network that cannot be built leaves no folder behind")
  func laterBudget() throws {
    try withFolder { folder in
      let run = folder + "/run"
      let train = Self.small.map { $0 == "6000" ? "600" : $0 } + ["--run", run]
      #expect(try Program.run(train).status == 0)
      #expect(try Program.run(["train", "--resume", run, "--steps", "900"]).status == 0)
      let definition = try String(contentsOfFile: run + "/agent.toml", encoding: .utf8)
      #expect(definition.contains("steps = 900"))
      let bad = folder + "/bad"
      try expectFailure(
        ["train", "frozenlake4", "--run", bad, "--set", "network={torso=\"nature\",hidden=8}"],
        "at least 36 rows",
        status: 1)
      #expect(!FileManager.default.fileExists(atPath: bad))
    }
  }

  @Test("damaged or foreign weights, and folders that hold no run or one already, are refused untouched")
  func folders() throws {
    try withFolder { folder in
      let run = folder + "/run"
      let train = Self.small.map { $0 == "6000" ? "600" : $0 } + ["--run", run]
      #expect(try Program.run(train).status == 0)
      let before = try remains(run)
      try expectFailure(train, "holds a run already", status: 1)
      #expect(try remains(run) == before)
      let pit = ["pit", run, "random", "--games", "2", "--game"]
      #expect(try Program.run(pit + ["tictactoe"]).status == 0)
      try expectFailure(pit + ["connect4"], "does not fit connect4", status: 64)
      let weights = URL(fileURLWithPath: run + "/weights.safetensors")
      var flipped = before[0]
      flipped[3] ^= 0x40
      for bad in [before[0].dropLast(9), before[0].prefix(5), Data(), Data("hello, world".utf8), flipped] {
        try bad.write(to: weights)
        try expectFailure(pit + ["tictactoe"], run + "/weights.safetensors", status: 1)
      }
      try expectFailure(["train", "--resume", folder], folder, status: 1)
      try expectFailure(["train", "--resume", folder + "/none"], "no complete checkpoint", status: 1)
      let file = folder + "/file"
      try Data().write(to: URL(fileURLWithPath: file))
      try expectFailure(["train", "tictactoe", "--run", file + "/run"], file + "/run", status: 1)
      try expectFailure(["train", "tictactoe", "--run", "/proc/run"], "/proc/run", status: 1)
      // A folder that defines an agent is not a run's, and its definition is not written over.
      try Data("kind = \"dqn\"\n".utf8).write(to: URL(fileURLWithPath: folder + "/agent.toml"))
      try expectFailure(["train", "tictactoe", "--run", folder], "holds a run already", status: 1)
    }
  }
}
