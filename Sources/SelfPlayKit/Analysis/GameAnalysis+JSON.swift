extension GameAnalysis {
  /// The analysis as one object, in fixed key order; numbers have six decimals.
  public var json: JSONValue {
    [
      "number": .integer(number), "game": .text(gameID), "title": .text(gameTitle), "heading": .text(heading),
      "agent": .text(agent), "status": .text("\(status)"), "result": Self.number(result),
      "margin": Self.number(margin),
      "players": .list(players.map(\.json)),
      "turning_point": turningPoint.map { .integer($0 + 1) } ?? .null,
      "worst_move": worst.map { .integer($0 + 1) } ?? .null,
      "values": .list(values.map { Self.number($0) }),
      "moves": .list(moves.map { json(of: $0) }),
    ]
  }

  private func json(of move: MoveJudgement) -> JSONValue {
    [
      "number": .integer(move.number), "player": .integer(move.mover.index + 1), "move": .text(move.move),
      "action": .integer(move.action.index), "reward": Self.number(move.reward),
      "value": Self.number(move.value),
      "win_probability": playerCount == 2 ? Self.number(MoveJudgement.chance(of: move.value)) : .null,
      "best": .text(move.best), "line": .list(move.line.map { .text($0) }),
      "loss": Self.number(move.loss), "quality": .text(move.quality.rawValue),
      "agrees": .boolean(move.agrees),
    ]
  }

  fileprivate static func number(_ value: Double?) -> JSONValue {
    JSONValue(value.map { ($0 * 1e6).rounded() / 1e6 })
  }
}

extension PlayerSummary {
  /// The summary as one object.
  public var json: JSONValue {
    [
      "name": .text(name), "moves": .integer(moves), "mean_loss": GameAnalysis.number(meanLoss),
      "inaccuracies": .integer(count(of: .inaccuracy)), "mistakes": .integer(count(of: .mistake)),
      "blunders": .integer(count(of: .blunder)), "agreement": GameAnalysis.number(agreement),
    ]
  }
}
