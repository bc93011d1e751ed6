import Environments
import Learning
import Replay
import TensorCore

extension Benchmark {
  /// A residual network with policy and value heads for a square board, as AlphaZero uses it: one action a
  /// point, and one to pass.
  public static func residualNetwork(
    blocks: Int, channels: Int, board: Int, planes: Int
  ) throws(NetworkDescriptionError) -> NetworkDescription {
    let description = NetworkDescription(
      planes: planes, rows: board, columns: board, torso: .residual(blocks: blocks, channels: channels),
      heads: .policyValue(actions: board * board + 1, valueRange: .tanh))
    try description.validate()
    return description
  }

  /// The name of the kernels that tensors use. Throws `KernelError` if SELFPLAY_KERNELS is wrong.
  public static func kernelName() throws -> String { try Kernels.select().name }

  /// Positions a second that compiled networks evaluate in batches, one network a thread.
  public func network(
    _ description: NetworkDescription, batch: Int, precision: Precision = .f32
  ) throws -> Double {
    let network = try Network(description, seed: 1)
    let engines = (0..<threads).map { _ in network.compiled(maximumBatch: batch, precision: precision) }
    return try rates { clock, thread in
      var random = Random(seed: 1, purpose: .evaluation, index: UInt64(thread))
      let planes = (0..<batch * description.inputCount).map { _ in random.uniformFloat() }
      var logits = [Float](repeating: 0, count: batch * description.actions)
      var values = [Float](repeating: 0, count: batch)
      var count = 0
      repeat {
        planes.withUnsafeBufferPointer { planes in
          logits.withUnsafeMutableBufferPointer { logits in
            values.withUnsafeMutableBufferPointer { values in
              engines[thread].run(batch: batch, planes: planes, logits: logits, values: values)
            }
          }
        }
        count += batch
      } while !clock.isOver
      return [count]
    }[0]
  }

  /// Samples a second of whole training steps of AlphaZero: loading a batch, forward, losses, backward, clipping
  /// and AdamW. A batch is cut into one shard a thread, so `threads` must divide it.
  public func training(
    _ description: NetworkDescription, batch: Int, precision: Precision = .f32
  ) throws -> Double {
    var parameters = AlphaZeroParameters.TrainingParameters()
    parameters.batchSize = batch
    parameters.shards = threads
    (parameters.augments, parameters.precision) = (false, precision)
    let trainer = Lanes(values: [
      try AlphaZeroTrainer(
        network: Network(description, seed: 1), parameters: parameters, symmetries: [], seed: 1,
        threads: threads)
    ])
    let window = Self.randomWindow(for: description)
    // The first steps find out how much memory a step takes.
    _ = try trainer[0].train(updates: 2, from: 0, on: window, budgetShare: 0)
    // The trainer brings its own threads.
    return try Benchmark(seconds: seconds, threads: 1).rates { clock, _ in
      var updates = 0
      repeat {
        _ = try trainer[0].train(updates: 1, from: updates, on: window, budgetShare: 0)
        updates += 1
      } while !clock.isOver
      return [updates * batch]
    }[0]
  }

  /// Samples of noise: the time of a step does not depend on what is learned.
  private static func randomWindow(for description: NetworkDescription) -> SampleWindow {
    var random = Random(seed: 1, purpose: .sampling)
    let shape = ObservationShape(
      planes: description.planes, rows: description.rows, columns: description.columns)
    var window = SampleWindow(capacity: 512, observationShape: shape, actionCount: description.actions)
    for _ in 0..<window.capacity {
      let planes = (0..<shape.count).map { _ in Float(random.integer(below: 2)) }
      let shares = (0..<description.actions).map { _ in random.uniformFloat() }
      let sum = shares.reduce(0, +)
      let policy = shares.map { $0 / sum }
      window.append(
        observation: planes.span, policy: policy.span, value: Float(random.integer(below: 3) - 1))
    }
    return window
  }
}
