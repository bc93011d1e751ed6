import TensorCore
import Testing

@Suite("Targets of reinforcement learning agree with rlax and Stable-Baselines3")
struct TargetVectors {
  @Test("there are cases to compare with")
  func count() throws { print("numerics/targets: \(try VectorCase.load("targets").count) cases compared") }

  @Test("every case", arguments: try VectorCase.load("targets"))
  func agrees(with vector: VectorCase) throws {
    let run = try TargetRun(vector)
    guard let results = try run.actionValues() ?? run.trajectories() ?? run.distributions() ?? run.losses()
    else {
      throw UnknownOperation(name: vector.op)
    }
    try run.check(results)
  }
}

extension TargetRun {
  fileprivate func actionValues() throws -> [String: [Float]]? {
    guard ["q_learning", "double_q_learning", "expected_sarsa", "retrace"].contains(vector.op) else {
      return nil
    }
    let (rewards, discounts) = (try floats("reward"), try floats("discount"))
    func given(_ name: String) -> [Float] { contents["input.\(name)"]?.values ?? [] }
    let (next, policy) = (given("q_next"), given(vector.op == "retrace" ? "policy_next" : "policy"))
    let (nextTarget, nextOnline) = (given("q_next_target"), given("q_next_online"))
    let behaviour = given("behaviour_probability_next")
    let nextActions = given("action_next").map { Int32($0) }
    let lambda = vector.optionalNumber("lambda") ?? 0
    let targets = result(rewards.count) { targets in
      let (r, d) = (rewards.span, discounts.span)
      switch vector.op {
      case "q_learning":
        qLearningTargets(rewards: r, discounts: d, nextValues: next.span, into: &targets)
      case "double_q_learning":
        doubleQLearningTargets(
          rewards: r, discounts: d, nextValues: nextTarget.span, selecting: nextOnline.span, into: &targets)
      case "expected_sarsa":
        expectedSarsaTargets(
          rewards: r, discounts: d, nextValues: next.span, policy: policy.span, into: &targets)
      default:
        retraceTargets(
          rewards: r, discounts: d, nextValues: next.span, nextPolicy: policy.span,
          nextActions: nextActions.span, nextBehaviour: behaviour.span, lambda: lambda, into: &targets)
      }
    }
    let (values, actions) = (try floats("q"), try integers("action"))
    let errors = result(rewards.count) {
      temporalDifferenceErrors(targets: targets.span, values: values.span, actions: actions.span, into: &$0)
    }
    return vector.op == "expected_sarsa"
      ? ["output.td_error": errors] : ["output.target": targets, "output.td_error": errors]
  }

  private var support: ValueSupport {
    get throws {
      let atoms = try vector.integer(vector.attributes["atoms"] == nil ? "bins" : "atoms")
      return ValueSupport(low: try vector.number("low"), high: try vector.number("high"), atoms: atoms)
    }
  }

  fileprivate func distributions() throws -> [String: [Float]]? {
    switch vector.op {
    case "value_transform":
      let transform = ValueTransform(epsilon: try vector.number("epsilon"))
      let x = try floats("x")
      let y = x.map { transform($0) }
      let back = y.map(transform.inverse)
      #expect(largestDifference(back, x) <= 2e-5)
      return ["output.y": y, "output.inverse_of_y": back]
    case "two_hot":
      let (support, x) = (try support, try floats("x"))
      let hot = result(x.count * support.atoms) { support.twoHot(x.span, into: &$0) }
      return [
        "output.two_hot": hot,
        "output.back": x.indices.map { support.mean(hot.span, from: $0 * support.atoms) },
      ]
    case "c51_projection":
      let (support, probabilities) = (try support, try floats("probabilities"))
      let (rewards, discounts) = (try floats("reward"), try floats("discount"))
      return [
        "output.projected": result(probabilities.count) {
          support.project(probabilities.span, rewards: rewards.span, discounts: discounts.span, into: &$0)
        }
      ]
    case "c51_loss": return try categoricalLoss()
    case "quantile_huber": return try quantileLoss()
    case "quantile_q_learning": return try quantileLearning()
    default: return nil
    }
  }

