import CKernels

/// How some boards lie for products on matrix tiles: one behind the other as pixels of bf16 channels, with a column of
/// zeros behind each row, which is also the left border of the next one, and a row of zeros behind each board, which is
/// also the upper border of the next one. So a tap of a 3 x 3 kernel is one offset for all pixels.
struct BoardRow {
  let rows: Int
  let columns: Int
  /// What a pixel has, and what it takes: a multiple of 32.
  let channels: Int
  let stride: Int
  /// As many as there is room for.
  let boards: Int

  init(_ window: kernel_window, channels: Int, boards: Int) {
    (rows, columns, self.channels, self.boards) = (window.rows, window.columns, channels, boards)
    stride = channels.rounded(upTo: 32)
  }

  private var width: Int { columns + 1 }
  /// Pixels before the first board, and behind the last.
  var margin: Int { width + 1 }
  /// Pixels from the first board on that hold `boards` boards, in whole tiles.
  func span(_ boards: Int) -> Int { (boards * (rows + 1) * width).rounded(upTo: 32) }
  /// All of them, an even number.
  var pixels: Int { 2 * margin + span(boards) }
  /// How far a tap is from its pixel, in pixels.
  func offset(tap: Int) -> Int { (tap / 3 - 1) * width + tap % 3 - 1 }

  /// Rounds `boards` boards [rows, columns, channels].
  func round(
    _ image: UnsafePointer<Float>, boards: Int, on tiles: kernel_table,
    into halves: UnsafeMutablePointer<UInt16>
  ) {
    halves.update(repeating: 0, count: pixels * stride)
    forEachRow(boards) { row, pixel in
      tiles.round_rows(
        image + row * columns * channels, columns, channels, channels, halves + (margin + pixel) * stride,
        stride)
    }
  }

  /// Takes the boards out of sums of f32 that lie from the first board on, without a margin.
  func take(
    _ sums: UnsafePointer<Float>, boards: Int, adding: Bool, into image: UnsafeMutablePointer<Float>
  ) {
    let count = columns * channels
    forEachRow(boards) { row, pixel in
      let (from, to) = (sums + pixel * channels, image + row * count)
      if adding { kernels.add_scaled(from, 1, count, to) } else { to.update(from: from, count: count) }
    }
  }

  /// Every row of some boards: its number and that of its first pixel.
  private func forEachRow(_ boards: Int, _ body: (_ row: Int, _ pixel: Int) -> Void) {
    for board in 0..<boards {
      for row in 0..<rows { body(board * rows + row, (board * (rows + 1) + row) * width) }
    }
  }
}
