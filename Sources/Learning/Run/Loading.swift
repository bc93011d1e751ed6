import Replay

extension SampleWindow {
  /// Writes a sample as row `row` of batches held in arrays; see the same method on spans.
  func load(
    _ index: Int, row: Int, observations: inout [Float], policies: inout [Float]
  ) -> (value: Float, weight: Float, policyWeight: Float) {
    var planes = observations.mutableSpan
    var shares = policies.mutableSpan
    return load(index, row: row, observations: &planes, policies: &shares)
  }
}

extension TransitionRing {
  /// Writes a transition as row `row` of batches held in arrays; see the same method on spans.
  func load(
    _ slot: Int, row: Int, observations: inout [Float], nextObservations: inout [Float],
    nextLegal: inout [UInt64]
  ) -> StoredTransition {
    var planes = observations.mutableSpan
    var nextPlanes = nextObservations.mutableSpan
    var legal = nextLegal.mutableSpan
    return load(slot, row: row, observations: &planes, nextObservations: &nextPlanes, nextLegal: &legal)
  }
}