  private func categoricalLoss() throws -> [String: [Float]] {
    let (support, shape) = (try support, try tensor("input.logits").shape.dimensions)
    let (rewards, discounts) = (try floats("reward"), try floats("discount"))
    let next = Array(tape.values(of: tape.softmax(try rows("logits_next"))))
    let means = (0..<(shape[0] * shape[1])).map { support.mean(next.span, from: $0 * support.atoms) }
    let selecting = contents["input.q_select"]?.values ?? means
    let targets = result(shape[0] * support.atoms) {
      support.targets(
        next.span, selecting: selecting.span, rewards: rewards.span, discounts: discounts.span, into: &$0)
    }
    let logits = try rows("logits")
    let image = VariableShape(batch: shape[0], rows: shape[1], channels: shape[2])
    let chosen = try integers("action").withUnsafeBufferPointer {
      tape.distributions(tape.reshape(logits, to: image), actions: $0)
    }
    let constant = tape.constant(shape: tape.shape(of: chosen)) { targets[$0] }
    return loss(tape.crossEntropies(chosen, targets: constant), by: "logits", logits)
  }

  private func quantileLoss() throws -> [String: [Float]] {
    let (source, kappa) = (try rows("source"), try vector.number("kappa"))
    let targets = try rows("target")
    let errors = try floats("tau").withUnsafeBufferPointer {
      tape.quantileHuberErrors(source, targets: targets, fractions: $0, kappa: kappa)
    }
    return loss(errors, by: "source", source)
  }

  private func quantileLearning() throws -> [String: [Float]] {
    let (shape, kappa) = (try tensor("input.quantiles").shape.dimensions, try vector.number("kappa"))
    let (rewards, discounts) = (try floats("reward"), try floats("discount"))
    // From [rows, quantiles, actions] to [rows, actions, quantiles]; the best action has the largest mean.
    let (given, width, count) = (try floats("quantiles_next"), shape[1], shape[2])
    let next = (0..<given.count).map { i in
      given[i / (width * count) * width * count + i % width * count + i / width % count]
    }
    let means = (0..<shape[0] * count).map { next[$0 * width..<($0 + 1) * width].reduce(0, +) / Float(width) }
    let targets = result(shape[0] * width) {
      quantileTargets(
        rewards: rewards.span, discounts: discounts.span, nextQuantiles: next.span, selecting: means.span,
        into: &$0)
    }
    let quantiles = try rows("quantiles")
    let image = VariableShape(batch: shape[0], rows: shape[1], channels: shape[2])
    let byAction = tape.permute(tape.reshape(quantiles, to: image), .batch, .channels, .columns, .rows)
    let chosen = try integers("action").withUnsafeBufferPointer { tape.distributions(byAction, actions: $0) }
    let constant = tape.constant(shape: tape.shape(of: chosen)) { targets[$0] }
    let errors = try floats("tau").withUnsafeBufferPointer {
      tape.quantileHuberErrors(chosen, targets: constant, fractions: $0, kappa: kappa)
    }
    return loss(errors, by: "quantiles", quantiles)
  }

  fileprivate func losses() throws -> [String: [Float]]? {
    switch vector.op {
    case "ppo_clipped_surrogate":
      let (ratios, advantages) = (try rows("ratio"), try rows("advantage"))
      let epsilon = try vector.number("epsilon")
      return loss(
        tape.clippedSurrogateLoss(ratios, advantages: advantages, epsilon: epsilon), by: "ratio", ratios)
    case "policy_gradient":
      let (logits, advantages) = (try rows("logits"), try rows("advantage"))
      let policy = try integers("action").withUnsafeBufferPointer {
        tape.policyGradientLoss(logits, actions: $0, advantages: advantages)
      }
      return loss(policy, by: "logits", logits)
    case "entropy_loss":
      let logits = try rows("logits")
      return loss(tape.entropyLoss(logits), by: "logits", logits)
    default: return nil
    }
  }
}
