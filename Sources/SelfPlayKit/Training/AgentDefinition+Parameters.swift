import Learning
import TensorCore

extension NetworkDescription.Torso {
  private enum Kind: String, CaseIterable {
    case mlp, convolutional, nature, residual, densenet, transformer, equivariant, recurrent
  }

  /// Reads the section `network`.
  init(from section: ConfigurationSection) throws {
    switch try section.choice("torso", of: Kind.self) {
    case .mlp:
      let hidden = try section.integers("hidden", default: [64, 64], in: 1...65_536)
      guard !hidden.isEmpty else {
        throw section.failure(
          "hidden", problem: "there is no layer", remedy: "write the units of one or more, such as [64, 64]")
      }
      self = .mlp(hidden: hidden)
    case .convolutional:
      self = .convolutional(
        channels: try section.integer("channels", default: 16, in: 1...4096),
        hidden: try section.integer("hidden", default: 128, in: 1...65_536))
    case .nature:
      self = .nature(
        channels: try section.integer("channels", default: 32, in: 1...2048),
        hidden: try section.integer("hidden", default: 512, in: 1...65_536))
    case .residual: self = try .residual(from: section)
    case .densenet:
      self = .densenet(
        layers: try section.integer("layers", default: 6, in: 0...256),
        growth: try section.integer("growth", default: 16, in: 1...1024))
    case .transformer:
      self = .transformer(
        blocks: try section.integer("blocks", default: 4, in: 0...256),
        width: try section.integer("width", default: 64, in: 1...4096),
        attentionHeads: try section.integer("attention_heads", default: 4, in: 1...4096))
    case .equivariant:
      self = .equivariant(
        blocks: try section.integer("blocks", default: 4, in: 0...256),
        fields: try section.integer("fields", default: 8, in: 1...512))
    case .recurrent:
      self = .recurrent(
        hidden: try section.integers("hidden", default: [64], in: 1...65_536),
        memory: try section.integer("memory", default: 64, in: 1...16_384))
    }
  }
}

extension NetworkDescription.HeadWidths {
  /// Reads the rest of the section `network`, where the torso leaves a choice.
  init(of torso: NetworkDescription.Torso, from section: ConfigurationSection) throws {
    self.init()
    guard torso.hasHeadWidths else { return }
    policy = try section.integer("policy_channels", default: policy, in: 1...4096)
    value = try section.integer("value_channels", default: value, in: 1...4096)
    hidden = try section.integer("value_hidden", default: hidden, in: 1...65_536)
  }
}

extension NetworkDescription.Torso {
  private static func residual(from section: ConfigurationSection) throws -> Self {
    let blocks = try section.integer("blocks", default: 4, in: 0...256)
    let channels = try section.integer("channels", default: 32, in: 1...4096)
    let pooling = NetworkDescription.BoardPooling(
      blocks: try section.integers("pooling_blocks", default: [], in: 1...max(1, blocks)),
      heads: try section.boolean("pooling_heads", default: false))
    guard zip(pooling.blocks, pooling.blocks.dropFirst()).allSatisfy(<) else {
      throw section.failure(
        "pooling_blocks", problem: "the blocks \(pooling.blocks) are out of order",
        remedy: "write each once, rising")
    }
    let isNone = pooling.blocks.isEmpty && !pooling.heads
    return .residual(blocks: blocks, channels: channels, pooling: isNone ? nil : pooling)
  }
}

extension ConfigurationSection {
  /// A number as a `Float`; the default's shortest decimal form is what gets written.
  func float(_ key: String, default fallback: Float, in range: ClosedRange<Double>) throws -> Float {
    Float(try number(key, default: Double("\(fallback)") ?? Double(fallback), in: range))
  }
}

extension AlphaZeroParameters {
  /// Reads the sections `search`, `selfplay` and `training`.
  init(network: NetworkDescription.Torso, from root: ConfigurationSection) throws {
    self.init(network: network)
    headWidths = try .init(of: network, from: root.section("network"))
    try read(search: root.section("search"))
    try read(selfPlay: root.section("selfplay"))
    try read(training: root.section("training"))
    pastGames = try root.section("evaluation").integer("past_games", default: pastGames, in: 0...100_000)
  }

  private mutating func read(search section: ConfigurationSection) throws {
    search.kind = try section.choice("kind", default: search.kind)
    search.considered = try section.integer("considered", default: search.considered, in: 1...100_000)
    search.valueScale = try section.float("value_scale", default: search.valueScale, in: 0...1000)
    search.valueScaling = try section.choice("value_scaling", default: search.valueScaling)
    search.solves = try section.boolean("solves", default: search.solves)
    search.simulations = try section.integer("simulations", default: search.simulations, in: 2...1_000_000)
    search.exploration = try section.float("exploration", default: search.exploration, in: 0...100)
    search.noiseAlpha = try section.float("noise_alpha", default: search.noiseAlpha, in: 0...1000)
    search.noiseFraction = try section.float("noise_fraction", default: search.noiseFraction, in: 0...1)
    search.firstPlayReduction = try section.float(
      "first_play_reduction", default: search.firstPlayReduction, in: 0...1)
    search.discount = try section.float("discount", default: search.discount, in: 0...1)
    search.forcedPlayouts = try section.float("forced_playouts", default: search.forcedPlayouts, in: 0...100)
    search.symmetry = try section.choice("symmetry", default: search.symmetry)
    search.sharesEvaluations = try section.boolean("transpositions", default: search.sharesEvaluations)
  }

