import Environments
import Foundation
import Search
import Testing

@Suite("Tree search against recorded searches of mctx")
struct SearchVectors {
  private struct Schedule: Decodable {
    var considered: Int
    var simulations: Int
    var visits: [Int]
  }

  /// The objects of a file of Tests/Vectors/search, or of the folder named by SELFPLAY_VECTORS.
  private func lines<Line: Decodable>(of file: String, as type: Line.Type) throws -> [Line] {
    let root =
      ProcessInfo.processInfo.environment["SELFPLAY_VECTORS"].map { URL(fileURLWithPath: $0) }
      ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Vectors")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let data = try Data(contentsOf: root.appendingPathComponent("search/\(file)"))
    return try data.split(separator: UInt8(ascii: "\n")).map { try decoder.decode(type, from: $0) }
  }

  @Test("sequential halving gives out visits as recorded")
  func schedules() throws {
    let schedules = try lines(of: "halving.jsonl", as: Schedule.self)
    #expect(schedules.count >= 56)
    for schedule in schedules {
      var halving = SequentialHalving(
        considered: schedule.considered, simulations: schedule.simulations)
      var visits: [Int] = []
      for _ in 0..<schedule.simulations {
        visits.append(halving.wanted)
        halving.advance()
      }
      #expect(visits == schedule.visits, "\(schedule.considered) of \(schedule.simulations)")
    }
    print("search: \(schedules.count) schedules compared")
  }

  @Test("PUCT and Gumbel search find what was recorded", arguments: ["puct", "gumbel"])
  func problems(policy: String) throws {
    var compared = 0
    for problem in try lines(of: "problems.jsonl", as: TableProblem.self) {
      for result in problem.results where result.policy == policy {
        if policy == "puct" {
          let rule = PUCT(
            initial: try #require(result.cInit), base: try #require(result.cBase),
            firstPlay: .constant(0), scaling: .siblings)
          try check(problem, result, rule: rule)
        } else {
          try check(problem, result, rule: Gumbel(considered: try #require(result.considered)))
        }
        compared += 1
      }
    }
    #expect(compared >= (policy == "puct" ? 336 : 504))
    print("search: \(compared) searches by \(policy) compared")
  }

  private func check<Rule: SelectionRule>(
    _ problem: TableProblem, _ result: TableProblem.Result, rule: Rule
  ) throws {
    let label = Comment(rawValue: "\(problem.name), \(result.policy) of \(result.simulations)")
    let parameters = SearchParameters(rule: rule, discount: problem.isForTwo ? 1 : 0.95)
    var search = LockstepSearch(
      game: TableGame(problem: problem), parameters: parameters, count: 1)
    search[0].begin(TableGame.State(), random: Random(seed: 1, purpose: .test))
    if let gumbel = result.gumbel { search[0].rootPlan.givenNoise = gumbel }
    search[0].plan(simulations: result.simulations)
    var evaluator = TableGameEvaluator(problem: problem)
    search.run(with: &evaluator)

    let visits = (0..<problem.actions).map { search[0].visits(of: Action($0)) }
    #expect(visits == result.visitCounts, label)
    #expect(abs(search[0].rootValue - result.rootValue) <= 1e-4, label)
    for (action, expected) in result.qvalues.enumerated() {
      let value = search[0].value(of: Action(action))
      #expect((value == nil) == (expected == nil), label)
      if let value, let expected { #expect(abs(value - expected) <= 1e-4, label) }
    }
    let chosen = search[0].chosenAction.index
    #expect(result.mostVisited?.contains(chosen) ?? (chosen == result.action), label)
    var policy = [Float](repeating: -1, count: problem.actions)
    var row = policy.mutableSpan
    search[0].writePolicy(into: &row)
    // The improved policy of Gumbel search; for PUCT the files hold shares of visits.
    for (weight, expected) in zip(policy, result.actionWeights) {
      #expect(abs(weight - expected) <= 1e-4, label)
    }
    #expect(search[0].tree.violations(isStochastic: false) == [], label)
  }
}
