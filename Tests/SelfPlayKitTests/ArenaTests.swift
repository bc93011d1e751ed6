import Environments
import Foundation
import Replay
import SelfPlayKit
import Testing

@Suite("Arena")
struct ArenaTests {
  private func play(
    _ name: String, _ a: String, _ b: String, _ plan: MatchPlan
  ) throws -> (result: MatchResult, records: [GameRecord]) {
    let definition = try GameDefinition(named: name, home: home)
    let agents = try [a, b].map { try AgentSpecification($0, home: home) }
    return try play(definition, agents, plan)
  }

  private func play(
    _ definition: GameDefinition, _ agents: [AgentSpecification], _ plan: MatchPlan
  ) throws -> (result: MatchResult, records: [GameRecord]) {
    let match = try Match(definition, between: agents[0], and: agents[1], plan: plan)
    var records: [GameRecord] = []
    let result = try match.run { finished, _ in
      #expect(finished.index == records.count)
      records.append(finished.record)
      // Throws where the record does not follow from the rules.
      _ = try GameWalk(finished.record, defined: definition)
    }
    return (result, records)
  }

  @Test(
    "a match depends on the seed, not on the threads",
    arguments: ["connect4", "go5", "frozenlake4", "minatar-breakout"])
  func threads(_ name: String) throws {
    let one = try play(name, "uct:20", "random", MatchPlan(games: 12, seed: 7, keepsSearches: true))
    let three = try play(
      name, "uct:20", "random", MatchPlan(games: 12, seed: 7, threads: 3, keepsSearches: true))
    let other = try play(name, "uct:20", "random", MatchPlan(games: 12, seed: 8, keepsSearches: true))
    #expect(one.records == three.records)
    #expect(one.records != other.records)
    let reports = [one, three].map { MatchReport($0.result, game: name, seed: 7).json.text }
    #expect(reports[0] == reports[1])
  }

  @Test("the stronger agent wins with either colour")
  func strength() throws {
    let result = try play("tictactoe", "uct:300", "random", MatchPlan(games: 40)).result
    #expect(result.asFirst.games == 20)
    #expect(result.asSecond.games == 20)
    #expect(result.tally.losses <= 2)
    #expect(result.asFirst.wins >= 15)
    #expect(result.asSecond.wins >= 10)
  }

  @Test("the same agent on both sides of a solitary game has the same returns")
  func solitary() throws {
    let result = try play("frozenlake8-dry", "uct:50", "random", MatchPlan(games: 5)).result
    #expect(result.returns.map(\.count) == [5, 5])
    #expect(result.games == 10)
    #expect(result.difference.count == 5)
    #expect(abs(result.difference.mean - (result.returns[0].mean - result.returns[1].mean)) < 1e-12)
  }

  @Test("games that repeat are counted, and the report says so")
  func repeats() throws {
    let copies = try play("tictactoe", "alphabeta:4", "alphabeta:2", MatchPlan(games: 20)).result
    #expect(copies.distinctGames == 2)
    let report = MatchReport(copies, game: "tictactoe", seed: 1)
    #expect(report.text(ink: Ink(isOn: false)).contains("Only 2 of the games differ"))
    #expect(report.json.text.contains("\"distinct_games\": 2"))
    let fresh = try play("connect4", "uct:10", "random", MatchPlan(games: 20)).result
    #expect(fresh.distinctGames == 20)
    #expect(!MatchReport(fresh, game: "connect4", seed: 1).text(ink: Ink(isOn: false)).contains("Only"))
  }

  @Test("the Elo difference has the score interval, which holds for lopsided results, too")
  func elo() throws {
    let estimate = try #require(EloEstimate(Tally(wins: 60, draws: 20, losses: 20)))
    #expect(abs(try #require(estimate.difference) - 147.19) < 0.01)
    // At either end the score is as many standard errors away as that end implies.
    for end in [try #require(estimate.low), try #require(estimate.high)] {
      let mean = EloEstimate.score(ofElo: end)
      let error = ((mean * (1 - mean) - 20.0 / 101 / 4) / 100).squareRoot()
      #expect(abs(abs(0.7 - mean) / error - 1.959964) < 1e-6)
    }
    #expect(EloEstimate(Tally()) == nil)
    let clean = try #require(EloEstimate(Tally(wins: 10)))
    #expect(clean.difference == nil)
    // Wilson (1927): 10 of 10 leave a chance of 0.7225 at least.
    let least = EloEstimate.score(ofElo: try #require(clean.low))
    #expect(abs(least - 0.7225) < 1e-4 && clean.high == nil)
    let drawn = try #require(EloEstimate(Tally(draws: 10)))
    let (low, high) = (try #require(drawn.low), try #require(drawn.high))
    #expect(drawn.difference == 0 && -100 < low && low < -30 && abs(low + high) < 1e-9)
    #expect(abs(EloEstimate.score(ofElo: 200) - 0.7597) < 1e-4)
  }

  @Test("the sequential test decides for the truth and is symmetric")
  func sequentialTest() {
    let test = SequentialTest(elo0: 0, elo1: 10)
    #expect(test.logLikelihoodRatio(Tally()) == 0)
    #expect(test.verdict(Tally(wins: 600, draws: 300, losses: 400)) == .accepted)
    #expect(test.verdict(Tally(wins: 400, draws: 300, losses: 600)) == .rejected)
    #expect(test.verdict(Tally(wins: 5, draws: 3, losses: 4)) == .open)
    let mirrored = SequentialTest(elo0: -10, elo1: 0)
    let ratio = test.logLikelihoodRatio(Tally(wins: 30, draws: 20, losses: 10))
    let other = mirrored.logLikelihoodRatio(Tally(wins: 10, draws: 20, losses: 30))
    #expect(abs(ratio + other) < 1e-9)
  }

  @Test("a decided test ends the match at the same game whatever the threads")
  func stopping() throws {
    let test = SequentialTest(elo0: 0, elo1: 200)
    let plans = [1, 3].map { MatchPlan(games: 400, threads: $0, sequentialTest: test) }
    let results = try plans.map { try play("connect4", "uct:60", "random", $0).result }
    #expect(results[0].games < 400)
    #expect(results[0].verdict == .accepted)
    #expect(results[0].tally == results[1].tally)
  }

  @Test("records and the rules they were played by survive a change of the game's file")
  func records() throws {
    let folder = NSTemporaryDirectory() + "/selfplay-arena-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let definition = try GameDefinition(named: "go5", home: home, settings: ["komi=0.5"])
    let agents = try ["random", "random"].map { try AgentSpecification($0, home: home) }
    let records = try play(definition, agents, MatchPlan(games: 3)).records
    let keeper = try RecordKeeper(folder: folder, name: "games.replay")
    for record in records { try keeper.keep(record) }
    // On disk soon, though no other record follows.
    for _ in 0..<600 where try isEmpty(keeper.path) { usleep(100_000) }
    #expect(try GameAlbum(keeper.path).records == records)
    try keeper.close()
    let album = try GameAlbum(keeper.path)
    #expect(album.records == records)
    #expect(throws: ReplayError.self) { try album.walk(through: 0, home: home) }
    try keeper.keep(rulesOf: definition)
    #expect(try album.walk(through: 0, home: home).last == records[0].actions.count)
  }
}

/// Whether a file holds no block of records yet.
private func isEmpty(_ path: String) throws -> Bool {
  var reader = try ReplayReader(path)
  return try reader.next() == nil
}
