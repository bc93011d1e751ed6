import TensorCore
import Testing

@Suite("Equivariant networks")
struct EquivariantNetworkTests {
  private func network(seed: UInt64, side: Int = 5, fields: Int = 4) throws -> Network {
    try seasoned(
      NetworkDescription(
        planes: 3, rows: side, columns: side, torso: .equivariant(blocks: 2, fields: fields),
        heads: .policyValue(actions: side * side + 1, valueRange: .linear)), seed: seed)
  }

  /// Makes all numbers small multiples of powers of two, so that no sum is ever rounded.
  private func coarsen(_ network: Network) {
    let parameters = network.parameters
    for entry in parameters.layout.trained {
      for i in entry.range {
        parameters.trained[i] =
          entry.name.contains("norm") && entry.name.hasSuffix("weight")
          ? 1 : (parameters.trained[i] * 2).rounded() / 2
      }
    }
    // A variance that the epsilon of batch norm completes to 1.
    for entry in parameters.layout.buffers {
      for i in entry.range {
        parameters.buffers[i] = entry.name.hasSuffix("running_var") ? 1 - 1e-5 : 0
      }
    }
  }

  /// Where a symmetry takes a point: quarter turns, behind a reflection from 4 on.
  private func move(_ point: Int, by symmetry: Int, side: Int) -> Int {
    var (row, column) = (point / side, point % side)
    if symmetry >= 4 { column = side - 1 - column }
    for _ in 0..<(symmetry % 4) { (row, column) = (column, side - 1 - row) }
    return row * side + column
  }

  /// A board as a symmetry moves it.
  private func moved(_ planes: ArraySlice<Float>, by symmetry: Int, side: Int) -> [Float] {
    var result = Array(planes)
    let (first, points) = (planes.startIndex, side * side)
    for i in 0..<planes.count {
      result[i / points * points + move(i % points, by: symmetry, side: side)] = planes[first + i]
    }
    return result
  }

  /// The largest differences of policies and values between boards and their eight images.
  private func asymmetry(
    of network: Network, boards: Int, in numbers: (inout TestGenerator) -> Float,
    by evaluate: (_ planes: [Float], _ batch: Int) -> ([Float], [Float])
  ) -> (policy: Float, value: Float) {
    var generator = TestGenerator(state: 71)
    let side = network.description.rows
    let (points, count) = (side * side, network.description.inputCount)
    let planes = (0..<boards * count).map { _ in numbers(&generator) }
    let expected = evaluate(planes, boards)
    var worst: (policy: Float, value: Float) = (0, 0)
    for symmetry in 0..<8 {
      let images = (0..<boards).flatMap {
        moved(planes[($0 * count)..<(($0 + 1) * count)], by: symmetry, side: side)
      }
      let found = evaluate(images, boards)
      for board in 0..<boards {
        let row = board * (points + 1)
        for point in 0..<points {
          let image = found.0[row + move(point, by: symmetry, side: side)]
          worst.policy = max(worst.policy, (image - expected.0[row + point]).magnitude)
        }
        worst.policy = max(
          worst.policy, (found.0[row + points] - expected.0[row + points]).magnitude)
        worst.value = max(worst.value, (found.1[board] - expected.1[board]).magnitude)
      }
    }
    return worst
  }

  @Test(
    "policies move with the board and values stay, up to rounding",
    arguments: [1, 2, 3] as [UInt64])
  func randomWeights(seed: UInt64) throws {
    let network = try network(seed: seed)
    let engine = network.compiled(maximumBatch: 6)
    for evaluate in [engine.outputs, { tapeOutputs(network, $0, batch: $1) }] {
      let worst = asymmetry(
        of: network, boards: 6, in: { Float.random(in: -1...1, using: &$0) }, by: evaluate)
      #expect(worst.policy < 1e-5 && worst.value < 1e-5, "\(worst), seed \(seed)")
    }
  }

  @Test("where no sum is rounded, policies and values are the same bits under all eight symmetries")
  func exactWeights() throws {
    // Three fields keep Winograd's thirds away, and a side of four makes means exact.
    let network = try network(seed: 4, side: 4, fields: 3)
    coarsen(network)
    let worst = asymmetry(of: network, boards: 5, in: { Bool.random(using: &$0) ? 1 : 0 }) {
      tapeOutputs(network, $0, batch: $1)
    }
    #expect(worst.policy == 0 && worst.value == 0, "\(worst)")
    var generator = TestGenerator(state: 72)
    let board = (0..<48).map { _ in Bool.random(using: &generator) ? 1 : 0 as Float }
    #expect(Set(tapeOutputs(network, board, batch: 1).0).count > 8, "the network says the same of all points")
  }

  @Test("on matrix tiles the symmetry holds to the last bit of bf16")
  func onTiles() throws {
    let network = try network(seed: 5)
    let engine = network.compiled(
      maximumBatch: 6, precision: .bf16, kernels: .emulatedTiles)
    let worst = asymmetry(
      of: network, boards: 6, in: { Float.random(in: -1...1, using: &$0) }, by: engine.outputs)
    #expect(worst.policy < 0.02 && worst.value < 0.02, "\(worst)")
  }
}
