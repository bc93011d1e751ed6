import Foundation
import Testing

@Suite("Pictures of recorded games")
struct PictureTests {
  private let folder = NSTemporaryDirectory() + "/selfplay-pictures-\(UUID().uuidString)"

  private func run(_ arguments: String) throws -> Program.Outcome {
    try Program.run(arguments.split(separator: " ").map(String.init))
  }

  @Test("a game becomes an animation, and a position an image, of the size that was asked for")
  func files() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let match = try run("pit random random --game pong --set frame_limit=80 --games 1 --out \(folder)")
    #expect(match.status == 0, "\(match.errors)")
    let replay = "replay \(folder)/games.replay"
    let animation = try run("\(replay) --out \(folder)/game.gif --scale 1")
    #expect(animation.status == 0 && animation.output.isEmpty, "\(animation.errors)")
    let gif = try Data(contentsOf: URL(fileURLWithPath: folder + "/game.gif"))
    #expect(Array(gif.prefix(10)) == Array("GIF89a".utf8) + [160, 0, 210, 0])
    let image = try run("\(replay) --game 2 --ply 7 --out \(folder)/position.png --json")
    let png = try Data(contentsOf: URL(fileURLWithPath: folder + "/position.png"))
    #expect(Array(png[16..<24]) == [0, 0, 1, 64, 0, 0, 1, 164])
    let object = try JSONSerialization.jsonObject(with: Data(image.output.utf8)) as? [String: Any]
    #expect(object?["bytes"] as? Int == png.count)
    let board = try run("replay Replays/connect4.replay --out \(folder)/board.png")
    #expect(board.status == 0, "\(board.errors)")
    let boardPNG = try Data(contentsOf: URL(fileURLWithPath: folder + "/board.png"))
    #expect(Array(boardPNG[16..<24]) == [0, 0, 1, 8, 0, 0, 0, 228])
    let late = try run("\(replay) --ply 21 --out \(folder)/late.png")
    #expect(late.errors == "error: --ply 21: the game has 20 moves; choose 0 to 20\n")
    let lost = try run("\(replay) --out \(folder)/none/a.png")
    #expect(lost.status != 0)
    #expect(lost.errors.hasPrefix("error: \(folder)/none/a.png cannot be written"))
  }

  @Test("a game without pictures and a name without a format are refused in one line")
  func refusals() throws {
    let board = try run("replay Replays/frozenlake4.replay --out board.gif")
    #expect(board.status != 0)
    #expect(
      board.errors == "error: frozenlake4 has no pictures; leave out --out to see its positions as text\n")
    let name = try run("replay Replays/connect4.replay --out board.jpg")
    #expect(name.status == 64)
    #expect(name.errors.contains("the name ends neither in .gif nor in .png"))
  }
}
