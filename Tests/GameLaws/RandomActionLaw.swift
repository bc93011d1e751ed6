import Environments

/// Random actions are legal at every state, and uniform over the legal ones at some states of a few games.
func checkRandomActions<Rules: Game>(of game: Rules, games: Int, seed: UInt64, plyLimit: Int) throws {
  for index in 0..<min(games, 3) {
    var trial = Trial(game: game, seed: seed, index: UInt64(index), plyLimit: plyLimit)
    var state = game.start(using: &trial.chance)
    var nextCheck = 0
    while trial.ply < plyLimit {
      let action = game.randomLegalAction(in: state, using: &trial.choice)
      try trial.demand(game.legalActions(in: state).contains(action), "a random action is legal")
      try trial.checkRandomStep(from: state)
      if trial.ply == nextCheck {
        try trial.checkUniformity(in: state)
        // The plies between two checks grow, so that long games cost few.
        nextCheck += 2 + nextCheck / 2
      }
      trial.ply += 1
      if game.step(&state, taking: action, using: &trial.chance).status.isOver { break }
    }
  }
}

extension Trial {
  /// A random step is the step of a random action, drawn in the same way.
  fileprivate func checkRandomStep(from state: Rules.State) throws {
    var (expected, reached) = (state, state)
    var (drawn, random) = (choice, choice)
    let action = game.randomLegalAction(in: expected, using: &drawn)
    let transition = game.step(&expected, taking: action, using: &drawn)
    try demand(
      game.stepRandomly(&reached, using: &random) == transition && random == drawn
        && game.key(of: reached) == game.key(of: expected), "a random step is the step of a random action")
  }

  /// Pearson's test (1900) of many draws, with a bound that fair draws exceed once in some million states.
  fileprivate mutating func checkUniformity(in state: Rules.State) throws {
    let legal = game.legalActions(in: state).array
    let drawsPerAction = 24
    var counts = [Int](repeating: 0, count: game.actionCount)
    for _ in 0..<legal.count * drawsPerAction {
      let action = game.randomLegalAction(in: state, using: &choice)
      try demand(action.index < game.actionCount, "action \(action.index) is below \(game.actionCount)")
      counts[action.index] += 1
    }
    let drawn = legal.reduce(0) { $0 + counts[$1.index] }
    try demand(drawn == legal.count * drawsPerAction, "a random action is legal")
    let deviation = legal.reduce(0.0) { sum, action in
      let difference = Double(counts[action.index] - drawsPerAction)
      return sum + difference * difference / Double(drawsPerAction)
    }
    // The sum is distributed as chi-square with one degree of freedom less than there are actions.
    let freedom = Double(legal.count - 1)
    try demand(
      deviation <= freedom + 6 * (2 * freedom).squareRoot() + 12,
      "random actions are uniform: a deviation of \(deviation) for \(legal.count) actions")
  }
}
