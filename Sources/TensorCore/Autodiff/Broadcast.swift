/// How two operands lie under a result whose axes of length one they repeat. Neighbouring axes that repeat
/// alike are merged, so that whatever is done to the elements is done in long runs.
struct Broadcast {
  /// Lengths and strides (0: repeated) of the merged axes, the fastest first.
  private var lengths = InlineArray<4, Int>(repeating: 1)
  private var first = InlineArray<4, Int>(repeating: 0)
  private var second = InlineArray<4, Int>(repeating: 0)

  /// The shape of what two operands make together. Each axis has one length, or is 1 in one of the two.
  static func shape(_ first: VariableShape, _ second: VariableShape) -> VariableShape {
    func length(_ a: Int, _ b: Int) -> Int {
      precondition(a == b || a == 1 || b == 1, "cannot combine \(first) with \(second)")
      return a == 1 ? b : a
    }
    return VariableShape(
      batch: length(first.batch, second.batch), rows: length(first.rows, second.rows),
      columns: length(first.columns, second.columns), channels: length(first.channels, second.channels))
  }

  init(_ firstShape: VariableShape, _ secondShape: VariableShape, to result: VariableShape) {
    var merged = 0
    for raw in stride(from: 3, through: 0, by: -1) {
      guard let axis = Axis(rawValue: raw), result[axis] != 1 else { continue }
      let strides = (
        firstShape[axis] == 1 ? 0 : firstShape.stride(of: axis),
        secondShape[axis] == 1 ? 0 : secondShape.stride(of: axis)
      )
      if merged > 0, strides.0 == first[merged - 1] * lengths[merged - 1],
        strides.1 == second[merged - 1] * lengths[merged - 1]
      {
        lengths[merged - 1] *= result[axis]
      } else {
        (lengths[merged], first[merged], second[merged]) = (result[axis], strides.0, strides.1)
        merged += 1
      }
    }
  }

  /// One run: where it starts in both operands and the result, and its number of elements.
  struct Run {
    let first: Int
    let second: Int
    let result: Int
    let count: Int
  }

  /// The strides within a run, 0 or 1.
  var firstStride: Int { first[0] }
  var secondStride: Int { second[0] }

  /// Calls `body` with every run, in the order of the result.
  func forEachRun(_ body: (Run) -> Void) {
    var result = 0
    for i in 0..<lengths[3] {
      for j in 0..<lengths[2] {
        for k in 0..<lengths[1] {
          body(
            Run(
              first: i * first[3] + j * first[2] + k * first[1],
              second: i * second[3] + j * second[2] + k * second[1], result: result, count: lengths[0]))
          result += lengths[0]
        }
      }
    }
  }
}
