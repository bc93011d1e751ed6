import Foundation
import Replay
import SelfPlayKit
import Testing

@Suite("Engines that fail in a match")
struct EngineFailureTests {
  /// A match of up to forty short games with an engine that passes a dozen times, and then does something else.
  private func match(endingWith ending: String) throws -> (outcome: Program.Outcome, games: Int) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let script = """
      n=0
      while read command rest; do
        if [ $command = genmove ]; then n=$((n + 1)); if [ $n -gt 12 ]; then \(ending); fi; echo '= pass'
        else echo '= '; fi
        echo
      done
      """
    try Data(script.utf8).write(to: URL(fileURLWithPath: folder + "/engine.sh"))
    let outcome = try Program.run(
      [
        "pit", "random", "gtp:exec sh \(folder)/engine.sh", "--game", "go5", "--set", "move_limit=10",
        "--games", "40", "--json", "--out", folder,
      ])
    return (outcome, try GameAlbum(folder + "/games.replay").count)
  }

  @Test("the games before an engine ended are kept")
  func ended() throws {
    let (outcome, games) = try match(endingWith: "exit")
    #expect(outcome.status == 1 && outcome.errors.contains("it ended"), "\(outcome.errors)")
    #expect((2...12).contains(games), "\(games) games")
  }

  @Test("Ctrl-C while an engine thinks for ever ends the match with what was played")
  func hanging() throws {
    let (outcome, games) = try match(endingWith: "kill -INT $PPID; sleep 60")
    #expect(outcome.status == 130 && !outcome.errors.contains("error"), "\(outcome.errors)")
    #expect(outcome.output.contains("\"interrupted\": true"))
    #expect((2...12).contains(games), "\(games) games")
  }
}