  private mutating func read(selfPlay section: ConfigurationSection) throws {
    selfPlay.workers = try section.integer("workers", default: selfPlay.workers, in: 1...1024)
    selfPlay.gamesPerWorker = try section.integer(
      "games_per_worker", default: selfPlay.gamesPerWorker, in: 1...4096)
    selfPlay.pliesPerIteration = try section.integer(
      "plies_per_iteration", default: selfPlay.pliesPerIteration, in: 1...100_000)
    selfPlay.temperaturePlies = try section.integer(
      "temperature_plies", default: selfPlay.temperaturePlies, in: 0...100_000)
    selfPlay.temperature = try section.float("temperature", default: selfPlay.temperature, in: 0...100)
    selfPlay.temperatureHalfLife = try section.float(
      "temperature_half_life", default: selfPlay.temperatureHalfLife, in: 0...100_000)
    selfPlay.finalTemperature = try section.float(
      "final_temperature", default: selfPlay.finalTemperature, in: 0...100)
    selfPlay.randomPlies = try section.integer(
      "random_plies", default: selfPlay.randomPlies, in: 0...100_000)
    selfPlay.openingTries = try section.integer(
      "opening_tries", default: selfPlay.openingTries, in: 1...1000)
    selfPlay.fullSearchShare = try section.float(
      "full_search_share", default: selfPlay.fullSearchShare, in: 0.01...1)
    selfPlay.fastSimulations = try section.integer(
      "fast_simulations", default: min(selfPlay.fastSimulations, search.simulations),
      in: 1...search.simulations)
    selfPlay.surpriseWeight = try section.float(
      "surprise_weight", default: selfPlay.surpriseWeight, in: 0...1)
    selfPlay.resignThreshold = try section.float(
      "resign_threshold", default: selfPlay.resignThreshold, in: 0...1)
    selfPlay.resignPlies = try section.integer("resign_plies", default: selfPlay.resignPlies, in: 1...1000)
    selfPlay.playOnShare = try section.float("play_on_share", default: selfPlay.playOnShare, in: 0...1)
    selfPlay.solverNodes = try section.integer(
      "solver_nodes", default: selfPlay.solverNodes, in: 0...10_000_000)
    selfPlay.rootValueWeight = try section.float(
      "root_value_weight", default: selfPlay.rootValueWeight, in: 0...1)
    selfPlay.cutsExploration = try section.boolean("cuts_exploration", default: selfPlay.cutsExploration)
    selfPlay.bootstrapSteps = try section.integer(
      "bootstrap_steps", default: selfPlay.bootstrapSteps, in: 0...100_000)
    selfPlay.precision = try section.choice("precision", default: selfPlay.precision)
    gate.games = try section.integer("gate_games", default: gate.games, in: 0...100_000)
    gate.steps = try section.integer("gate_steps", default: gate.steps, in: 1...1_000_000_000)
    gate.score = try section.float("gate_score", default: gate.score, in: 0...1)
  }

  private mutating func read(training section: ConfigurationSection) throws {
    training.batchSize = try section.integer("batch_size", default: training.batchSize, in: 2...65_536)
    training.shards = try section.integer("shards", default: training.shards, in: 1...64)
    guard training.batchSize.isMultiple(of: training.shards) else {
      throw section.failure(
        "shards", problem: "\(training.shards) shards do not divide a batch of \(training.batchSize)",
        remedy: "choose a divisor")
    }
    training.window = try section.integer("window", default: training.window, in: 1...100_000_000)
    training.memoryLimit = try section.integer(
      "memory_limit", default: training.memoryLimit, in: 0...100_000_000)
    training.minimumWindow = try section.integer(
      "minimum_window", default: min(training.minimumWindow, training.window), in: 1...training.window)
    training.windowStart = try section.integer(
      "window_start", default: training.windowStart, in: 0...training.window)
    training.windowExponent = try section.float(
      "window_exponent", default: training.windowExponent, in: 0.01...1)
    training.windowGrowth = try section.float("window_growth", default: training.windowGrowth, in: 0...100)
    training.samplesPerPosition = try section.float(
      "samples_per_position", default: training.samplesPerPosition, in: 0...1000)
    training.learningRate = try section.float("learning_rate", default: training.learningRate, in: 0...10)
    training.finalLearningRate = try section.float(
      "final_learning_rate", default: training.finalLearningRate, in: 0...1)
    training.weightDecay = try section.float("weight_decay", default: training.weightDecay, in: 0...10)
    training.gradientNorm = try section.float("gradient_norm", default: training.gradientNorm, in: 0...1e9)
    training.valueWeight = try section.float("value_weight", default: training.valueWeight, in: 0...1000)
    training.valueLoss = try section.choice("value_loss", default: training.valueLoss)
    training.replyWeight = try section.float("reply_weight", default: training.replyWeight, in: 0...1000)
    training.ownershipWeight = try section.float(
      "ownership_weight", default: training.ownershipWeight, in: 0...1000)
    training.scoreWeight = try section.float("score_weight", default: training.scoreWeight, in: 0...1000)
    training.weightAverage = try section.float(
      "weight_average", default: training.weightAverage, in: 0...0.99999)
    training.augments = try section.boolean("augments", default: training.augments)
    training.precision = try section.choice("precision", default: training.precision)
  }
}

extension DQNParameters.Exploration {
  mutating func read(from section: ConfigurationSection) throws {
    start = try section.float("start", default: start, in: 0...1)
    end = try section.float("end", default: end, in: 0...1)
    steps = try section.integer("steps", default: steps, in: 0...Int.max)
  }
}
