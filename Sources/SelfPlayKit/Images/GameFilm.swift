import Environments
import Foundation
import Replay

/// The pictures of a recorded game.
public struct GameFilm: Sendable {
  /// What is written.
  public enum Format: String, Sendable, CaseIterable {
    /// One position.
    case png
    /// All positions, as an animation.
    case gif
  }

  let record: GameRecord
  let definition: GameDefinition

  /// Game `index` of an album. Throws if its rules are not known any more.
  public init(_ album: GameAlbum, index: Int, home: Home) throws {
    record = album.records[index]
    definition = try album.definition(of: record, home: home)
  }

  /// The format that a file's name asks for, or nil.
  public static func format(of path: String) -> Format? {
    Format.allCases.first { path.lowercased().hasSuffix("." + $0.rawValue) }
  }

  /// Writes an image file and returns its length: position `ply`, or the last one, as a PNG; or the game from
  /// `ply` on, or from the start, as a GIF. Every pixel is `scale` pixels wide and high; without a scale,
  /// as many as make a small picture up to 480 pixels large.
  ///
  /// Throws `ArenaError` for a game that has no pictures or no such position and for a file that cannot be
  /// written, `ReplayError` where the record does not follow from the rules.
  public func write(_ format: Format, to path: String, ply: Int?, scale: Int?) throws -> Int {
    let bytes = try encode(format, ply: ply, scale: scale)
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw ArenaError(
        description: "\(path) cannot be written (\(error.localizedDescription)); choose another place")
    }
    return bytes.count
  }

  func encode(_ format: Format, ply: Int?, scale: Int?) throws -> [UInt8] {
    let last = record.actions.count
    if let ply, ply > last {
      throw ArenaError(
        description: "--ply \(ply): the game has \(counted(last, "move")); choose 0 to \(last)")
    }
    return try definition.game.visit(Camera(film: self, format: format, ply: ply, scale: scale))
  }
}

/// Finds out whether a game has pictures, and takes them.
private struct Camera: GameVisitor {
  let film: GameFilm
  let format: GameFilm.Format
  let ply: Int?
  let scale: Int?

  func visit<Subject: Notation>(_ game: Subject) throws -> [UInt8] {
    // Once a file, at the edge: not every game has pictures.
    guard let pictured = game as? any Pictured else {
      throw ArenaError(
        description: "\(film.definition.id) has no pictures; leave out --out to see its positions as text")
    }
    return try shoot(pictured)
  }

  private func shoot<Subject: Pictured>(_ game: Subject) throws -> [UInt8] {
    let record = film.record
    let first = ply ?? (format == .gif ? 0 : record.actions.count)
    var shot: Picture?
    var animation: AnimatedGIF?
    let end = try replay(record, game: game, rules: film.definition.fingerprint) { index, state, _, _ in
      guard index == first || (index > first && format == .gif) else { return }
      add(game.picture(of: state), of: game, to: &animation, or: &shot)
    }
    if format == .gif || first == record.actions.count {
      add(game.picture(of: end), of: game, to: &animation, or: &shot)
    }
    // The end is shown for a second before the animation begins again.
    return animation?.finish(after: 1) ?? shot.map(PNG.encode) ?? []
  }

  private func add<Subject: Pictured>(
    _ picture: Picture, of game: Subject, to animation: inout AnimatedGIF?, or shot: inout Picture?
  ) {
    let picture = picture.enlarged(by: scale ?? 480 / max(picture.width, picture.height))
    if format == .png {
      shot = picture
    } else if animation == nil {
      animation = AnimatedGIF(picture)
    } else {
      animation?.append(picture, after: game.secondsPerPicture)
    }
  }
}
