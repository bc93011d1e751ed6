extension Tape {
  /// Adds the gradients of all shards, in the order of the array, into that of the first one. The sum has the
  /// same bits on whatever threads the shards ran. Scale each shard's loss by its share of the batch to get the
  /// gradient of the mean.
  public static func reduceGradients(_ shards: [Tape]) {
    guard let sum = shards.first?.gradient.baseAddress else { return }
    for shard in shards.dropFirst() {
      precondition(shard.parameters === shards[0].parameters, "the shards train different models")
      if let part = shard.gradient.baseAddress { kernels.add_scaled(part, 1, shard.gradient.count, sum) }
    }
  }

  /// Moves the running statistics of batch norm towards those of the shards, each weighted by its batch:
  /// running = (1 - momentum) * running + momentum * batch. All shards must have run in training mode.
  public static func updateRunningStatistics(_ shards: [Tape], momentum: Float = 0.1) {
    guard let parameters = shards.first?.parameters else { return }
    let total = Float(shards.reduce(0) { $0 + $1.batch })
    precondition(total > 0, "no shard has had an input")
    let running = parameters.buffers
    for i in running.indices {
      var batch: Float = 0
      for shard in shards { batch += shard.statistics[i] * (Float(shard.batch) / total) }
      running[i] += momentum * (batch - running[i])
    }
  }
}
