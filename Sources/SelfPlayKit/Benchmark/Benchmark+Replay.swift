import Environments
import Foundation
import Learning
import Replay
import Search

extension Benchmark {
  /// What the replay comes to.
  public struct ReplayRates: Hashable, Sendable {
    /// Bytes of packed transitions and encoded games appended, before compression, in 10^6 bytes a second.
    public var appendMegabytesPerSecond: Double
    /// Bytes before compression by bytes on the disk.
    public var ratio: Double
    /// Transitions drawn from a ring of a million and unpacked into batches of 32.
    public var uniformSamplesPerSecond: Double
    /// The same by priority, each batch with its weights and new priorities.
    public var prioritisedSamplesPerSecond: Double
    /// Memory of that ring, in 10^6 bytes, with its priorities.
    public var ringMegabytes: Double
    /// What a million frames of Breakout on the screen would take, four pictures of 84 x 84 each.
    public var screenRingMegabytes: Double
  }

  /// Appends Breakout transitions and searched games of Go 9x9 to a file a thread for a third of the time, and samples
  /// Breakout transitions uniformly and by priority for the others.
  public func replay() throws -> ReplayRates {
    let third = Benchmark(seconds: seconds / 3, threads: threads)
    let content = try ReplayContent()
    let folder = NSTemporaryDirectory() + "/selfplay-bench-\(ProcessInfo.processInfo.processIdentifier)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let append = try third.rates { clock, thread in
      try content.append(to: "\(folder)/\(thread).replay", until: clock)
    }
    let ring = Self.filledRing(capacity: 1_000_000, with: try MinAtar(.breakout), priorityExponent: 0.6)
    return ReplayRates(
      appendMegabytesPerSecond: append[0] * 1e-6, ratio: append[0] / append[1],
      uniformSamplesPerSecond: try third.samples(of: ring.uniform, isPrioritised: false),
      prioritisedSamplesPerSecond: try third.samples(of: ring, isPrioritised: true),
      ringMegabytes: Double(ring.bytes) * 1e-6,
      screenRingMegabytes: try Double(Self.screenRing().bytes) / Double(Self.screenFrames))
  }

  /// Frames of a screen of which the memory of a million is told.
  static let screenFrames = 4_000

  /// Breakout on the screen.
  static func screenRing() throws -> TransitionRing {
    filledRing(capacity: screenFrames, with: try ScreenArcade(.breakout(ScreenBreakout())))
  }

  private func samples(of ring: TransitionRing, isPrioritised: Bool) throws -> Double {
    try rates { clock, thread in
      var ring = ring
      var random = Random(seed: 1, purpose: .sampling, index: UInt64(thread))
      var batch = SampledBatch(rows: 32, of: ring)
      var samples = 0
      repeat {
        for _ in 0..<16 {
          batch.draw(from: ring, using: &random)
          if isPrioritised { batch.renewPriorities(of: &ring, using: &random) }
          samples += 32
        }
      } while !clock.isOver
      return [samples]
    }[0]
  }
}

/// Room for a batch of transitions.
private struct SampledBatch {
  private var slots: [Int]
  private var planes: [Float]
  private var nextPlanes: [Float]
  private var legal: [UInt64]
  private var weights: [Float]

  init(rows: Int, of ring: TransitionRing) {
    slots = [Int](repeating: 0, count: rows)
    planes = [Float](repeating: 0, count: rows * ring.observationShape.count)
    nextPlanes = planes
    legal = [UInt64](repeating: 0, count: rows * ring.legalWords)
    weights = [Float](repeating: 0, count: rows)
  }

  mutating func draw(from ring: TransitionRing, using random: inout Random) {
    ring.sample(into: &slots, using: &random)
    Self.load(slots, from: ring, into: &planes, &nextPlanes, &legal)
  }

  private static func load(
    _ slots: [Int], from ring: TransitionRing, into planes: inout [Float], _ nextPlanes: inout [Float],
    _ legal: inout [UInt64]
  ) {
    var observed = planes.mutableSpan
    var followed = nextPlanes.mutableSpan
    var masks = legal.mutableSpan
    for row in 0..<slots.count {
      _ = ring.load(
        slots[row], row: row, observations: &observed, nextObservations: &followed, nextLegal: &masks)
    }
  }

  mutating func renewPriorities(of ring: inout TransitionRing, using random: inout Random) {
    ring.priorities?.importanceWeights(of: slots, count: ring.count, exponent: 0.4, into: &weights)
    for row in slots.indices { weights[row] = random.uniformFloat() + 0.01 }
    ring.update(slots, errors: weights)
  }
}

