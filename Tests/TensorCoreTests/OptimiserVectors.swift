import TensorCore
import Testing

@Suite("Optimisers and schedules agree with PyTorch and optax")
struct OptimiserVectors {
  @Test("there are cases to compare with")
  func count() throws {
    print("numerics/optimizers: \(try VectorCase.load("optimizers").count) cases compared")
  }

  private static let updates: Set = [
    "sgd", "adam", "adamw", "adamax", "nadam", "radam", "rmsprop", "adagrad", "adadelta",
  ]

  @Test("every case", arguments: try VectorCase.load("optimizers"))
  func agrees(with vector: VectorCase) throws {
    switch vector.op {
    case "clip_grad_norm": try clipsNorm(vector)
    case "clip_grad_value": try clipsValue(vector)
    case "lr_schedule": try schedules(vector)
    case "soft_update": try softUpdate(vector)
    case let op where Self.updates.contains(op): try steps(vector)
    default: throw UnknownOperation(name: vector.op)
    }
  }

  private func rule(_ vector: VectorCase) throws -> OptimiserRule {
    if vector.op == "sgd" {
      return .sgd(
        momentum: vector.optionalNumber("momentum") ?? 0, nesterov: vector.flag("nesterov"),
        dampening: vector.optionalNumber("dampening") ?? 0)
    }
    let epsilon = try vector.number("eps")
    switch vector.op {
    case "rmsprop":
      return .rmsprop(
        alpha: try vector.number("alpha"), epsilon: epsilon, centred: vector.flag("centered"),
        momentum: vector.optionalNumber("momentum") ?? 0,
        epsilonInside: vector.text("form").contains("+ eps)"))
    case "adagrad":
      return .adagrad(
        rateDecay: vector.optionalNumber("lr_decay") ?? 0,
        initialSum: vector.optionalNumber("initial_accumulator_value") ?? 0, epsilon: epsilon)
    case "adadelta": return .adadelta(rho: try vector.number("rho"), epsilon: epsilon)
    default:
      let betas = try vector.numbers("betas").map { Float($0) }
      return try adam(vector, betas[0], betas[1], epsilon)
    }
  }

  private func adam(_ vector: VectorCase, _ beta1: Float, _ beta2: Float, _ epsilon: Float) throws
    -> OptimiserRule
  {
    let amsgrad = vector.flag("amsgrad")
    switch vector.op {
    case "adam": return .adam(beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad)
    case "adamw": return .adamW(beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad)
    case "adamax": return .adamax(beta1: beta1, beta2: beta2, epsilon: epsilon)
    case "nadam":
      let decay = try vector.number("momentum_decay")
      return .nadam(beta1: beta1, beta2: beta2, epsilon: epsilon, momentumDecay: decay)
    case "radam": return .radam(beta1: beta1, beta2: beta2, epsilon: epsilon)
    default: throw UnknownOperation(name: vector.op)
    }
  }

