/// How the lists move: always the newest first, by position. When something leaves its list and an identical one
/// stands earlier, it is that one which leaves; the walk then meets the later one again at its new position.
extension Seaquest {
  /// Own bullets; returns what they hit.
  mutating func moveBullets() -> Int {
    var hits = 0
    for index in (0..<bullets.count).reversed() {
      var bullet = bullets[index]
      guard bullet.advance() else {
        bullets.remove(at: index)
        continue
      }
      bullets[index] = bullet
      guard
        let target = enemies.firstIndex(where: { $0.cell == bullet.cell && !$0.isArmed })
          ?? enemies.firstIndex(where: { $0.cell == bullet.cell })
      else { continue }
      enemies.remove(at: target)
      bullets.remove(at: bullets.firstIndex { $0 == bullet } ?? index)
      hits += 1
    }
    return hits
  }

  /// Divers; on the submarine's cell they get on while there is room.
  mutating func moveDivers() {
    for index in (0..<divers.count).reversed() {
      var diver = divers[index]
      if board(diver, at: index) { continue }
      if diver.wait > 0 {
        diver.wait -= 1
        divers[index] = diver
        continue
      }
      diver.wait = Self.diverMovePeriod
      guard diver.advance() else {
        divers.remove(at: index)
        continue
      }
      divers[index] = diver
      _ = board(diver, at: index)
    }
  }

  private mutating func board(_ diver: Swimmer, at index: Int) -> Bool {
    guard diver.cell == cell && diversAboard < Self.capacityForDivers else { return false }
    diversAboard += 1
    divers.remove(at: divers.firstIndex { $0 == diver } ?? index)
    return true
  }

  /// Enemy submarines, or fish; true if one meets the submarine.
  mutating func moveEnemies(armed: Bool, reward: inout Int) -> Bool {
    var isOver = false
    for index in (0..<enemies.count).reversed() where enemies[index].isArmed == armed {
      var enemy = enemies[index]
      if enemy.cell == cell { isOver = true }
      let fate = move(&enemy, at: index)
      if case .isShot = fate { reward += 1 }
      if fate != .leaves && enemy.cell == cell { isOver = true }
      if armed { tendGun(of: &enemy, fate: fate) }
    }
    return isOver
  }

  /// What became of an enemy that moved.
  private enum Fate: Equatable {
    /// It swims on, at this position of the list.
    case stays(at: Int)
    /// It, or an identical older one in whose stead it swims on at this position.
    case isShot(survivor: Int?)
    case leaves
  }

  private mutating func move(_ enemy: inout Swimmer, at index: Int) -> Fate {
    if enemy.wait > 0 {
      enemy.wait -= 1
      enemies[index] = enemy
      return .stays(at: index)
    }
    enemy.wait = Int(movePeriod)
    guard enemy.advance() else {
      enemies.remove(at: index)
      return .leaves
    }
    enemies[index] = enemy
    guard enemy.cell != cell, let bullet = bullets.firstIndex(where: { [enemy] in $0.cell == enemy.cell })
    else { return .stays(at: index) }
    bullets.remove(at: bullet)
    let leaving = enemies.firstIndex { [enemy] in $0 == enemy } ?? index
    enemies.remove(at: leaving)
    return .isShot(survivor: leaving == index ? nil : index - 1)
  }

  /// Counts down to the next shot, which even an enemy that was shot in this step still fires.
  private mutating func tendGun(of enemy: inout Swimmer, fate: Fate) {
    if fate == .leaves { return }
    if enemy.shotTimer == 0 {
      enemy.shotTimer = Self.shotPeriod
      enemyBullets.append(
        Swimmer(cell: (enemy.row, enemy.column), goesRight: enemy.step > 0))
    } else {
      enemy.shotTimer -= 1
    }
    switch fate {
    case .stays(let position), .isShot(survivor: let position?): enemies[position] = enemy
    default: break
    }
  }

  /// Enemy bullets; true if one meets the submarine.
  mutating func moveEnemyBullets() -> Bool {
    var isOver = false
    for index in (0..<enemyBullets.count).reversed() {
      if enemyBullets[index].cell == cell { isOver = true }
      if !enemyBullets[index].advance() {
        enemyBullets.remove(at: index)
      } else if enemyBullets[index].cell == cell {
        isOver = true
      }
    }
    return isOver
  }
}
