import Environments
import Testing

@Suite("Arcade games against recorded traces")
struct MinAtarVectors {
  struct Trace: Decodable {
    var stickyActionProb: Double
    var difficultyRamping: Bool
    var episodes: [Episode]
  }

  struct Episode: Decodable {
    var resetDraws: [Draw]
    var initialObservation: [Int]
    var steps: [Step]
  }

  struct Step: Decodable {
    var action: Int
    var draws: [Draw]
    var reward: Float
    var terminal: Bool
    /// Left out of most steps of the thinned copy.
    var observation: [Int]?
    var difficultyRamp: Int?
  }

  @Test("every observation, reward, ending, level of difficulty and draw", arguments: ArcadeGame.allCases)
  func traces(_ game: ArcadeGame) throws {
    let path = "minatar/\(Self.fileNames[game, default: "?"]).jsonl"
    var (episodes, steps, draws) = (0, 0, 0)
    for trace in try VectorFiles.lines(of: path, as: Trace.self) {
      let game = try MinAtar(
        game, stickyProbability: trace.stickyActionProb, rampsDifficulty: trace.difficultyRamping,
        frameLimit: nil)
      var remembered = ArcadeAction.nothing
      for episode in trace.episodes {
        remembered = try check(game, episode, remembering: remembered)
        episodes += 1
        steps += episode.steps.count
        draws += (episode.steps.flatMap(\.draws) + episode.resetDraws).map(\.values.count).reduce(0, +)
      }
    }
    #expect(steps > 1000)
    print("\(path): \(episodes) episodes, \(steps) steps, \(draws) draws compared")
  }

  static let fileNames: [ArcadeGame: String] = [
    .asterix: "asterix", .breakout: "breakout", .freeway: "freeway", .seaquest: "seaquest",
    .spaceInvaders: "space_invaders",
  ]

  /// Plays an episode with its recorded draws; returns the action that the next one remembers.
  func check(_ game: MinAtar, _ episode: Episode, remembering: ArcadeAction) throws -> ArcadeAction {
    var source = RecordedDraws(episode.resetDraws)
    var state = game.start(using: &source, remembering: remembering)
    try #require(source.complaints == [] && source.isUsedUp)
    try #require(cells(game, state) == episode.initialObservation)
    for (index, step) in episode.steps.enumerated() {
      source = RecordedDraws(step.draws)
      let transition = game.step(&state, taking: Action(step.action), using: &source)
      try #require(source.complaints == [] && source.isUsedUp, "step \(index)")
      try #require(transition.reward == step.reward, "step \(index)")
      try #require((transition.status == .terminated) == step.terminal, "step \(index)")
      if let cells = step.observation {
        try #require(self.cells(game, state) == cells, "step \(index)")
      }
      try #require(state.board.contents.difficulty == step.difficultyRamp ?? 0, "step \(index)")
      try #require(game.legalActions(in: state).isEmpty == step.terminal)
    }
    return state.lastAction
  }

  /// Set cells as (row * 10 + column) * channels + channel.
  func cells(_ game: MinAtar, _ state: MinAtar.State) -> [Int] {
    var planes = [Float](repeating: .nan, count: game.observationShape.count)
    var span = planes.mutableSpan
    game.observe(state, into: &span)
    return planes.indices.filter { planes[$0] != 0 }
      .map { $0 % 100 * game.observationShape.planes + $0 / 100 }.sorted()
  }
}

/// A recorded draw: kind, bounds, values.
struct Draw: Decodable {
  var range: Range<Int>?
  var values: [Double]

  init(from decoder: any Decoder) throws {
    var fields = try decoder.unkeyedContainer()
    let kind = try fields.decode(String.self)
    let first = try fields.decode(Int.self)
    if kind == "integer" { range = first..<(try fields.decode(Int.self)) }
    values = try fields.decode([Double].self)
  }
}

/// Hands out recorded numbers and notes every request that is not the recorded one.
struct RecordedDraws: RandomSource {
  private var rest: [(range: Range<Int>?, value: Double)]
  private(set) var complaints: [String] = []

  init(_ draws: [Draw]) {
    rest = draws.flatMap { draw in draw.values.map { (draw.range, $0) } }.reversed()
  }

  var isUsedUp: Bool { rest.isEmpty }

  private mutating func draw(_ range: Range<Int>?) -> Double {
    guard let next = rest.popLast() else {
      complaints.append("a draw too many")
      return 0
    }
    if next.range != range {
      complaints.append("\(String(describing: range)) instead of \(String(describing: next.range))")
    }
    return next.value
  }

  mutating func uniform() -> Double { draw(nil) }
  mutating func integer(in range: Range<Int>) -> Int { Int(draw(range)) }
}
