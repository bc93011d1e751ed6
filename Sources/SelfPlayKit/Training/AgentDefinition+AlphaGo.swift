import Foundation
import Learning
import Replay
import TensorCore

extension AlphaGoParameters {
  /// Reads the sections `supervised`, `reinforcement`, `valuation` and `search`.
  init(network: NetworkDescription.Torso, from root: ConfigurationSection) throws {
    self.init(network: network)
    headWidths = try .init(of: network, from: root.section("network"))
    let first = try root.section("supervised")
    supervised.share = try first.float("share", default: supervised.share, in: 0...1000)
    supervised.batchSize = try first.even("batch_size", default: supervised.batchSize)
    supervised.learningRate = try first.float("learning_rate", default: supervised.learningRate, in: 0...10)
    supervised.heldOutShare = try first.float("held_out_share", default: supervised.heldOutShare, in: 0...0.9)
    supervised.updatesPerIteration = try first.integer(
      "updates_per_iteration", default: supervised.updatesPerIteration, in: 1...100_000)
    let second = try root.section("reinforcement")
    reinforcement.share = try second.float("share", default: reinforcement.share, in: 0...1000)
    reinforcement.games = try second.even("games", default: reinforcement.games)
    reinforcement.poolPeriod = try second.integer(
      "pool_period", default: reinforcement.poolPeriod, in: 1...1_000_000)
    reinforcement.poolSize = try second.integer("pool_size", default: reinforcement.poolSize, in: 1...1000)
    reinforcement.batchSize = try second.even("batch_size", default: reinforcement.batchSize)
    reinforcement.learningRate = try second.float(
      "learning_rate", default: reinforcement.learningRate, in: 0...10)
    let third = try root.section("valuation")
    valuation.share = try third.float("share", default: valuation.share, in: 0...1000)
    valuation.games = try third.even("games", default: valuation.games)
    valuation.window = try third.integer("window", default: valuation.window, in: 1...100_000_000)
    valuation.samplesPerPosition = try third.float(
      "samples_per_position", default: valuation.samplesPerPosition, in: 0...1000)
    valuation.batchSize = try third.even("batch_size", default: valuation.batchSize)
    valuation.learningRate = try third.float("learning_rate", default: valuation.learningRate, in: 0...10)
    let playing = try root.section("search")
    search.exploration = try playing.float("exploration", default: search.exploration, in: 0...100)
    search.playoutWeight = try playing.float("playout_weight", default: search.playoutWeight, in: 0...1)
  }
}

extension ConfigurationSection {
  /// An even number of at least two.
  fileprivate func even(_ key: String, default fallback: Int) throws -> Int {
    let value = try integer(key, default: fallback, in: 2...65_536)
    guard value.isMultiple(of: 2) else {
      throw failure(key, problem: "\(value) is odd", remedy: "choose \(value + 1)")
    }
    return value
  }
}
