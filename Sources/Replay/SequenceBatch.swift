/// Sequences side by side for one gradient step of a learner with memory. The order is [steps, rows, ..].
public struct SequenceBatch: Sendable {
  public let rows: Int
  /// Steps that only refresh the memory, and steps that are learned from.
  public let burnIn: Int
  public let length: Int
  /// [burnIn, rows, planes x rows x columns]: what was seen before the steps learned from.
  public package(set) var burnInPlanes: [Float]
  /// [length + 1, rows, planes x rows x columns]: what was seen at each step, and after the last one.
  public package(set) var planes: [Float]
  /// [length + 1, rows, words]: the actions legal there.
  public package(set) var legal: [UInt64]
  /// [rows, memoryCount]: what was remembered before the first step of the burn-in.
  public package(set) var memories: [Float]
  /// [rows]: whether the sequence has a burn-in; the first one of an episode begins with nothing to remember.
  public package(set) var hasBurnIn: [Bool]
  /// [length, rows].
  public package(set) var actions: [Int32]
  public package(set) var rewards: [Float]
  /// [length, rows]: 0 where nothing follows, -1 where the other player is next, else 1.
  public package(set) var futures: [Float]
  /// [length, rows]: 1, and 0 after the end of an episode, where there was no step any more.
  public package(set) var weights: [Float]

  public init(rows: Int, burnIn: Int, length: Int, observationCount: Int, actionCount: Int, memoryCount: Int)
  {
    self.rows = rows
    self.burnIn = burnIn
    self.length = length
    let steps = length * rows
    burnInPlanes = [Float](repeating: 0, count: burnIn * rows * observationCount)
    planes = [Float](repeating: 0, count: (length + 1) * rows * observationCount)
    legal = [UInt64](repeating: 0, count: (length + 1) * rows * ((actionCount + 63) / 64))
    memories = [Float](repeating: 0, count: rows * memoryCount)
    hasBurnIn = [Bool](repeating: false, count: rows)
    actions = [Int32](repeating: 0, count: steps)
    rewards = [Float](repeating: 0, count: steps)
    futures = rewards
    weights = rewards
  }
}
