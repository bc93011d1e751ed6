/// Why a network cannot be built as described.
public enum NetworkDescriptionError: Error, Hashable, CustomStringConvertible {
  case outOfRange(field: String, value: Int, allowed: ClosedRange<Int>)
  case noHiddenLayer
  case boardTooSmall(rows: Int, columns: Int)
  case pictureTooSmall(rows: Int, columns: Int)
  case tooLarge(parameters: Int)
  case unevenHeads(width: Int, heads: Int)
  case notOnSquare(rows: Int, columns: Int, actions: Int)
  case badHead(problem: String)
  case unorderedPooling(blocks: [Int])

  public var description: String {
    switch self {
    case .outOfRange(let field, let value, let allowed):
      "network \(field) is \(value); use \(allowed.lowerBound) to \(allowed.upperBound)"
    case .noHiddenLayer: "network torso mlp has no hidden layers; give at least one size, such as [64]"
    case .boardTooSmall(let rows, let columns):
      "network torso convolutional needs at least 3 rows and 3 columns, the input has \(rows) x \(columns); "
        + "use torso mlp"
    case .unevenHeads(let width, let heads):
      "network width \(width) is not a multiple of its \(heads) attention heads; make it one"
    case .notOnSquare(let rows, let columns, let actions):
      "network torso equivariant needs a square board and an action for each point, and perhaps one to pass; here "
        + "are \(rows) x \(columns) points and \(actions) actions; use torso residual"
    case .pictureTooSmall(let rows, let columns):
      "network torso nature needs at least 36 rows and 36 columns, the input has \(rows) x \(columns); use torso "
        + "convolutional or mlp"
    case .tooLarge(let parameters):
      "the network would have over \(parameters) parameters; use fewer channels, hidden units or actions, or a "
        + "smaller board"
    case .unorderedPooling(let blocks):
      "network pooling blocks are \(blocks); write each once, rising from 1"
    case .badHead(let problem): "network head of action values has \(problem)"
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
    case .densenet(let layers, let growth):
      try check("layers", layers, in: 0...256)
      try check("growth", growth, in: 1...1024)
      try checkProduct(9 * growth, max(2 * planes, growth * (layers + 1) * (layers + 4) / 2))
      width = imageFeatures
    case .transformer(let blocks, let size, let heads):
      try check("blocks", blocks, in: 0...256)
      try check("width", size, in: 1...4096)
      try check("attention heads", heads, in: 1...size)
      guard size % heads == 0 else { throw .unevenHeads(width: size, heads: heads) }
      try checkProduct(12 * size, size * max(1, blocks))
      try checkProduct(planes + rows * columns, size)
      // Attention is between all pairs of points.
      try checkProduct(rows * columns, rows * columns * heads)
      width = imageFeatures
    case .equivariant(let blocks, let fields):
      try check("blocks", blocks, in: 0...256)
      try check("fields", fields, in: 1...512)
      // The weights as they are spread out.
      try checkProduct(9 * 8 * fields, 8 * fields * max(1, 2 * blocks))
      try checkProduct(9 * planes, 8 * fields)
      guard rows == columns, actions - rows * columns == 0 || actions - rows * columns == 1 else {
        throw .notOnSquare(rows: rows, columns: columns, actions: actions)
      }
      width = 1
    case .convolutional(let channels, let hidden):
      try check("channels", channels, in: 1...4096)
      try check("hidden size", hidden, in: 1...65_536)
      guard rows >= 3 && columns >= 3 else { throw .boardTooSmall(rows: rows, columns: columns) }
      try checkProduct(channels * (rows - 2) * (columns - 2), hidden)
      width = hidden
    case .nature(let channels, let hidden):
      try check("channels", channels, in: 1...2048)
      try check("hidden size", hidden, in: 1...65_536)
      guard rows >= 36 && columns >= 36 else { throw .pictureTooSmall(rows: rows, columns: columns) }
      try checkProduct(2 * channels * (rows / 8) * (columns / 8), hidden)
      width = hidden
    case .residual(let blocks, let channels, let pooling):
      if let pooling { try check(pooling, blocks: blocks, channels: channels) }
      try check("blocks", blocks, in: 0...256)
      try check("channels", channels, in: 1...4096)
      try checkProduct(9 * channels, channels * max(1, 2 * blocks))
      try checkProduct(9 * planes, channels)
      width = imageFeatures
    }
    let widths = headWidths
    try check("policy channels", widths.policy, in: 1...4096)
    try check("value channels", widths.value, in: 1...4096)
    try check("value hidden size", widths.hidden, in: 1...65_536)
    try checkProduct(widths.value * rows * columns, widths.hidden)
    let head = actionValueHead
    if let problem = head.problem { throw .badHead(problem: problem) }
    try checkProduct(max(width, head.streamHidden), actions * head.distribution.atoms)
    try checkProduct(width, head.streamHidden)
  }

  /// Most features of an image that a head without hidden units sees.
  private var imageFeatures: Int {
    max(4, headWidths.policy, headWidths.value) * rows * columns
  }

  private func check(_ pooling: BoardPooling, blocks: Int, channels: Int) throws(NetworkDescriptionError) {
    try check("channels with pooling", channels, in: 2...4096)
    var last = 0
    for block in pooling.blocks {
      guard block > last else { throw .unorderedPooling(blocks: pooling.blocks) }
      try check("pooling block", block, in: 1...max(1, blocks))
      last = block
    }
  }

  /// Most parameters of a network: a gigabyte of them.
  static let mostWeights = 1 << 28

  private func check(_ field: String, _ value: Int, in allowed: ClosedRange<Int>)
    throws(NetworkDescriptionError)
  {
    guard allowed.contains(value) else {
      throw .outOfRange(field: field, value: value, allowed: allowed)
    }
  }

  private func checkProduct(_ inputs: Int, _ outputs: Int) throws(NetworkDescriptionError) {
    guard inputs * outputs <= Self.mostWeights else { throw .tooLarge(parameters: Self.mostWeights) }
  }
}
