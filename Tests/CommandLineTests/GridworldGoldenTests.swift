import Testing

@Suite("Gridworlds as they are played in the terminal")
struct GridworldGoldenTests {
  @Test(
    "a playthrough reads as it was approved",
    arguments: [
      ("frozenlake4", "right right down left up"), ("cliffwalking", "up right down right up left"),
      ("taxi", "dropoff pickup north north west west west south south dropoff"),
      ("empty5", "forward right forward left forward forward"),
      ("doorkey5", "right pickup forward right toggle forward forward right forward"),
      ("doorkey8", "forward left forward pickup wait"), ("fourrooms", "right forward forward left forward"),
      (
        "lavacrossing",
        "forward forward forward forward right forward forward forward forward forward forward left forward forward"
      ),
    ])
  func playthrough(_ game: String, _ moves: String) throws {
    let input = moves.replacing(" ", with: "\n") + "\nquit\n"
    let outcome = try Program.run(["play", "random", "--game", game], input: input)
    #expect(outcome.status == 0, "\(outcome.errors)")
    try Program.expect(outcome.output, matches: "play-\(game)")
  }

  @Test(
    "a bad map or rule of a gridworld is refused in one line that says where",
    arguments: [
      ("cliffwalking", "map=\"S.G\\n.?.\"", "map: row 2, column 2: unknown character '?'"),
      ("cliffwalking", "map=\"S#G\"", "map: row 1, column 1: no goal can be reached"),
      ("cliffwalking", "map=\"S.G\\n..\"", "map: row 2, column 3: the row has 2 cells"),
      ("cliffwalking", "map=\"SBG\"", "map: row 1, column 2: 'B' does not belong to this game"),
      ("cliffwalking", "wind=[1]", "wind: 1 winds for 12 columns"),
      ("cliffwalking", "colors=[\"red\"]", "colors: 1 colours for 0 keys"),
      ("cliffwalking", "actions=\"up\"", "actions: unknown choice 'up'"),
      ("taxi", "map=\"+---+\\n|A:?|\\n+---+\"", "map: row 2, column 4: '?' is no stop"),
      ("doorkey5", "side=4", "side: 4 is out of range; choose a value from 5 to 25"),
      ("lavacrossing", "side=8", "side: minigrid: the side 8 of a crossing must be odd"),
      ("lavacrossing", "rivers=9", "rivers: 9 is out of range; choose a value from 1 to 6"),
      ("empty5", "generate=\"maze\"", "generate: unknown choice 'maze'"),
    ])
  func badRules(_ game: String, _ setting: String, _ message: String) throws {
    let outcome = try Program.run(["perft", "--game", game, "--depth", "1", "--set", setting])
    #expect(outcome.status == 64)
    #expect(
      outcome.errors.hasPrefix("error: ") && outcome.errors.contains(": \(message)"), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }
}
