#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import Environments

/// The observations of several lanes, made of pictures in grey, the newest first: a picture that the observation before
/// already showed is not kept again (as Mnih et al. 2015 keep four frames), and what is new of each observation is
/// compressed by zstd. Every lane keeps a number of observations.
struct PictureStore: Sendable {
  /// Pictures of an observation, and values of a picture.
  private let planes: Int
  private let points: Int
  /// Of each lane: one run an observation, with its newest picture or with all of them; and as many more as the oldest
  /// observations still look back upon.
  private var queues: [ByteQueue]
  /// The newest observation of each lane as levels, [lanes, planes x points].
  private var newest: [UInt8]
  /// Scratch: the levels of an observation on its way in.
  private var levels: [UInt8]
  private let codec: PictureCodec

  init(shape: ObservationShape, lanes: Int, laneCapacity: Int) {
    planes = shape.planes
    points = shape.rows * shape.columns
    queues = [ByteQueue](repeating: ByteQueue(capacity: laneCapacity + shape.planes), count: lanes)
    newest = [UInt8](repeating: 0, count: lanes * shape.count)
    levels = [UInt8](repeating: 0, count: shape.count)
    codec = PictureCodec(capacity: shape.count)
  }

  var bytes: Int { queues.reduce(newest.count) { $0 + $1.bytes } }

  /// Keeps a lane's next observation; false, without a change, if not all of its values are levels of grey.
  mutating func append(_ values: borrowing Span<Float>, lane: Int) -> Bool {
    let size = planes * points
    precondition(values.count == size, "an observation of \(values.count) values, not \(size)")
    guard setLevels(values) else { return false }
    // The lane's part of the newest observations, and the scratch, hold `size` bytes each.
    let isShift = newest.withUnsafeMutableBytes { newest in
      levels.withUnsafeBytes { levels in
        let before = UnsafeMutableRawBufferPointer(rebasing: newest[lane * size..<(lane + 1) * size])
        // Whether the older pictures are the newer ones of the observation before.
        guard let old = before.baseAddress, let new = levels.baseAddress else { return false }
        let isShift = memcmp(old, new + points, size - points) == 0
        before.copyMemory(from: levels)
        return isShift
      }
    }
    let isNew = !isShift || queues[lane].appended == 0
    codec.compress(levels, count: isNew ? size : points) { queues[lane].append($0) }
    return true
  }

  /// Writes the values as levels; whether all of them are exactly that.
  private mutating func setLevels(_ values: borrowing Span<Float>) -> Bool {
    values.withUnsafeBufferPointer { values in
      levels.withUnsafeMutableBufferPointer { levels in
        // Both hold an observation. Without checks of each element this becomes vectors.
        guard let source = values.baseAddress, let target = levels.baseAddress else { return true }
        var difference: UInt32 = 0
        for i in 0..<levels.count {
          // Adding 2^23 rounds to a whole number in the low bits.
          let level = UInt8(truncatingIfNeeded: (source[i] * 255 + 0x1p23).bitPattern)
          target[i] = level
          difference |= (Float(level) / 255).bitPattern ^ source[i].bitPattern
        }
        return difference == 0
      }
    }
  }

  /// Writes a lane's observation, by its number since the beginning, into `values[start...]`.
  func load(_ number: Int, lane: Int, into values: inout MutableSpan<Float>, at start: Int) {
    precondition(start >= 0 && start + planes * points <= values.count, "the observation does not fit")
    values.withUnsafeMutableBufferPointer { values in
      guard let first = values.baseAddress else { return }
      // The picture `plane` of this observation is the newest of the one so many earlier, unless one on the way has
      // all.
      var plane = 0
      while plane < planes {
        // There is room for all pictures behind `start`, as was checked above.
        let target = first + start + plane * points
        plane += queues[lane].withBytes(of: number - plane) { bytes in
          codec.decompress(bytes) { levels in
            let found = levels.count == points ? 1 : planes - plane
            guard let source = levels.baseAddress else { return found }
            for i in 0..<found * points { target[i] = Float(source[i]) / 255 }
            return found
          }
        }
      }
    }
  }
}
