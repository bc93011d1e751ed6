/// Why a network cannot be built as described.
public enum NetworkDescriptionError: Error, Hashable, CustomStringConvertible {
  case outOfRange(field: String, value: Int, allowed: ClosedRange<Int>)
  case noHiddenLayer
  case boardTooSmall(rows: Int, columns: Int)
  case tooLarge(parameters: Int)

  public var description: String {
    switch self {
    case .outOfRange(let field, let value, let allowed):
      "network \(field) is \(value); use \(allowed.lowerBound) to \(allowed.upperBound)"
    case .noHiddenLayer:
      "network torso mlp has no hidden layers; give at least one size, such as [64]"
    case .boardTooSmall(let rows, let columns):
      "network torso convolutional needs at least 3 rows and 3 columns, the input has \(rows) x \(columns); "
        + "use torso mlp"
    case .tooLarge(let parameters):
      "the network would have over \(parameters) parameters; use fewer channels, hidden units or actions"
    }
  }
}

extension NetworkDescription {
  /// Throws what makes the description impossible or absurd; files from outside may ask for anything.
  public func validate() throws(NetworkDescriptionError) {
    try check("planes", planes, in: 1...4096)
    try check("rows", rows, in: 1...256)
    try check("columns", columns, in: 1...256)
    try check("actions", actions, in: 1...100_000)
    var width = 0
    switch torso {
    case .mlp(let hidden):
      guard !hidden.isEmpty else { throw .noHiddenLayer }
      try check("hidden layer count", hidden.count, in: 1...64)
      for size in hidden { try check("hidden size", size, in: 1...65_536) }
      try checkProduct(inputCount, hidden[0])
      for (from, to) in zip(hidden, hidden.dropFirst()) { try checkProduct(from, to) }
      width = hidden[hidden.count - 1]
    case .recurrent(let hidden, let memory):
      try check("hidden layer count", hidden.count, in: 0...64)
      for size in hidden { try check("hidden size", size, in: 1...65_536) }
      try check("memory", memory, in: 1...16_384)
      for (from, to) in zip([inputCount] + hidden, hidden + [4 * memory]) {
        try checkProduct(from, to)
      }
      try checkProduct(4 * memory, memory)
      width = memory
    case .convolutional(let channels, let hidden):
      try check("channels", channels, in: 1...4096)
      try check("hidden size", hidden, in: 1...65_536)
      guard rows >= 3 && columns >= 3 else { throw .boardTooSmall(rows: rows, columns: columns) }
      try checkProduct(channels * (rows - 2) * (columns - 2), hidden)
      width = hidden
    case .residual(let blocks, let channels):
      try check("blocks", blocks, in: 0...256)
      try check("channels", channels, in: 1...4096)
      try checkProduct(9 * channels, channels * max(1, 2 * blocks))
      try checkProduct(9 * planes, channels)
      width = 4 * rows * columns
    }
    try checkProduct(width, actions)
  }

  private static let mostWeights = 1 << 28

  private func check(_ field: String, _ value: Int, in allowed: ClosedRange<Int>)
    throws(NetworkDescriptionError)
  {
    guard allowed.contains(value) else {
      throw .outOfRange(field: field, value: value, allowed: allowed)
    }
  }

  private func checkProduct(_ inputs: Int, _ outputs: Int) throws(NetworkDescriptionError) {
    guard inputs * outputs <= Self.mostWeights else {
      throw .tooLarge(parameters: Self.mostWeights)
    }
  }
}
