import CKernels

/// How an engine's boards lie in flat images: few of them board by board, many of them sixteen abreast, which takes
/// fewer products, as nothing outside a board is computed.
// A class, as the owner of memory: it belongs to one engine, and is as little shared as that is.
final class FlatBoards {
  let rows: Int
  let columns: Int
  /// Boards that pass through the network together.
  let chunk: Int
  /// Planes of the input, and channels with those that fill its last plane of halves.
  private let count: Int
  private let channels: Int
  /// A board of the input as [points, channels].
  private let channelsLast: FloatBuffer
  private let alone: FlatArrangement
  private let abreast: FlatArrangement?
  /// The fewest boards that are worth to lie abreast.
  private let fewestAbreast: Int
  /// How many boards pass through the network at present, how they lie, and what their convolutions have in common.
  private(set) var boards = 0
  private(set) var arrangement: FlatArrangement
  private(set) var convolution = kernel_flat_convolution()
  /// The convolutions of the network's steps. They are set when the number of boards changes, not at every evaluation:
  /// to read what has just been written would make a kernel wait for all that was stored before.
  let convolutions: UnsafeMutablePointer<kernel_flat_convolution>
  /// Rows of a plane that they take.
  private(set) var usedRows = 0

  /// For networks of so many steps with the input `value`; the cache holds about `chunk` boards.
  init(_ value: InferencePlan.Value, steps: Int, maximumBatch: Int, chunk: Int) {
    (rows, columns, count, channels) = (value.rows, value.columns, value.channels, FlatImage(value).channels)
    let (one, many) = (
      FlatGroup.alone(rows: rows, columns: columns), FlatGroup.abreast(rows: rows, columns: columns)
    )
    fewestAbreast = (many.products + one.products - 1) / one.products
    // On 13x13 with 64 channels, which outgrow the cache, a fifth fewer products are still worth it; on 19x19, where
    // it is an eighth, not.
    let isWorthIt = chunk >= many.boards || 5 * many.products <= 4 * many.boards * one.products
    if fewestAbreast <= min(maximumBatch, many.boards), isWorthIt {
      self.chunk = min((maximumBatch + 15) / 16, max(1, chunk / many.boards)) * many.boards
      abreast = FlatArrangement(of: many, boards: self.chunk)
    } else {
      self.chunk = min(maximumBatch, chunk)
      abreast = nil
    }
    alone = FlatArrangement(of: one, boards: self.chunk)
    arrangement = alone
    channelsLast = FloatBuffer(count: rows * columns * channels)
    convolutions = .allocate(capacity: steps)
    convolutions.initialize(repeating: kernel_flat_convolution(), count: steps)
  }

  deinit { convolutions.deallocate() }

  /// How many of the boards that are left pass through the network next: whole sixteens, if they lie abreast.
  func next(of boards: Int) -> Int {
    min(chunk, abreast == nil || boards < 16 ? boards : boards / 16 * 16)
  }

  /// What follows is for so many boards. Returns whether before it was for another number, so that `convolutions` are to
  /// be set.
  func arrange(boards: Int) -> Bool {
    if boards == self.boards { return false }
    self.boards = boards
    arrangement = if let abreast, boards >= fewestAbreast { abreast } else { alone }
    convolution = arrangement.convolution(boards: boards)
    usedRows = arrangement.rows(boards: boards)
    return true
  }

  /// Brings the boards, [boards, planes, rows, columns], into a flat image.
  func encode(
    _ planes: UnsafePointer<Float>, into flat: UnsafeMutablePointer<UInt16>, by kernels: kernel_table
  ) {
    var input = arrangement.input(boards: boards)
    (input.channels, input.floats, input.flat) = (channels, UnsafePointer(channelsLast.pointer), flat)
    let points = rows * columns
    // Board by board, so that what is between the two steps stays in a near cache.
    for board in 0..<boards {
      kernels.transpose(
        planes + board * count * points, count, points, points, channelsLast.pointer, channels, false)
      kernels.flat_input(&input)
      (input.rows, input.outside_count) = (input.rows + points, 0)
    }
  }
}
