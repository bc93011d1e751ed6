import Foundation
import Replay
import SelfPlayKit
import Testing

@Suite("Tournament")
struct TournamentTests {
  private func run(
    _ names: [String] = ["uct:40", "uct:5", "random"], from records: [GameRecord] = [], seed: UInt64 = 3
  ) throws -> (result: TournamentResult, records: [GameRecord]) {
    let definition = try GameDefinition(named: "tictactoe", home: home)
    var plan = MatchPlan(games: 6, seed: seed, threads: 2)
    plan.openingPlies = 1
    let tournament = try Tournament(
      definition, among: names.map { try AgentSpecification($0, home: home) }, plan: plan)
    var kept = records
    let result = try tournament.run(goingOnFrom: tournament.result(of: records)) { kept.append($0) }
    return (result, kept)
  }

  @Test("wherever it is stopped, it goes on to the same games and the same result")
  func resumption() throws {
    let whole = try run()
    #expect(whole.records.count == 18)
    for kept in [0, 1, 6, 11, 18] {
      let again = try run(from: Array(whole.records.prefix(kept)))
      #expect(again.records == whole.records)
      #expect(again.result.tallies == whole.result.tallies)
    }
    #expect(throws: ArenaError.self) { try run(from: whole.records, seed: 4) }
    #expect(throws: ArenaError.self) { try run(["uct:40", "random", "uct:5"], from: whole.records) }
    #expect(throws: RegistryError.self) { try run(["random", "random"]) }
  }

  @Test("each pair of games begins with the same random plies, colours alternating")
  func openings() throws {
    let records = try run().records
    for pair in stride(from: 0, to: records.count, by: 2) {
      #expect(records[pair].actions[0] == records[pair + 1].actions[0])
      #expect(records[pair].players == records[pair + 1].players.reversed())
    }
  }

  @Test("ratings of two agents are those of their score, with one drawn game more")
  func ratings() throws {
    let tally = Tally(wins: 29, draws: 0, losses: 10)
    let other = Tally(wins: 10, draws: 0, losses: 29)
    let ratings = BradleyTerry([[Tally(), tally], [other, Tally()]]).ratings
    let expected = try #require(EloEstimate.elo(ofScore: 29.5 / 40))
    #expect(abs(ratings[0].elo - ratings[1].elo - expected) < 0.01)
    #expect(abs(ratings[0].elo + ratings[1].elo) < 1e-6)
    // The deviation of a logit from 40 games is 1 / sqrt(40 p (1 - p)); each rating has half of the
    // difference.
    let chance = 29.5 / 40
    let margin = 1.959964 * 400 / log(10) / (40 * chance * (1 - chance)).squareRoot() / 2
    #expect(abs(ratings[0].high - ratings[0].elo - margin) < 0.01)
  }
}
