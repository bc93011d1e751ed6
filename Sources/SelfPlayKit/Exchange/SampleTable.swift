import Environments
import Learning
import Replay

/// The arrays of recorded games that hold one number a position or a game.
struct SampleTable {
  private var game = ""
  private var (actions, games, plies): ([Int32], [Int32], [Int32]) = ([], [], [])
  private var (rewards, values, returns): ([Float], [Float], [Float]) = ([], [], [])
  private var players: [Int8] = []
  private var (terminated, truncated, full): ([Bool], [Bool], [Bool]) = ([], [], [])
  private var starts: [Int64] = [0]
  private var finalValues: [Float] = []
  private var names: [[String]] = []

  /// Adds a game. Throws `ReplayError` if it does not follow from its rules.
  mutating func append(_ record: GameRecord, _ definition: GameDefinition) throws {
    game = definition.id
    let count = record.actions.count
    let movers = try definition.game.visit(MoverFinder(record: record, rules: definition.fingerprint))
    actions += record.actions.map { Int32($0.index) }
    games += Array(repeating: Int32(starts.count - 1), count: count)
    plies += (0..<count).map { Int32($0) }
    rewards += record.rewards
    players += movers.prefix(count).map { Int8($0.index) }
    for status in [Status.terminated, .truncated] {
      let flags = (0..<count).map { $0 == count - 1 && record.status == status }
      if status == .terminated { terminated += flags } else { truncated += flags }
    }
    full += record.searches.isEmpty ? Array(repeating: false, count: count) : record.searches.map(\.isFull)
    values +=
      record.searches.isEmpty
      ? Array(repeating: .nan, count: count) : record.searches.map { $0 == .none ? .nan : $0.value }
    returns += returnTargets(
      rewards: record.rewards, movers: movers, values: [],
      finalValue: Self.finalValue(of: record, mover: movers[count]), discount: Float(definition.discount),
      bootstrapSteps: 0)
    starts.append(starts[starts.count - 1] + Int64(count))
    finalValues.append(record.finalValue ?? .nan)
    names.append(record.players)
  }

  /// What the state after the last action is worth to the player to move there; NaN where nobody knows.
  private static func finalValue(of record: GameRecord, mover: Player) -> Float {
    if record.status == .terminated { return 0 }
    if let loser = record.resigned { return loser == mover ? -1 : 1 }
    return record.finalValue ?? .nan
  }

  func write(to archive: inout ZipWriter) throws {
    try Self.write("actions", .int32, actions, to: &archive)
    try Self.write("rewards", .float32, rewards, to: &archive)
    try Self.write("players", .int8, players, to: &archive)
    try Self.write("terminated", .boolean, terminated, to: &archive)
    try Self.write("truncated", .boolean, truncated, to: &archive)
    try Self.write("full", .boolean, full, to: &archive)
    try Self.write("values", .float32, values, to: &archive)
    try Self.write("returns", .float32, returns, to: &archive)
    try Self.write("games", .int32, games, to: &archive)
    try Self.write("plies", .int32, plies, to: &archive)
    try Self.write("starts", .int64, starts, to: &archive)
    try Self.write("final_values", .float32, finalValues, to: &archive)
    let width = names.map(\.count).max() ?? 0
    let filled = names.flatMap { $0 + Array(repeating: "", count: width - $0.count) }
    try Self.write("names", texts: filled, shape: [names.count, width], to: &archive)
    try Self.write("game", texts: [game], shape: [], to: &archive)
  }

  private static func write<Number: BitwiseCopyable>(
    _ name: String, _ type: NumPyType, _ numbers: [Number], to archive: inout ZipWriter
  ) throws {
    var bytes: [UInt8] = []
    bytes.append(contentsOf: numbers)
    try archive.begin(name + ".npy")
    try archive.append(NumPyArray.header(type, shape: [numbers.count]))
    try archive.append(bytes)
  }

  private static func write(
    _ name: String, texts: [String], shape: [Int], to archive: inout ZipWriter
  ) throws {
    let (type, bytes) = NumPyArray.elements(texts)
    try archive.begin(name + ".npy")
    try archive.append(NumPyArray.header(type, shape: shape))
    try archive.append(bytes)
  }

  /// Who moves in each state of a record, the last one included.
  private struct MoverFinder: GameVisitor {
    let record: GameRecord
    let rules: UInt64

    func visit<Subject: Notation>(_ game: Subject) throws -> [Player] {
      var movers: [Player] = []
      let end = try replay(record, game: game, rules: rules) { _, state, _, _ in
        movers.append(game.playerToMove(in: state))
      }
      return movers + [game.playerToMove(in: end)]
    }
  }
}
