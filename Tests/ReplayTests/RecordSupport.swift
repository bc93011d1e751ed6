import Environments
import Foundation
import Replay

/// A seed that changes from run to run and is printed, so that a failure can be repeated with SELFPLAY_SEED.
func testSeed(_ name: String) -> UInt64 {
  let seed =
    ProcessInfo.processInfo.environment["SELFPLAY_SEED"].flatMap { UInt64($0) }
    ?? UInt64.random(in: 0..<1_000_000)
  print("\(name): seed \(seed)")
  return seed
}

/// A folder that goes away with the closure.
func withFolder<R>(_ body: (String) throws -> R) throws -> R {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("replay-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

func bytes(of path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
  try Data(bytes).write(to: URL(fileURLWithPath: path))
}

/// A random game of noughts and crosses, as a worker would record it.
func playedRecord(_ index: Int, seed: UInt64 = 7) -> GameRecord {
  let game = TicTacToe()
  var record = GameRecord(
    game: "tictactoe", rules: GameRecord.fingerprint(of: "3x3"), seed: seed, stream: UInt64(index),
    lane: UInt32(index % 4), players: ["random", "random"])
  var random = record.random
  var choice = Random(seed: seed, purpose: .agent, index: UInt64(index))
  var state = game.start(using: &random)
  while record.status == .running {
    let action = game.legalActions(in: state).randomAction(using: &choice)
    record.append(action, game.step(&state, taking: action, using: &random))
  }
  return record
}

/// A record of any content the codec allows.
func arbitraryRecord(using random: inout Random) -> GameRecord {
  let names = ["", "a", "connect4", "ÄÖ 囲碁 🎲", "line\nbreak\u{0}"]
  func text() -> String { names[random.integer(below: names.count)] }
  var record = GameRecord(
    game: text(), rules: random.next(), seed: random.next() >> UInt64(random.integer(below: 64)),
    stream: random.next() >> UInt64(random.integer(below: 64)),
    lane: UInt32(truncatingIfNeeded: random.next()),
    players: (0..<random.integer(below: 4)).map { _ in text() }, comment: text())
  let isSearched = random.integer(below: 2) == 0
  let hasPolicies = random.integer(below: 2) == 0
  if random.integer(below: 4) == 0 { record.finalValue = random.uniformFloat() * 2 - 1 }
  for _ in 0..<random.integer(below: 40) {
    let reward: Float = [0, 0, 0, -0.0, 1, -1, 0.25, .leastNonzeroMagnitude][random.integer(below: 8)]
    let status = Status(rawValue: UInt8(random.integer(below: 3)))!
    var actions = Set((0..<random.integer(below: 12)).map { _ in random.integer(below: 65536) })
    if random.integer(below: 4) == 0 { actions.formUnion([0, 65535]) }
    let visits = actions.sorted().map {
      SearchRecord.Visit(
        action: Action($0),
        count: UInt32(truncatingIfNeeded: random.next() >> UInt64(32 + random.integer(below: 32))))
    }
    var search = SearchRecord(
      visits: visits, value: random.uniformFloat() * 2 - 1, isFull: random.integer(below: 2) == 0)
    if hasPolicies { addExtras(to: &search, actions: actions, using: &random) }
    record.append(
      Action(random.integer(below: 65536)), Transition(reward: reward, status: status),
      search: isSearched ? search : nil)
  }
  return record
}

private func addExtras(to search: inout SearchRecord, actions: Set<Int>, using random: inout Random) {
  search.surprise = [0, 1, 700, UInt16.max][random.integer(below: 4)]
  search.isProven = random.integer(below: 2) == 0
  search.policy = actions.sorted().map {
    SearchRecord.Share(
      action: Action($0), share: UInt16(1 + random.integer(below: Int(SearchRecord.wholeShare))))
  }
}
