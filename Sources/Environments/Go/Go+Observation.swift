extension Go {
  /// The planes named by the rules: [planes, rows, columns].
  public var observationShape: ObservationShape {
    ObservationShape(planes: rules.planes.count, rows: side, columns: side)
  }

  public func observe(_ state: State, into planes: inout MutableSpan<Float>) {
    for element in 0..<observationShape.count { planes[element] = 0 }
    var state = state
    var first = 0
    rules.planes.forEach { kind, width in
      draw(kind, of: &state, from: first, into: &planes)
      first += width
    }
  }

  /// Draws one kind of planes, the first of which is the plane `first`.
  private func draw(
    _ kind: GoPlane, of state: inout State, from first: Int, into planes: inout MutableSpan<Float>
  ) {
    let own = state.toMove.colour
    switch kind {
    case .stones:
      show(state.occupied[own], on: first, of: &planes)
      show(state.occupied[1 - own], on: first + 1, of: &planes)
    case .liberties:
      drawLiberties(of: &state, from: first, into: &planes)
    case .lastMove:
      // After a suicide the point is empty, and shows nothing.
      let point = Int(state.lastPoint)
      if point > 0 && state.stones[point] != .empty { planes[first * side * side + cell(of: point)] = 1 }
    case .ko:
      if !state.isOver { drawRepetitions(of: &state, on: first, into: &planes) }
    case .black:
      if state.toMove == .black { fill(first, of: &planes, with: 1) }
    case .pass:
      if state.passes > 0 { fill(first, of: &planes, with: 1) }
    case .legal:
      if !state.isOver { show(state.legalPoints(on: board, moveRules), on: first, of: &planes) }
    case .passAlive:
      for offset in 0..<2 {
        show(passAliveArea(of: offset == 0 ? own : 1 - own, in: state), on: first + offset, of: &planes)
      }
    case .komi:
      let komi = state.toMove == .white ? state.komi : 0 - state.komi
      fill(first, of: &planes, with: komi / Float(2 * side))
    case .board:
      fill(first, of: &planes, with: 1)
    case .history:
      for index in 0..<rules.planes.boards {
        show(state.recent[index][own], on: first + 2 * index, of: &planes)
        show(state.recent[index][1 - own], on: first + 2 * index + 1, of: &planes)
      }
    }
  }

  private func show(_ points: GoPointSet<words>, on plane: Int, of planes: inout MutableSpan<Float>) {
    points.forEach { planes[plane * side * side + cell(ofBit: $0)] = 1 }
  }

  private func fill(_ plane: Int, of planes: inout MutableSpan<Float>, with value: Float) {
    for cell in 0..<side * side { planes[plane * side * side + cell] = value }
  }

  private func drawRepetitions(of state: inout State, on plane: Int, into planes: inout MutableSpan<Float>) {
    for rank in 0..<Int(state.emptyCount) {
      let point = Int(state.empties[rank])
      let outcome = state.outcome(at: point)
      if outcome.isSuicide && !rules.allowsSuicide { continue }
      let after = state.boardAfter(point, outcome)
      if state.repeats(after, rules.repetition) { planes[plane * side * side + cell(of: point)] = 1 }
    }
  }

  private func drawLiberties(of state: inout State, from first: Int, into planes: inout MutableSpan<Float>) {
    let empty = board.subtracting(state.occupied[0]).subtracting(state.occupied[1])
    for colour in 0..<2 {
      let plane = first + (colour == state.toMove.colour ? 0 : 2)
      state.occupied[colour].forEach { bit in
        let point = bit + side + 2
        // A liberty touches a chain four times at most.
        if state.root(point) != point || state.chains[point].contacts > 8 { return }
        let chain = state.chain(at: point)
        let liberties = chain.neighbours(stride: side + 1).intersection(empty).count
        if liberties < 3 { show(chain, on: plane + liberties - 1, of: &planes) }
      }
    }
  }
}

extension Go.State {
  /// The stones of a chain. O(its size).
  mutating func chain(at root: Int) -> GoPointSet<words> {
    var chain = GoPointSet<words>()
    var stone = root
    repeat {
      chain.insert(bit(stone))
      stone = link(stone)
    } while stone != root
    return chain
  }
}
