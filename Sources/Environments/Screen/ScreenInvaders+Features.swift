extension ScreenInvaders {
  public var featureCount: Int { 23 + 36 + 24 }

  /// The cannon's place and speed and whether the game stands still; flying, across and down of the shot and
  /// of each bomb; across, down and direction of the formation; flying, across and direction of the mystery
  /// ship; lives and level; then 1 for each invader alive, row by row, and how much is left of each of the
  /// eight columns of each shield.
  public func writeFeatures(of board: Board, tally: ScreenTally, to features: inout ScreenFeatures) {
    features.append(board.cannon.place, in: 0...160 << 8)
    features.append(board.cannon.speed, in: .pixels(-2) ... .pixels(2))
    features.append(board.pause > 0)
    write(board.shot, to: &features)
    for index in board.bombs.indices { write(board.bombs[index], to: &features) }
    features.append(Int32(board.formationX), in: 0...160)
    features.append(Int32(board.formationY), in: 0...210)
    features.append(Int32(board.direction), in: -1...1)
    features.append(board.shipDirection != 0)
    features.append(board.shipDirection == 0 ? 80 << 8 : board.shipX, in: 0...160 << 8)
    features.append(Int32(board.shipDirection), in: -1...1)
    features.append(Int(tally.lives), outOf: 9)
    features.append(Int(tally.level), outOf: 9)
    for index in 0..<36 { features.append(board.invaders >> UInt64(index) & 1 == 1) }
    for index in board.shields.indices {
      for column in 0..<8 {
        let blocks = board.shields[index] >> UInt64(column) & 0x0101_0101_0101_0101
        features.append(blocks.nonzeroBitCount, outOf: 8)
      }
    }
  }

  /// One that does not fly is at the middle of the screen.
  private func write(_ missile: Missile, to features: inout ScreenFeatures) {
    features.append(missile.isFlying)
    features.append(missile.isFlying ? Int32(missile.x) : 80, in: 0...160)
    features.append(missile.isFlying ? Int32(missile.y) : 105, in: 0...210)
  }

  public func key(of board: Board) -> UInt64 {
    var hash = BoardHash()
    hash.add(board.cannon)
    add(board.shot, to: &hash)
    for index in board.bombs.indices { add(board.bombs[index], to: &hash) }
    hash.add(board.invaders)
    hash.add(board.formationX)
    hash.add(board.formationY)
    hash.add(board.direction)
    hash.add(board.isStepping)
    hash.add(board.marchWait)
    hash.add(board.bombWait)
    for index in board.shields.indices { hash.add(board.shields[index]) }
    hash.add(board.shipX)
    hash.add(board.shipDirection)
    hash.add(board.shipWait)
    hash.add(board.pause)
    return hash.value
  }

  private func add(_ missile: Missile, to hash: inout BoardHash) {
    hash.add(missile.isFlying)
    guard missile.isFlying else { return }
    hash.add(missile.x)
    hash.add(missile.y)
    hash.add(missile.rest)
  }
}
