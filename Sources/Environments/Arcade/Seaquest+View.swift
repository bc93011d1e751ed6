extension Seaquest {
  public func observe(into planes: inout MutableSpan<Float>) {
    let back = Int(column) + (facesRight ? -1 : 1)
    planes.mark(0, row: Int(row), column: Int(column))
    if 0...9 ~= back { planes.mark(1, row: Int(row), column: back) }
    Self.mark(bullets, in: 2, of: &planes)
    Self.mark(enemyBullets, in: 4, of: &planes)
    for index in 0..<enemies.count {
      Self.mark(enemies[index], in: enemies[index].isArmed ? 6 : 5, of: &planes)
    }
    for tenth in 0..<oxygenTenths { planes.mark(7, row: 9, column: tenth) }
    for column in placesOfDivers { planes.mark(8, row: 9, column: column) }
    for index in 0..<divers.count { Self.mark(divers[index], in: 9, of: &planes) }
  }

  private static func mark<let capacity: Int>(
    _ bullets: Swimmers<capacity>, in plane: Int, of planes: inout MutableSpan<Float>
  ) {
    for index in 0..<bullets.count {
      planes.mark(plane, row: bullets[index].row, column: bullets[index].column)
    }
  }

  /// A swimmer and the cell behind it.
  private static func mark(_ swimmer: Swimmer, in plane: Int, of planes: inout MutableSpan<Float>) {
    planes.mark(plane, row: swimmer.row, column: swimmer.column)
    if let trail = swimmer.columnBehind { planes.mark(3, row: swimmer.row, column: trail) }
  }

  /// The columns of row 9 that show the divers aboard.
  private var placesOfDivers: Range<Int> { 9 - max(Int(diversAboard), 0)..<9 }

  /// `@` submarine and `=` its back, `-` own and `*` enemy bullets, `>` and `<` fish, `}` and `{` enemy
  /// submarines, `o` divers, `~` trails; in row 9 `#` a tenth of the oxygen and `o` a diver aboard.
  public func symbol(row: Int, column: Int) -> Character {
    if row == 9 { return placesOfDivers ~= column ? "o" : column < oxygenTenths ? "#" : "." }
    if row == self.row && column == self.column { return "@" }
    if row == self.row && column == Int(self.column) + (facesRight ? -1 : 1) { return "=" }
    let cell = Swimmer(cell: (row, column), goesRight: false).cell
    if enemyBullets.firstIndex(where: { $0.cell == cell }) != nil { return "*" }
    if let index = enemies.firstIndex(where: { $0.cell == cell }) {
      let enemy = enemies[index]
      return enemy.step > 0 ? (enemy.isArmed ? "}" : ">") : (enemy.isArmed ? "{" : "<")
    }
    if divers.firstIndex(where: { $0.cell == cell }) != nil { return "o" }
    if bullets.firstIndex(where: { $0.cell == cell }) != nil { return "-" }
    let isTrail: (Swimmer) -> Bool = { $0.row == row && $0.columnBehind == column }
    return enemies.firstIndex(where: isTrail) ?? divers.firstIndex(where: isTrail) == nil ? "." : "~"
  }

  public var statusLine: String? { "oxygen \(max(oxygen, 0)), divers \(diversAboard), level \(rampLevel)" }
}