/// What `bench replay` writes: real transitions and games, made from fixed seeds.
struct ReplayContent: Sendable {
  private static let transitionCount = 8192
  /// Of one Breakout observation.
  private let packer: ObservationPacker
  /// [transitionCount, planes x rows x columns].
  private var observations: [Float] = []
  /// Action and reward of each transition.
  private var outcomes: [(action: Action, transition: Transition)] = []
  private var games: [GameRecord] = []
  private let gameBytes: Int

  init() throws {
    let breakout = try MinAtar(.breakout)
    packer = ObservationPacker(valueCount: breakout.observationShape.count, encoding: .bits)
    var random = Random(seed: 1, purpose: .playout)
    var planes = [Float](repeating: 0, count: breakout.observationShape.count)
    var state = breakout.start(using: &random)
    for _ in 0..<Self.transitionCount {
      Benchmark.observe(state, of: breakout, into: &planes)
      observations += planes
      let action = breakout.legalActions(in: state).randomAction(using: &random)
      outcomes.append((action, breakout.step(&state, taking: action, using: &random)))
      if outcomes[outcomes.count - 1].transition.status.isOver { state = breakout.start(using: &random) }
    }
    let go = try Go9(GoRules(side: 9))
    games = (0..<8).map { searchedGame(of: go, name: "go9", stream: $0, simulations: 24) }
    gameBytes = games.reduce(0) { $0 + $1.encoded().count }
  }

  /// Writes frames until time is up; returns bytes before and after compression.
  func append(to path: String, until clock: Benchmark.Clock) throws -> [Int] {
    var writer = try ReplayWriter(openForAppend: path, truncatingTo: 0)
    var (raw, written, payload) = (0, 0, [UInt8]())
    repeat {
      if writer.position > 1 << 28 {
        written += Int(writer.position)
        writer = try ReplayWriter(openForAppend: path, truncatingTo: 0)
      }
      pack(into: &payload)
      try writer.append(
        payload: payload, kind: ReplayBlock.Kind(rawValue: 300), recordCount: Self.transitionCount)
      try writer.append(games)
      raw += payload.count + gameBytes
    } while !clock.isOver
    return [raw, written + Int(try writer.flush())]
  }

  /// One row a transition: packed observation, action, reward, status.
  private func pack(into payload: inout [UInt8]) {
    payload.removeAll(keepingCapacity: true)
    var words = [UInt64](repeating: 0, count: packer.wordCount)
    for (row, outcome) in outcomes.enumerated() {
      var target = words.mutableSpan
      let planes = observations.span.extracting(row * packer.valueCount..<(row + 1) * packer.valueCount)
      packer.pack(planes, into: &target, at: 0)
      words.withUnsafeBytes { payload.append(contentsOf: $0) }
      payload.append(UInt8(truncatingIfNeeded: outcome.action.index))
      withUnsafeBytes(of: outcome.transition.reward.bitPattern.littleEndian) {
        payload.append(contentsOf: $0)
      }
      payload.append(outcome.transition.status.rawValue)
    }
  }
}

/// A game that plain Monte Carlo tree search plays against itself, recorded with its visits.
func searchedGame<Subject: Game>(
  of game: Subject, name: String, stream: UInt64, simulations: Int, plyLimit: Int = .max
) -> GameRecord {
  var record = GameRecord(game: name, rules: 0, seed: 1, stream: stream, players: ["uct", "uct"])
  var random = record.random
  var choice = Random(seed: 1, purpose: .agent, index: stream)
  var state = game.start(using: &random)
  var search = TreeSearch(game: game, parameters: SearchParameters(rule: UCB1()))
  while record.status == .running, record.actions.count < plyLimit {
    search.begin(state, random: Random(seed: stream, purpose: .selfPlay, index: UInt64(record.actions.count)))
    search.simulatePlayouts(simulations, limit: 400)
    var visits: [SearchRecord.Visit] = []
    for action in game.legalActions(in: state).array {
      let count = search.visits(of: action)
      if count > 0 { visits.append(SearchRecord.Visit(action: action, count: UInt32(count))) }
    }
    let found = SearchRecord(visits: visits, value: search.rootValue)
    let action = search.sampleAction(temperature: 1, using: &choice)
    record.append(action, game.step(&state, taking: action, using: &random), search: found)
  }
  return record
}
