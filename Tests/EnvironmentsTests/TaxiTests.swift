import Environments
import Testing

@Suite("Taxi")
struct TaxiTests {
  @Test("a passenger is fetched and delivered; nonsense costs 10, any other stop will do to get off")
  func ride() throws {
    let game = try Taxi(map: try TaxiMap("+-----+\n|A: |B|\n| : :C|\n+-----+"))
    // The taxi at (0, 1), the passenger at A, bound for B.
    var state = game.state(numbered: (1 * 4 + 0) * 3 + 1)
    #expect(game.draw(state) == "+-----+\n|A:@|B|\n| : :C|\n+-----+\npassenger at A, to B")
    var random = Random(seed: 1, purpose: .test)
    var rewards: [Float] = []
    for name in ["pickup", "dropoff", "east", "west", "pickup", "dropoff", "pickup", "south", "east", "east"]
    {
      rewards.append(game.step(&state, taking: game.action(named: name, in: state)!, using: &random).reward)
    }
    #expect(rewards == [-10, -10, -1, -1, -1, -1, -1, -1, -1, -1])
    #expect(game.draw(state) == "+-----+\n|A: |B|\n| : :@|\n+-----+\npassenger in the taxi, to B")
    #expect(game.step(&state, taking: 1, using: &random) == Transition(reward: -1))
    #expect(game.step(&state, taking: 5, using: &random) == Transition(reward: 20, status: .terminated))
    #expect(game.legalActions(in: state).isEmpty)
  }

  @Test("an episode is cut off at the limit")
  func limit() throws {
    let game = try Taxi(map: try TaxiMap(TaxiMap.standardDrawing), stepLimit: 2)
    var random = Random(seed: 1, purpose: .test)
    var state = game.start(using: &random)
    #expect(game.step(&state, taking: 0, using: &random).status == .running)
    #expect(game.step(&state, taking: 0, using: &random).status == .truncated)
    #expect(throws: RuleError.self) { try Taxi(map: game.map, stepLimit: 0) }
  }

  @Test("numbers name all states")
  func numbers() throws {
    let game = try Taxi(map: try TaxiMap(TaxiMap.standardDrawing))
    #expect(game.stateCount == 500)
    for number in 0..<500 { #expect(game.number(of: game.state(numbered: number)) == number) }
    #expect(game.map.letters == ["R", "G", "Y", "B"])
  }

  @Test(
    "a bad drawing is refused with its line and column",
    arguments: [
      ("", "row 1, column 1"), ("+-+\n|A|", "row 1, column 1"), ("+---+\n|A:B|\n+--+", "row 3, column 5"),
      ("+---+\n|A:B|\n|: |\n+---+", "row 3, column 5"), ("+---+\n|A.B|\n+---+", "row 2, column 3"),
      ("+---+\n|A:A|\n+---+", "row 2, column 4"), ("+---+\n|A:?|\n+---+", "row 2, column 4"),
      ("+---+\n|A:B:\n+---+", "row 2, column 5"), ("+-x-+\n|A:B|\n+---+", "row 1, column 3"),
      ("+-----+\n|A:B| |\n+-----+", "row 2, column 6"), ("+---+\n|A: |\n+---+", "1 stops"),
    ])
  func badDrawings(_ text: String, _ place: String) {
    let error = #expect(throws: RuleError.self) { try TaxiMap(text) }
    #expect(error?.description.hasPrefix("map: \(place)") == true, "\(String(describing: error))")
    #expect(error?.description.contains("\n") == false)
  }
}
