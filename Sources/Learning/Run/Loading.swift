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
    _ slot: Int, row: Int, rule: ReturnRule, observations: inout [Float],
    nextObservations: inout [Float], nextLegal: inout [UInt64]
  ) -> StoredTransition {
    var planes = observations.mutableSpan
    var nextPlanes = nextObservations.mutableSpan
    var legal = nextLegal.mutableSpan
    return load(
      slot, row: row, rule: rule, observations: &planes, nextObservations: &nextPlanes, nextLegal: &legal)
  }

  /// Writes the actions that were legal at a slot as row `row` of a batch held in an array.
  func loadLegalActions(_ slot: Int, row: Int, into words: inout [UInt64]) {
    var legal = words.mutableSpan
    loadLegalActions(slot, row: row, into: &legal)
  }
}
