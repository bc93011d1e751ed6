extension ScreenInvaders {
  /// The shot flies up 4 pixels a frame, into whatever it meets first.
  func moveShot(_ board: inout Board, event: inout ScreenEvent) {
    guard board.shot.isFlying else { return }
    board.shot.y -= 4
    let (x, y) = (Int(board.shot.x), Int(board.shot.y))
    if y < 16 {
      board.shot.isFlying = false
      return
    }
    for point in x...x + 1 {
      // The whole way of this frame, so that nothing thin is passed.
      for height in (y...y + 3).reversed() where board.shot.isFlying {
        hit(&board, x: point, y: height, event: &event)
      }
    }
  }

  private func hit(_ board: inout Board, x: Int, y: Int, event: inout ScreenEvent) {
    if erodeShield(&board, x: x, y: y, step: -1) {
      board.shot.isFlying = false
    } else if let index = Self.invader(of: board, x: x, y: y) {
      board.invaders ^= 1 << UInt64(index)
      event.reward += Self.worth(row: index / 6)
      board.shot.isFlying = false
      blast(
        &board, x: Int(board.formationX) + index % 6 * Self.spacingX,
        y: Int(board.formationY) + index / 6 * Self.spacingY)
    } else if board.shipDirection != 0, Self.shipTop..<Self.shipTop + 7 ~= y,
      board.shipX.pixel..<board.shipX.pixel + Self.shipWidth ~= x
    {
      event.reward += 200
      board.shot.isFlying = false
      blast(&board, x: board.shipX.pixel + 1, y: Self.shipTop)
      board.shipDirection = 0
    }
  }

  private func blast(_ board: inout Board, x: Int, y: Int) {
    board.blastX = Int16(x)
    board.blastY = Int16(y)
    board.blastTime = 12
  }

  /// From time to time the mystery ship crosses the screen above the invaders.
  func flyShip(_ board: inout Board, using random: inout Random) {
    if board.shipDirection != 0 {
      board.shipX += Subpixels(board.shipDirection) * .hundredths(80)
      if !(-Self.shipWidth...ScreenCanvas.width ~= board.shipX.pixel) { board.shipDirection = 0 }
      return
    }
    board.shipWait -= 1
    guard board.shipWait <= 0 else { return }
    board.shipWait = Self.newShipWait(using: &random)
    board.shipDirection = random.integer(below: 2) == 0 ? 1 : -1
    board.shipX = .pixels(board.shipDirection > 0 ? -Int32(Self.shipWidth) : Int32(ScreenCanvas.width))
  }

  /// Every third bomb falls from the column nearest to the cannon, the others from any.
  func dropBombs(_ board: inout Board, level: Int, using random: inout Random) {
    board.bombWait -= 1
    guard board.bombWait <= 0, board.invaders != 0 else { return }
    guard let slot = board.bombs.indices.first(where: { !board.bombs[$0].isFlying }) else { return }
    board.bombWait = Int16(max(30 + random.integer(below: 60) - 4 * level, 10))
    let isAimed = random.integer(below: 3) == 0
    let cannon = board.cannon.place.pixel
    var (best, column) = (Int.max, 0)
    for index in 0..<6 where board.invaders & Self.column << UInt64(index) != 0 {
      let x = Int(board.formationX) + index * Self.spacingX
      let rank = isAimed ? abs(x - cannon) : random.integer(below: 1 << 20)
      if rank < best { (best, column) = (rank, index) }
    }
    let lowest = 63 - (board.invaders & Self.column << UInt64(column)).leadingZeroBitCount
    board.bombs[slot] = Missile(
      x: board.formationX + Int16(column * Self.spacingX + 5),
      y: board.formationY + Int16(lowest / 6 * Self.spacingY + Self.invaderHeight), isFlying: true)
  }

  func moveBombs(_ board: inout Board, level: Int, event: inout ScreenEvent) {
    for index in board.bombs.indices where board.bombs[index].isFlying {
      let way = board.bombs[index].rest + Int16(Subpixels.hundredths(125 + 10 * Int32(level)))
      board.bombs[index].rest = way & 255
      // Pixel by pixel, so that no block of a shield is passed.
      for _ in 0..<way >> 8 where board.bombs[index].isFlying {
        board.bombs[index].y += 1
        land(&board, bomb: index, event: &event)
      }
    }
  }

  private func land(_ board: inout Board, bomb index: Int, event: inout ScreenEvent) {
    let (x, tip) = (Int(board.bombs[index].x), Int(board.bombs[index].y) + 5)
    if erodeShield(&board, x: x, y: tip, step: 1) || erodeShield(&board, x: x + 1, y: tip, step: 1)
      || tip >= Self.ground
    {
      board.bombs[index].isFlying = false
      return
    }
    let cannon = board.cannon.place.pixel
    // The cannon's barrel is thin: its body counts.
    guard tip >= Self.cannonTop + 2, x + 2 > cannon, x < cannon + 12 else { return }
    event.hasLostLife = true
    board.pause = 90
    board.shot.isFlying = false
    for bomb in board.bombs.indices { board.bombs[bomb].isFlying = false }
  }

  /// Rows of a shield, from the top; bit 0 is the left column.
  static let wholeShield: UInt64 = 0xC3E7_FFFF_FFFF_7E3C

  /// Whether a shield stands at a place in pixels; if so, takes a bite out of it: the block that is hit, its
  /// neighbours, and the one behind it. `step` is 1 from above and -1 from below.
  private func erodeShield(_ board: inout Board, x: Int, y: Int, step: Int) -> Bool {
    let row = (y - Self.shieldTop) >> 1
    guard 0..<8 ~= row else { return false }
    for index in board.shields.indices {
      let column = (x - Self.shieldLeft(index)) >> 1
      guard 0..<8 ~= column, board.shields[index] >> UInt64(8 * row + column) & 1 == 1 else { continue }
      for neighbour in max(column - 1, 0)...min(column + 1, 7) {
        board.shields[index] &= ~(1 << UInt64(8 * row + neighbour))
      }
      if 0..<8 ~= row + step { board.shields[index] &= ~(1 << UInt64(8 * (row + step) + column)) }
      return true
    }
    return false
  }

  /// Invaders that march through a shield leave nothing of it.
  func trample(_ board: inout Board) {
    guard board.invaders != 0, Self.bottom(of: board) > Self.shieldTop else { return }
    for index in board.shields.indices {
      var rest = board.shields[index]
      while rest != 0 {
        let block = rest.trailingZeroBitCount
        let x = Self.shieldLeft(index) + block % 8 * 2
        if Self.invader(of: board, x: x, y: Self.shieldTop + block / 8 * 2) != nil {
          board.shields[index] &= ~(1 << UInt64(block))
        }
        rest &= rest - 1
      }
    }
  }
}
