import Environments

/// A board as a record draws it: stones are put and taken as the moves say, and no other rule is asked.
public struct SGFPosition: Hashable, Sendable {
  public let side: Int
  /// Row x side + column, row 0 on top.
  public private(set) var stones: [Player?]

  public init(side: Int) {
    self.side = side
    stones = [Player?](repeating: nil, count: side * side)
  }

  /// Puts or removes a stone; takes nothing off.
  public mutating func set(_ stone: Player?, at point: SGFPoint) { stones[index(point)] = stone }

  /// Plays a move with its captures, enemy stones before own ones. Returns false, and changes nothing, on a
  /// stone.
  public mutating func play(_ player: Player, at point: SGFPoint) -> Bool {
    guard stones[index(point)] == nil else { return false }
    stones[index(point)] = player
    for next in neighbours(of: index(point)) where stones[next] == player.opponent { takeIfCaught(next) }
    takeIfCaught(index(point))
    return true
  }

  private func index(_ point: SGFPoint) -> Int { point.row * side + point.column }

  private mutating func takeIfCaught(_ start: Int) {
    let owner = stones[start]
    var chain = [start]
    var seen: Set = [start]
    var next = 0
    while next < chain.count {
      for cell in neighbours(of: chain[next]) {
        guard let stone = stones[cell] else { return }
        if stone == owner, seen.insert(cell).inserted { chain.append(cell) }
      }
      next += 1
    }
    for cell in chain { stones[cell] = nil }
  }

  private func neighbours(of cell: Int) -> [Int] {
    let (row, column) = cell.quotientAndRemainder(dividingBy: side)
    return [(row - 1, column), (row, column - 1), (row, column + 1), (row + 1, column)]
      .filter { 0..<side ~= $0.0 && 0..<side ~= $0.1 }.map { $0.0 * side + $0.1 }
  }
}

/// One entry of a line of play.
public enum SGFEvent: Hashable, Sendable {
  /// Stones put on points, and points emptied.
  case setUp(black: Set<SGFPoint>, white: Set<SGFPoint>, empty: Set<SGFPoint>)
  /// A move, or a pass where there is no point.
  case move(Player, SGFPoint?)
}

extension SGFGame {
  /// What happens along the main line. Throws `SGFError` for a value that cannot be read.
  public func events() throws -> [SGFEvent] {
    var events: [SGFEvent] = []
    for node in mainLine {
      var sets: [Set<SGFPoint>] = []
      for name in ["AB", "AW", "AE"] {
        if case .points(let points)? = try value(name, at: node) {
          sets.append(points)
        } else {
          sets.append([])
        }
      }
      if sets.contains(where: { !$0.isEmpty }) {
        events.append(.setUp(black: sets[0], white: sets[1], empty: sets[2]))
      }
      for (name, player) in [("B", Player.first), ("W", .second)] {
        if case .move(let point)? = try value(name, at: node) { events.append(.move(player, point)) }
      }
    }
    return events
  }

  /// The board after the main line; nil if a move is played on a stone.
  public func finalPosition() throws -> SGFPosition? {
    var position = SGFPosition(side: try side())
    for event in try events() {
      switch event {
      case .setUp(let black, let white, let empty):
        for point in black { position.set(.first, at: point) }
        for point in white { position.set(.second, at: point) }
        for point in empty { position.set(nil, at: point) }
      case .move(let player, let point):
        if let point, !position.play(player, at: point) { return nil }
      }
    }
    return position
  }
}
