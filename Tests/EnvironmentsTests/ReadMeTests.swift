import Environments
import Foundation
import GameLaws
import Testing

@Suite("The example of a game of one's own")
struct ReadMeTests {
  @Test("is printed in the page as it is compiled here, in at most 100 lines")
  func text() throws {
    let here = URL(filePath: #filePath).deletingLastPathComponent()
    let code = try String(contentsOf: here.appending(path: "Nim.swift"), encoding: .utf8)
    let page = try String(
      contentsOf: here.appending(path: "../../Sources/Environments/README.md").standardized, encoding: .utf8)
    #expect(page.contains("```swift\n\(code)```"))
    #expect(code.split(separator: "\n", omittingEmptySubsequences: false).count - 1 <= 100)
    #expect(page.contains("all of Nim, \(code.count { $0 == "\n" }) lines"))
  }

  @Test("obeys the laws, and the mover wins unless the heaps' sum without carries is 0 (Bouton 1901)")
  func nim() throws {
    try checkLaws(of: Nim(), games: 100, seed: 1)
    let game = Nim()
    var random = Random(seed: 1, purpose: .test)
    var values: [UInt64: Float] = [:]
    func value(_ state: Nim.State) -> Float {
      if let known = values[game.key(of: state)] { return known }
      var best: Float = -1
      game.legalActions(in: state).forEach { action in
        var next = state
        let transition = game.step(&next, taking: action, using: &random)
        best = max(best, transition.status.isOver ? transition.reward : -value(next))
      }
      values[game.key(of: state)] = best
      let sum = state.heaps[0] ^ state.heaps[1] ^ state.heaps[2]
      #expect(best == (sum == 0 ? -1 : 1))
      return best
    }
    #expect(value(game.start(using: &random)) == 1)
    #expect(values.count > 300)
  }
}
