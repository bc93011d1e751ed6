/// How an engine's boards lie in flat images: few of them board by board, many of them sixteen abreast, which takes fewer
/// products, as nothing outside a board is computed.
// A class, as the owner of memory: it belongs to one engine, and is as little shared as that is.
final class FlatBoards {
  let rows: Int
  let columns: Int
  /// Boards that pass through the network together.
  let chunk: Int
  /// For sums between the products of 32 channels and the next.
  let sums: FloatBuffer
  private let alone: FlatArrangement
  private let abreast: FlatArrangement?
  /// The fewest boards that are worth to lie abreast.
  private let fewestAbreast: Int

  /// For images of the size of `value`; the cache holds about `chunk` boards.
  init(_ value: InferencePlan.Value, maximumBatch: Int, chunk: Int) {
    (rows, columns) = (value.rows, value.columns)
    let alone = FlatArrangement(of: .alone(rows: rows, columns: columns), boards: 1)
    let group = FlatArrangement.Group.abreast(rows: rows, columns: columns)
    let abreast = FlatArrangement(of: group, boards: group.boards)
    let fewest = (1...group.boards).first { abreast.products(boards: $0) <= alone.products(boards: $0) }
    if let fewest, maximumBatch >= fewest, 3 * chunk >= group.boards {
      self.chunk = min((maximumBatch + 15) / 16, max(1, chunk / group.boards)) * group.boards
      self.abreast = FlatArrangement(of: group, boards: self.chunk)
      fewestAbreast = fewest
    } else {
      self.chunk = min(maximumBatch, chunk)
      self.abreast = nil
      fewestAbreast = 0
    }
    self.alone = FlatArrangement(of: alone.group, boards: self.chunk)
    sums = FloatBuffer(count: max(self.alone.block, self.abreast?.block ?? 0) * 1024)
  }

  /// How many of the boards that are left pass through the network next.
  func next(of boards: Int) -> Int {
    guard let abreast, boards >= abreast.group.boards else { return min(chunk, boards) }
    return min(chunk, boards / abreast.group.boards * abreast.group.boards)
  }

  func arrangement(boards: Int) -> FlatArrangement {
    if let abreast, boards >= fewestAbreast { abreast } else { alone }
  }
}
