import Learning

/// The end of a run, for programs.
public struct TrainingReport: Sendable {
  private let progress: TrainingProgress
  private let session: TrainingSession

  public init(_ progress: TrainingProgress, of session: TrainingSession) {
    self.progress = progress
    self.session = session
  }

  public var json: JSONValue {
    [
      "agent": .text(session.name), "game": .text(session.game.id), "run": .text(session.folder.path),
      "seed": JSONValue(session.seed), "steps": .integer(progress.step),
      "updates": .integer(progress.updates),
      "games": .integer(progress.games), "seconds": .number(progress.seconds),
      "policy_loss": JSONValue(progress.policyLoss), "value_loss": JSONValue(progress.valueLoss),
      "mean_return": JSONValue(progress.meanReturn), "strength": JSONValue(progress.strength),
      "replay_bytes": .integer(progress.replayBytes),
      "value_error": JSONValue(progress.valueError), "value_bias": JSONValue(progress.valueBias),
      "past_strength": JSONValue(progress.pastScore),
      "past_step": progress.pastStep.map { .integer($0) } ?? .null,
      "gate_score": JSONValue(progress.gateScore),
      "promotions": progress.promotions.map { .integer($0) } ?? .null,
      "window_age": JSONValue(progress.windowAge),
      "unique_positions": JSONValue(progress.uniqueShare),
    ]
  }
}
