import Environments
import Replay

/// How large the arrays of recorded games are: all games must be of one kind.
struct SampleLayout {
  private(set) var games = 0
  private(set) var positions = 0
  /// The first game's.
  private(set) var game = ""
  private var kind = Kind()

  var actions: Int { kind.actions }
  var observation: [Int] { [kind.shape.planes, kind.shape.rows, kind.shape.columns] }

  /// What one array can hold.
  private struct Kind: Hashable, GameVisitor {
    var shape = ObservationShape(planes: 0, rows: 0, columns: 0)
    var actions = 0

    func visit<Subject: Notation>(_ game: Subject) -> Kind {
      Kind(shape: game.observationShape, actions: game.actionCount)
    }
  }

  /// Counts. Throws `ExchangeError` if the games differ in their observations or actions.
  init(_ source: inout GameSource) throws {
    let path = source.path
    var result = (games: 0, positions: 0, game: "", kind: Kind())
    try source.forEach { number, record, definition in
      let kind = try definition.game.visit(Kind())
      if number == 1 { (result.game, result.kind) = (definition.id, kind) }
      guard kind == result.kind, definition.id == result.game else {
        throw ExchangeError(
          "\(path): game \(number) is of \(definition.id), and the first of \(result.game), with other arrays; "
            + "export them from files of their own")
      }
      result.games += 1
      result.positions += record.actions.count
    }
    (games, positions, game, kind) = result
    guard max(positions, games) <= Int(Int32.max) else {
      throw ExchangeError("\(path): more than \(Int32.max) positions; split the file")
    }
  }
}

/// An array that is too large for memory, made game by game.
enum SampleColumn: String, CaseIterable {
  case observations, legal, policies
  case finalObservations = "final_observations"

  var type: NumPyType { self == .legal ? .boolean : .float32 }

  func shape(in layout: SampleLayout) -> [Int] {
    switch self {
    case .observations: [layout.positions] + layout.observation
    case .finalObservations: [layout.games] + layout.observation
    case .legal, .policies: [layout.positions, layout.actions]
    }
  }
}

/// Plays a record again for what one array holds of it, as bytes.
struct SampleReplayer: GameVisitor {
  private let record: GameRecord
  private let definition: GameDefinition
  private let column: SampleColumn

  init(_ record: GameRecord, rules definition: GameDefinition, column: SampleColumn) {
    (self.record, self.definition, self.column) = (record, definition, column)
  }

  func visit<Subject: Notation>(_ game: Subject) throws -> [UInt8] {
    var bytes: [UInt8] = []
    if column == .policies {
      try appendPolicies(game.actionCount, to: &bytes)
      return bytes
    }
    var planes = [Float](repeating: 0, count: game.observationShape.count)
    func observe(_ state: Subject.State) {
      var target = planes.mutableSpan
      game.observe(state, into: &target)
      bytes.append(contentsOf: planes)
    }
    let end = try replay(record, game: game, rules: definition.fingerprint) { _, state, _, _ in
      switch column {
      case .observations: observe(state)
      case .legal:
        let legal = game.legalActions(in: state)
        for action in 0..<game.actionCount { bytes.append(legal.contains(Action(action)) ? 1 : 0) }
      case .policies, .finalObservations: break
      }
    }
    if column == .finalObservations { observe(end) }
    return bytes
  }

  private func appendPolicies(_ actionCount: Int, to bytes: inout [UInt8]) throws {
    var policy = [Float](repeating: 0, count: actionCount)
    for ply in record.actions.indices {
      if record.searches.indices.contains(ply) {
        let found = record.searches[ply]
        // Visits and shares are in rising order of actions, and the file is untrusted.
        guard max(found.visits.last?.action.index ?? 0, found.policy.last?.action.index ?? 0) < actionCount
        else {
          throw ReplayError(
            .disagreement, problem: "ply \(ply): the search knows more than \(actionCount) actions",
            remedy: "check that the game is the one that was recorded")
        }
        found.writeTarget(into: &policy)
      }
      bytes.append(contentsOf: policy)
    }
  }
}

extension [UInt8] {
  /// Appends numbers as they lie in memory, the lowest byte first on all processors that this program runs on.
  mutating func append<Number: BitwiseCopyable>(contentsOf numbers: [Number]) {
    // The pointer is only used during the call.
    numbers.withUnsafeBytes { append(contentsOf: $0) }
  }
}