  /// Parameters after each of twenty steps, through a checkpoint in the middle.
  private func steps(_ vector: VectorCase) throws {
    let contents = try vector.contents("optimizers")
    var layout = ParameterLayout()
    for item in contents.tensors where item.name.hasPrefix("param.") {
      _ = layout.addParameter(String(item.name.dropFirst(6)), shape: item.tensor.shape, decays: true)
    }
    let parameters = Parameters(layout: layout)
    let tape = Tape(parameters: parameters)
    for entry in layout.trained {
      for (i, value) in try #require(contents["param.\(entry.name)"]).values.enumerated() {
        parameters.trained[entry.offset + i] = value
      }
    }
    let decay = vector.optionalNumber("weight_decay") ?? 0
    var optimiser = Optimiser(try rule(vector), weightDecay: decay, for: layout)
    let count = try #require(contents["output.\(layout.trained[0].name)"]).shape.dimensions[0]
    for step in 0..<count {
      if step == count / 2 {
        var resumed = Optimiser(try rule(vector), weightDecay: decay, for: layout)
        try resumed.restore(from: optimiser.tensors(), file: "checkpoint")
        #expect(resumed.stepCount == step)
        optimiser = resumed
      }
      for entry in layout.trained {
        let gradients = try #require(contents["input.grad.\(entry.name)"]).values
        for i in 0..<entry.shape.count {
          tape.gradient[entry.offset + i] = gradients[step * entry.shape.count + i]
        }
      }
      optimiser.step(parameters, gradient: tape.gradient, learningRate: try vector.number("lr"))
      for entry in layout.trained {
        let outputs = try #require(contents["output.\(entry.name)"]).values
        let expected = outputs[(step * entry.shape.count)..<((step + 1) * entry.shape.count)]
        #expect(largestDifference(parameters.trained[entry.range], expected) <= 2e-5, "step \(step)")
      }
    }
  }

  private func clipsNorm(_ vector: VectorCase) throws {
    let contents = try vector.contents("optimizers")
    let kind: GradientNorm = vector.text("norm") == "infinity" ? .largest : .euclidean
    if kind == .euclidean { #expect(try vector.number("norm") == 2) }
    let names = contents.tensors.map(\.name).filter { $0.hasPrefix("input.") }.map { $0.dropFirst(6) }
    var gradient = names.flatMap { contents["input.\($0)"]?.values ?? [] }
    let expected = names.flatMap { contents["output.\($0)"]?.values ?? [] }
    let length = gradient.withUnsafeMutableBufferPointer { norm(of: $0, kind) }
    #expect(largestDifference([length], try #require(contents["output.norm"]).values) <= 2e-5)
    let scale = clippingScale(norm: length, limit: try vector.number("max_norm"))
    #expect(expected.count == gradient.count)
    #expect(largestDifference(gradient.map { $0 * scale }, expected) <= 2e-5)
  }

  private func clipsValue(_ vector: VectorCase) throws {
    let contents = try vector.contents("optimizers")
    var gradient = try #require(contents["input.w"]).values
    let limit = try vector.number("limit")
    gradient.withUnsafeMutableBufferPointer { clip($0, to: limit) }
    #expect(gradient == contents["output.w"]?.values)
  }

  private func schedule(_ vector: VectorCase) throws -> LearningRateSchedule {
    let lowest = vector.optionalNumber("eta_min") ?? 0
    if vector.attributes["warmup"] != nil {
      return .warmUp(
        from: try vector.number("warmup_start_factor"), steps: try vector.integer("warmup"),
        then: .cosine(steps: try vector.integer("t_max"), lowest: lowest))
    }
    if vector.attributes["t_max"] != nil {
      return .cosine(steps: try vector.integer("t_max"), lowest: lowest)
    }
    if vector.attributes["t_0"] != nil {
      return .cosineRestarts(
        steps: try vector.integer("t_0"), growth: try vector.integer("t_mult"), lowest: lowest)
    }
    if vector.attributes["start_factor"] != nil {
      return .linear(
        from: try vector.number("start_factor"), to: try vector.number("end_factor"),
        steps: try vector.integer("total"))
    }
    if vector.attributes["power"] != nil {
      return .polynomial(power: try vector.number("power"), steps: try vector.integer("total"))
    }
    let factor = try vector.number("gamma")
    if vector.attributes["step_size"] != nil {
      return .step(every: try vector.integer("step_size"), factor: factor)
    }
    if vector.attributes["milestones"] != nil {
      return .milestones(try vector.numbers("milestones").map { Int($0) }, factor: factor)
    }
    return .exponential(factor: factor)
  }

  private func schedules(_ vector: VectorCase) throws {
    let expected = try #require(vector.contents("optimizers")["output.lr"]).values
    let (schedule, base) = (try schedule(vector), try vector.number("base"))
    #expect(largestDifference(expected.indices.map { schedule.rate(base, at: $0) }, expected) <= 1e-6)
  }

  private func softUpdate(_ vector: VectorCase) throws {
    let contents = try vector.contents("optimizers")
    var layout = ParameterLayout()
    let target = try #require(contents["input.target"])
    let index = layout.addParameter("w", shape: target.shape, decays: true)
    let (parameters, online) = (Parameters(layout: layout), Parameters(layout: layout))
    for (i, value) in target.values.enumerated() { parameters[index][i] = value }
    for (i, value) in try #require(contents["input.online"]).values.enumerated() { online[index][i] = value }
    parameters.move(towards: online, share: try vector.number("tau"))
    let expected = try #require(contents["output.target"]).values
    #expect(largestDifference(parameters[index], expected) <= 2e-5)
  }
}
