import Environments
import Replay
import Search

/// One number that changes only when behaviour does: rules, randomness, search or the replay's encoding. It
/// depends neither on kernels nor on threads, and covers no network (after Stockfish's bench signature).
public struct Signature: Sendable {
  /// What was hashed: `random`, and every game by its id, in reading order.
  public let parts: [(name: String, value: UInt64)]

  /// Plays every game in Games/. Takes about a second.
  public init(home: Home) throws {
    var parts = [(name: "random", value: Self.randomStreams)]
    for id in home.gameNames {
      let definition = try GameDefinition(named: id, home: home)
      parts.append((id, try definition.game.visit(GameSignature(definition: definition))))
    }
    self.parts = parts
  }

  /// The signature of all parts, below 2^53 so that every reader of JSON keeps it exactly.
  public var value: UInt64 { Self.combine(parts) }

  /// The signature of some parts.
  public static func combine(_ parts: [(name: String, value: UInt64)]) -> UInt64 {
    var hash = BehaviourHash()
    for part in parts {
      hash.add(GameRecord.fingerprint(of: part.name))
      hash.add(part.value)
    }
    return hash.value >> 11
  }

  private static var randomStreams: UInt64 {
    var hash = BehaviourHash()
    let purposes: [RandomPurpose] = [
      .initialisation, .episode, .agent, .selfPlay, .sampling, .evaluation, .match, .playout, .test,
    ]
    for (index, purpose) in purposes.enumerated() {
      var random = Random(seed: 7, purpose: purpose, index: UInt64(index))
      for bound in 1...32 {
        hash.add(random.next())
        hash.add(UInt64(random.integer(below: bound)))
        hash.add(random.uniform().bitPattern)
        hash.add(UInt64(random.uniformFloat().bitPattern))
      }
    }
    return hash.value
  }
}

/// Folds words in order.
private struct BehaviourHash {
  private(set) var value: UInt64 = 0x9E37_79B9_7F4A_7C15

  mutating func add(_ word: UInt64) { value = Random.mix(value &+ Random.mix(word &+ 0xD1B5_4A32_D192_ED03)) }
}

/// The behaviour of one game and of the searches on it.
private struct GameSignature: GameVisitor {
  let definition: GameDefinition

  func visit<Subject: Notation>(_ game: Subject) throws -> UInt64 {
    var hash = BehaviourHash()
    hash.add(definition.fingerprint)
    for episode in 0..<4 { playRandomly(game, episode: UInt64(episode), into: &hash) }
    let record = searchedGame(
      of: game, name: definition.id, stream: 5, simulations: 48, plyLimit: 6)
    for byte in record.encoded() { hash.add(UInt64(byte)) }
    searchWithEvaluator(game, into: &hash)
    return hash.value
  }

  private func playRandomly<Subject: Game>(_ game: Subject, episode: UInt64, into hash: inout BehaviourHash) {
    var random = Random(seed: 3, purpose: .playout, index: episode)
    var planes = [Float](repeating: 0, count: game.observationShape.count)
    var state = game.start(using: &random)
    for _ in 0..<400 {
      let legal = game.legalActions(in: state)
      let action = legal.randomAction(using: &random)
      let transition = game.step(&state, taking: action, using: &random)
      hash.add(UInt64(legal.count) << 32 | UInt64(action.rawValue))
      hash.add(UInt64(transition.reward.bitPattern) << 2 | UInt64(transition.status.rawValue))
      hash.add(game.key(of: state))
      if transition.status.isOver { break }
      hash.add(UInt64(game.playerToMove(in: state).rawValue))
      Benchmark.observe(state, of: game, into: &planes)
      for (index, value) in planes.enumerated() where value != 0 {
        hash.add(UInt64(index) << 32 | UInt64(value.bitPattern))
      }
    }
  }

  private func searchWithEvaluator<Subject: Game>(_ game: Subject, into hash: inout BehaviourHash) {
    var evaluator = KeyEvaluator(game: game)
    var search = LockstepSearch(game: game, parameters: SearchParameters(rule: PUCT()), count: 2)
    for tree in 0..<2 {
      var random = Random(seed: 11, purpose: .episode, index: UInt64(tree))
      let state = game.start(using: &random)
      search[tree].begin(state, random: random)
      search[tree].plan(simulations: 64 * (tree + 1))
    }
    search.run(with: &evaluator)
    for tree in 0..<2 {
      for action in 0..<game.actionCount { hash.add(UInt64(search[tree].visits(of: Action(action)))) }
      hash.add(UInt64(search[tree].rootValue.bitPattern))
    }
  }
}

/// Uniform priors, and values that are a function of the state's key alone: exact on every machine.
private struct KeyEvaluator<Subject: Game>: Evaluator {
  let game: Subject

  func evaluate(_ states: [Subject.State], into result: inout Evaluations) {
    for index in result.logits.indices { result.logits[index] = 0 }
    for (row, state) in states.enumerated() {
      result.values[row] = Float(game.key(of: state) >> 56) / 128 - 1
    }
  }
}
