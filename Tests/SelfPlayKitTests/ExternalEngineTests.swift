import Foundation
import SelfPlayKit
import Testing

@Suite("External engines")
struct ExternalEngineTests {
  private func play(_ engine: String, games: Int = 1, of game: String = "go7") throws -> [MatchGame] {
    let definition = try GameDefinition(
      named: game, home: home, settings: game == "go7" ? ["move_limit=30"] : [])
    let match = try Match(
      definition, between: AgentSpecification("random", home: home),
      and: AgentSpecification("gtp:" + engine, home: home), plan: MatchPlan(games: games))
    var played: [MatchGame] = []
    _ = try match.run(report: { finished, _ in played.append(finished) })
    return played
  }

  /// An engine that answers everything but `genmove` with success.
  private func script(_ genmove: String) -> String {
    "while read c a; do case $c in quit) echo '= '; echo; exit;; genmove) \(genmove);; *) echo '= '; echo;; esac; done"
  }

  @Test("an engine with a seed begins every game anew, so that no game depends on those before it")
  func seeds() throws {
    // It passes in its first game and resigns in later ones.
    let script = self.script("if [ $n = 1 ]; then echo '= pass'; else echo '= resign'; fi; echo").replacing(
      "case $c in", with: "case $c in clear_board) n=$((n+1)); echo '= '; echo;;")
    let kept = try play(script, games: 4)
    #expect(kept.map { $0.record.resigned == nil } == [true, false, false, false])
    let renewed = try play("seed={seed}; " + script, games: 4)
    #expect(renewed.allSatisfy { $0.record.resigned == nil })
  }

  @Test("an engine plays to the end, and one that resigns loses without an action for it")
  func play() throws {
    let passing = try play(script("echo '= pass'; echo"), games: 2)
    #expect(passing.count == 2 && passing.allSatisfy { $0.record.status == .terminated })
    let resigning = try play(script("echo '= resign'; echo"), games: 2)
    #expect(resigning.allSatisfy { $0.value == 1 && $0.record.status == .running })
    #expect(resigning.map { $0.record.resigned } == [.second, .first])
  }

  @Test(
    "an engine that breaks down is named in one line, with what it did",
    arguments: [
      ("echo '= Z99'; echo", "which is no point"), ("echo '? I will not'; echo", "I will not"),
      ("echo oh dear >&2; exit 1", "oh dear"), ("echo '= A1'; echo", "is illegal there"),
      ("yes thinking", "more than 1048576 characters"), ("echo '= A1'; yes", "more than 1048576 characters"),
    ])
  func faults(_ genmove: String, _ problem: String) {
    do {
      // A1 again and again is illegal at the latest when it is answered for the second time.
      _ = try play(script(genmove), games: 4)
      Issue.record("played")
    } catch {
      #expect("\(error)".contains(problem), "\(error)")
      #expect("\(error)".hasPrefix("agent 'gtp:while read"), "\(error)")
      #expect(!"\(error)".contains("\n"))
    }
  }

  @Test("a command that is not there, and a game that is not Go, are said so")
  func missing() {
    #expect(throws: ArenaError.self) { try play("/nowhere/engine") }
    #expect(throws: RegistryError.self) { try play("cat", of: "connect4") }
  }
}
