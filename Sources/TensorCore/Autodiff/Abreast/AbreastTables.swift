import CKernels

/// How boards of a size lie sixteen abreast (see `kernel_abreast`), and what their convolutions read where.
// A class, as the owner of the tables: it belongs to one tape, and is as little shared as that is.
final class AbreastTables {
  let rows: Int
  let columns: Int
  let arrangement: FlatArrangement

  init(rows: Int, columns: Int) {
    (self.rows, self.columns) = (rows, columns)
    arrangement = FlatArrangement(of: .abreast(rows: rows, columns: columns), boards: 16)
  }

  var points: Int { rows * columns }

  /// What a group of sixteen with so many channels, whole planes of 32, takes.
  func halves(_ channels: Int) -> Int { channels / 32 * (points + 1) * 512 }
}

/// Scratch memory for one convolution after another.
struct AbreastScratch {
  let weights: UnsafeMutablePointer<UInt16>
  let bias: UnsafeMutablePointer<Float>
  /// Two groups each: an image, and the gradient of what a convolution makes of it.
  let images, slopes: UnsafeMutablePointer<UInt16>
  /// The same as pairs of boards, those of the image also turned around.
  let imagePairs, slopePairs, turnedPairs: UnsafeMutablePointer<UInt16>
  /// What a convolution of a group gives, in halves or in floats.
  let products: UnsafeMutablePointer<UInt16>
  let floats: UnsafeMutablePointer<Float>
  /// The gradient of the weights, [9][inputs][outputs].
  let gradient: UnsafeMutablePointer<Float>

  /// For layers of at most so many channels, in memory of a tape; the bias is 0.
  init(_ tables: AbreastTables, channels: Int, on tape: Tape) {
    let (group, weightCount) = (tables.halves(channels), 9 * channels * channels)
    let floatCount = (16 * tables.points + 1) * channels
    // Each piece begins on a cache line.
    let padding = 10 * 16
    var space = HalfSpace(
      tape.scratch((11 * group + 3 * weightCount) / 2 + floatCount + channels + padding))
    weights = space.halves(weightCount)
    bias = space.floats(channels)
    images = space.halves(2 * group)
    slopes = space.halves(2 * group)
    imagePairs = space.halves(2 * group)
    slopePairs = space.halves(2 * group)
    turnedPairs = space.halves(2 * group)
    products = space.halves(group)
    floats = space.floats(floatCount)
    gradient = space.floats(weightCount)
    bias.update(repeating: 0, count: channels)
  }
}
