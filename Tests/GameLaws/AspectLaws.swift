import Environments

/// Names of legal actions are unique and are read back.
func checkNotation<Rules: Notation>(of game: Rules, games: Int, seed: UInt64, plyLimit: Int) throws {
  for index in 0..<min(games, 20) {
    var trial = Trial(game: game, seed: seed, index: UInt64(index), plyLimit: plyLimit)
    var state = game.start(using: &trial.chance)
    while trial.ply < plyLimit {
      let legal = game.legalActions(in: state).array
      let names = legal.map { game.name(of: $0, in: state) }
      try trial.demand(Set(names).count == names.count, "names of legal actions are unique: \(names)")
      let before = state
      let (action, transition) = trial.advance(&state)
      let name = game.name(of: action, in: before)
      try trial.demand(game.action(named: name, in: before) == action, "the name \(name) is read back")
      let picture = game.draw(state)
      try trial.demand(
        !picture.isEmpty && picture.last != "\n", "a drawing is not empty and ends without a line break")
      if transition.status.isOver { break }
    }
  }
}

/// Playing a transformed game is the same as transforming the game played.
func checkSymmetries<Rules: Symmetric>(of game: Rules, games: Int, seed: UInt64, plyLimit: Int) throws {
  let symmetries = game.symmetries
  let cells = game.observationShape.rows * game.observationShape.columns
  for symmetry in symmetries {
    guard symmetry.cells.sorted() == (0..<Int32(cells)).map({ $0 }),
      symmetry.actions.sorted() == (0..<Int32(game.actionCount)).map({ $0 })
    else { throw BrokenLaw(description: "symmetries are permutations of the cells and of the actions") }
  }
  guard let first = symmetries.first, first.cells == first.cells.sorted(),
    first.actions == first.actions.sorted(), Set(symmetries).count == symmetries.count
  else { throw BrokenLaw(description: "the identity comes first and no symmetry twice") }
  for index in 0..<min(games, 20) {
    for symmetry in symmetries.dropFirst() {
      let trial = Trial(game: game, seed: seed, index: UInt64(index), plyLimit: plyLimit)
      try checkSymmetry(symmetry, in: trial)
    }
  }
}

private func checkSymmetry<Rules: Symmetric>(_ symmetry: Symmetry, in first: Trial<Rules>) throws {
  var trial = first
  let game = trial.game
  let cells = symmetry.cells.count
  var transformed = [Int](repeating: 0, count: symmetry.actions.count)
  for (action, original) in symmetry.actions.enumerated() { transformed[Int(original)] = action }
  var image = game.start(using: &trial.chance)
  trial.chance = first.chance
  var state = game.start(using: &trial.chance)
  while trial.ply < trial.plyLimit {
    let (planes, imagePlanes) = (try trial.observation(state), try trial.observation(image))
    for element in planes.indices {
      let origin = element / cells * cells + Int(symmetry.cells[element % cells])
      try trial.demand(imagePlanes[element] == planes[origin], "observations commute with a symmetry")
    }
    let legal = Set(game.legalActions(in: state).array.map { transformed[$0.index] })
    try trial.demand(
      legal == Set(game.legalActions(in: image).array.map(\.index)), "legal actions commute with a symmetry")
    var chance = trial.chance
    let (action, transition) = trial.advance(&state)
    let result = game.step(&image, taking: Action(transformed[action.index]), using: &chance)
    try trial.demand(result == transition, "steps commute with a symmetry")
    if transition.status.isOver { return }
  }
}

/// The margin decides the result, and owners lie on the board.
func checkScore<Rules: Scored>(of game: Rules, games: Int, seed: UInt64, plyLimit: Int) throws {
  let cells = game.observationShape.rows * game.observationShape.columns
  for index in 0..<games {
    var trial = Trial(game: game, seed: seed, index: UInt64(index), plyLimit: plyLimit)
    var state = game.start(using: &trial.chance)
    let bonus = game.margin(of: state) - Float(game.ownership(of: state).reduce(0) { $0 + Int($1) })
    while trial.ply < plyLimit {
      let mover = game.playerToMove(in: state)
      let (_, transition) = trial.advance(&state)
      let owners = game.ownership(of: state)
      try trial.demand(
        owners.count == cells && owners.allSatisfy { -1...1 ~= $0 }, "each cell is owned by -1, 0 or 1")
      let difference = Float(owners.reduce(0) { $0 + Int($1) })
      try trial.demand(
        game.margin(of: state) == difference + bonus, "the margin is the difference of the areas less komi")
      guard transition.status.isOver else { continue }
      let margin = game.margin(of: state) * (mover == .first ? 1 : -1)
      let sign: Float = margin > 0 ? 1 : margin < 0 ? -1 : 0
      try trial.demand(
        transition.status == .truncated || transition.reward == sign, "the sign of the margin is the result")
      break
    }
  }
}

/// Draws counted as losses of a player are just that: moves and all other results stay.
func checkDraws<Rules: DrawAverse>(of game: Rules, games: Int, seed: UInt64, plyLimit: Int) throws {
  for index in 0..<games {
    var trial = Trial(game: game, seed: seed, index: UInt64(index), plyLimit: plyLimit)
    var state = game.start(using: &trial.chance)
    var believed = Player.allCases.map { game.countingDraws(asLossesOf: $0, in: state) }
    while trial.ply < plyLimit {
      let mover = game.playerToMove(in: state)
      let (action, transition) = trial.advance(&state)
      for loser in Player.allCases {
        let result = game.step(&believed[loser.index], taking: action, using: &trial.chance)
        let isDraw = transition.status == .terminated && transition.reward == 0
        let expected = isDraw ? (mover == loser ? -1 : 1) : transition.reward
        try trial.demand(
          result == Transition(reward: expected, status: transition.status),
          "draws become losses, nothing else does")
        let moves = Set(game.legalActions(in: believed[loser.index]).array.map(\.index))
        try trial.demand(
          moves == Set(game.legalActions(in: state).array.map(\.index)),
          "counting draws leaves the moves alone")
      }
      if transition.status.isOver { break }
    }
  }
}

/// Probabilities add up to 1 and `step` draws one of the outcomes.
func checkOutcomes<Rules: Enumerable>(of game: Rules, games: Int, seed: UInt64, plyLimit: Int) throws {
  for index in 0..<games {
    var trial = Trial(game: game, seed: seed, index: UInt64(index), plyLimit: plyLimit)
    var state = game.start(using: &trial.chance)
    while trial.ply < plyLimit {
      let before = state
      let (action, transition) = trial.advance(&state)
      let outcomes = game.outcomes(of: before, taking: action)
      let total = outcomes.reduce(0) { $0 + $1.probability }
      try trial.demand(abs(total - 1) < 1e-12, "probabilities add up to \(total), not to 1")
      try trial.demand(
        outcomes.contains {
          $0.probability > 0 && $0.transition == transition && game.key(of: $0.state) == game.key(of: state)
        }, "the step drew one of the outcomes")
      if transition.status.isOver { break }
    }
  }
}
