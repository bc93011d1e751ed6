import TensorCore

/// What a learner has learned so far: all that its agent plays by.
public enum TrainedModel: Sendable {
  case network(Network)
  case table(ActionValueTable)
  case pair(NetworkPair)
}
