import ArgumentParser
import Environments
import Foundation
import Replay
import SelfPlayKit

/// `selfplay replay`: steps through recorded games.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Step through recorded games.",
    discussion: """
      On a terminal: right and left (or j and k) step, home and end jump, g goes to a move, n and p to the next
      and previous game, q quits. Elsewhere the games are printed.

      With --out a game with pictures is written as an animation (.gif), or one of its positions as an image
      (.png): the last one, or that of --ply.
      """)

  @Argument(help: "A file of recorded games, or games of Go in an .sgf file.") var file: String
  @Option(name: .customLong("game"), help: "Number of the game to show, from 1.") var number: Int?
  @Option(help: "Move to begin at, 0 being the start.") var ply: Int?
  @Option(help: "Write pictures to this file, .gif or .png.") var out: String?
  @Option(help: "Make every pixel of a picture so many pixels wide and high.") var scale: Int?
  @Flag(help: "Print instead of waiting for keys.") var print = false
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard number ?? 1 >= 1 else {
      throw ValidationError("--game \(number ?? 0) is out of range; games count from 1.")
    }
    guard ply ?? 0 >= 0 else { throw ValidationError("--ply \(ply ?? 0) is out of range; the start is 0.") }
    if let scale, !(1...16).contains(scale) {
      throw ValidationError("--scale \(scale) is out of range; choose 1 to 16.")
    }
    if let out, GameFilm.format(of: out) == nil {
      throw ValidationError("--out \(out): the name ends neither in .gif nor in .png.")
    }
  }

  func run() throws {
    let home = try Home.find()
    let album = try GameAlbum(file)
    if let number, number > album.count {
      throw UsageError(
        "--game \(number): \(file) holds \(counted(album.count, "game")); choose 1 to \(album.count)")
    }
    if let out { return try writePictures(of: album, home: home, to: out) }
    if output.json { return try printJSON(album) }
    let isInteractive =
      !print && Terminal.isTerminal(STDIN_FILENO) && Terminal.isTerminal(STDOUT_FILENO)
    if isInteractive, TerminalMode.enterRaw() {
      defer { TerminalMode.restore() }
      var viewer = ReplayViewer(album: album, home: home, game: (number ?? 1) - 1, ply: ply ?? 0)
      return try viewer.run()
    }
    try printText(album, home: home)
  }

  private func writePictures(of album: GameAlbum, home: Home, to file: String) throws {
    guard let format = GameFilm.format(of: file) else { return }
    let film = try GameFilm(album, index: (number ?? 1) - 1, home: home)
    let count = try film.write(format, to: file, ply: ply, scale: scale)
    if output.json {
      Terminal.put((["file": .text(file), "bytes": .integer(count)] as JSONValue).text)
    }
  }

  private func printText(_ album: GameAlbum, home: Home) throws {
    let ink = Ink(for: STDOUT_FILENO)
    for index in number.map({ [$0 - 1] }) ?? Array(0..<album.count) {
      let walk = try album.walk(through: index, home: home)
      if let ply, ply > walk.last {
        throw UsageError(
          "--ply \(ply): game \(index + 1) has \(counted(walk.last, "move")); choose 0 to \(walk.last)")
      }
      Terminal.put(ink("Game \(index + 1): \(walk.heading)", .bold) + "\n")
      for position in ply.map({ [$0] }) ?? Array(0...walk.last) {
        Terminal.put(walk.page(position, ink: ink) + "\n")
      }
    }
  }

  private func printJSON(_ album: GameAlbum) throws {
    let indices = number.map { [$0 - 1] } ?? Array(0..<album.count)
    let games = indices.map { index -> JSONValue in
      let record = album.records[index]
      return [
        "number": .integer(index + 1), "game": .text(record.game),
        "players": .list(record.players.map { .text($0) }),
        "moves": .integer(record.actions.count), "status": .text("\(record.status)"),
        "final_value": record.finalValue.map { .number(Double($0)) } ?? .null,
        "actions": .list(record.actions.map { .integer($0.index) }),
        "rewards": .list(record.rewards.map { .number(Double($0)) }),
      ]
    }
    Terminal.put((["games": .list(games)] as JSONValue).text)
  }
}
