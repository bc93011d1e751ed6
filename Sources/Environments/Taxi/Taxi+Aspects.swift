extension Taxi: Notation {
  public func name(of action: Action, in state: State) -> String {
    ["south", "north", "east", "west", "pickup", "dropoff"][action.index]
  }

  /// The map with the taxi as `@`, and a line on the passenger.
  public func draw(_ state: State) -> String {
    let frame = "+" + String(repeating: "-", count: map.columns * 2 - 1) + "+"
    let lines = (0..<map.rows).map { row in
      "|"
        + (0..<map.columns).map { column in
          let cell = row * map.columns + column
          return "\(symbol(at: cell, in: state))\(map.hasWallRight[cell] ? "|" : ":")"
        }.joined()
    }
    let passenger = Int(state.passenger)
    let place = passenger < map.letters.count ? "at \(map.letters[passenger])" : "in the taxi"
    let line = "passenger \(place), to \(map.letters[Int(state.destination)])"
    return ([frame] + lines + [frame, line]).joined(separator: "\n")
  }

  private func symbol(at cell: Int, in state: State) -> Character {
    if cell == Int(state.cell) { return "@" }
    return map.stops.firstIndex(of: cell).map { map.letters[$0] } ?? " "
  }
}

extension Taxi: Enumerable {
  /// The passenger waits, and wants to go somewhere else.
  public var starts: [State] {
    (0..<stateCount).map(state(numbered:)).filter { $0.passenger < inTaxi && $0.passenger != $0.destination }
  }

  /// The one thing that comes of an action.
  public func outcomes(of state: State, taking action: Action) -> [Outcome<State>] {
    precondition(legalActions(in: state).contains(action), "illegal action")
    var next = state
    let transition = move(&next, taking: action)
    return [Outcome(probability: 1, state: next, transition: transition)]
  }

  /// Number of states that differ in more than the step count.
  public var stateCount: Int { map.rows * map.columns * (map.stops.count + 1) * map.stops.count }

  /// Gymnasium's number of a state: ((row x columns + column) x (stops + 1) + passenger) x stops + destination.
  public func number(of state: State) -> Int {
    (Int(state.cell) * (map.stops.count + 1) + Int(state.passenger)) * map.stops.count
      + Int(state.destination)
  }

  /// The running state with this number, which is below `stateCount`.
  public func state(numbered number: Int) -> State {
    precondition(0..<stateCount ~= number, "no state \(number)")
    let (place, destination) = number.quotientAndRemainder(dividingBy: map.stops.count)
    let (cell, passenger) = place.quotientAndRemainder(dividingBy: map.stops.count + 1)
    return State(cell: UInt16(cell), passenger: UInt8(passenger), destination: UInt8(destination))
  }
}
