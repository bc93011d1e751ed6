import Environments

extension GTPEngine {
  /// `loadsgf FILE [MOVE]`: the main line, up to the position before a move, numbered from 1.
  func load(_ arguments: [String]) throws {
    guard let file = arguments.first, let limit = arguments.count > 1 ? Int(arguments[1]) : .max, limit >= 1
    else { throw GTPError("not a file and a move number") }
    guard let game = try? SGFReader.games(in: file).first, let side = try? game.side(),
      let events = try? game.events(), 2...19 ~= side
    else { throw GTPError("cannot load file") }
    var position = SGFPosition(side: side)
    var moves: [Move] = []
    var toMove: Player?
    var setUp: [Player: [Int]] = [:]
    var count = 0
    events: for event in events {
      switch event {
      case .setUp(let black, let white, let empty):
        for point in black { position.set(.first, at: point) }
        for point in white { position.set(.second, at: point) }
        for point in empty { position.set(nil, at: point) }
        // A record may change the board at any time: the moves before are then no part of the game any more.
        (moves, toMove) = ([], nil)
        for player in Player.allCases {
          setUp[player] = position.stones.indices.filter { position.stones[$0] == player }
        }
      case .move(let player, let point):
        count += 1
        if count >= limit { break events }
        if let point { _ = position.play(player, at: point) }
        moves.append(
          Move(player: player, action: Action(point.map { $0.row * side + $0.column } ?? side * side)))
        toMove = toMove ?? player
      }
    }
    try setSize(side)
    if case .real(let komi)? = try? game.value("KM", at: 0) { try setKomi(Float(komi)) }
    do { try restart(setUp: setUp, moves: moves, toMove: toMove) } catch {
      try restart(setUp: [:], moves: [])
      throw error
    }
  }
}
