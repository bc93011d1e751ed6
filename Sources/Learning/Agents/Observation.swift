import Environments

extension Game {
  /// Writes the observation of one state as row `row` of a batch [rows, planes x rows x columns].
  func observe(_ state: State, asRow row: Int, of batch: inout [Float]) {
    batch.withRow(row, of: observationShape.count) { observe(state, into: &$0) }
  }

  /// Writes the observation of one state into `planes` and lends it to `body`.
  func withObservation(of state: State, in planes: inout [Float], _ body: (borrowing Span<Float>) -> Void) {
    observe(state, asRow: 0, of: &planes)
    body(planes.span)
  }
}

extension [Float] {
  /// Lends row `row` of a batch of rows of `size` floats.
  mutating func withRow(_ row: Int, of size: Int, _ body: (inout MutableSpan<Float>) -> Void) {
    withUnsafeMutableBufferPointer { batch in
      // The rebased buffer lives no longer than the array's own, and its bounds are checked here.
      var span = UnsafeMutableBufferPointer(rebasing: batch[row * size..<(row + 1) * size]).mutableSpan
      body(&span)
    }
  }
}
