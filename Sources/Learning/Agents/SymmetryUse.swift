/// How a network looks at the states of a game that has symmetries.
public enum SymmetryUse: String, CaseIterable, Hashable, Sendable {
  /// As they are.
  case none
  /// Each in one of its symmetries, drawn for every judgement (Silver et al. 2017).
  case random
  /// Each in all of its symmetries: values and logits are the means. As many times the work.
  case all
}
