import AllocationCounter
import Foundation
import TensorCore
import Testing

/// Reproducible numbers for tests.
struct TestGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func floats(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &self) }
  }
}

/// Heap allocations of this thread in `body`.
func allocations(of body: () -> Void) -> Int {
  let before = allocation_count()
  body()
  return Int(allocation_count() - before)
}

extension Tape {
  func vectors(_ values: [Float], batch: Int, wantsGradient: Bool = false) -> Variable {
    values.withUnsafeBufferPointer {
      input(vectors: $0, batch: batch, features: values.count / batch, wantsGradient: wantsGradient)
    }
  }

  func images(_ values: [Float], _ shape: [Int], wantsGradient: Bool = false) -> Variable {
    values.withUnsafeBufferPointer {
      input(
        images: $0, batch: shape[0], planes: shape[1], rows: shape[2], columns: shape[3],
        wantsGradient: wantsGradient)
    }
  }

  func backward(from variable: Variable, cotangent: [Float]) {
    cotangent.withUnsafeBufferPointer { backward(from: variable, cotangent: $0) }
  }
}

/// [batch, rows, columns, channels] to [batch, channels, rows, columns], or back with the numbers exchanged.
func channelsFirst(_ values: [Float], batch: Int, points: Int, channels: Int) -> [Float] {
  var result = values
  for b in 0..<batch {
    for p in 0..<points {
      for c in 0..<channels {
        result[(b * channels + c) * points + p] = values[(b * points + p) * channels + c]
      }
    }
  }
  return result
}

/// The largest difference of two rows of numbers, in the second where that is above `unit`, else in `unit`; infinite if
/// they are not equally long or any difference is no number.
func largestDifference(_ a: some Sequence<Float>, _ b: some Sequence<Float>, unit: Float = 1) -> Float {
  let (a, b) = (Array(a), Array(b))
  let differences = zip(a, b).map { ($0 - $1).magnitude / max(unit, $1.magnitude) }
  guard a.count == b.count, differences.allSatisfy(\.isFinite) else { return .infinity }
  return differences.max() ?? 0
}

/// The folder of reference data: Tests/Vectors, or that of the environment variable SELFPLAY_VECTORS.
let vectorsFolder =
  ProcessInfo.processInfo.environment["SELFPLAY_VECTORS"]
  ?? URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(
    path: "Vectors"
  ).path
