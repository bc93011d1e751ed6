import TensorCore
import Testing

extension LayerCases {
  /// Losses and measures, reduced as the case says.
  static func measure(_ vector: VectorCase) throws -> Forward? {
    guard let errors = try pairwise(vector) ?? classwise(vector) else { return nil }
    let reduction = vector.text("reduction")
    return { run in
      let each = try errors(run)
      switch reduction {
      case "mean", "mean, weights per class": return ["y": run.tape.mean(each)]
      case "batchmean":
        return ["y": run.tape.sum(each, scale: 1 / Float(run.tape.shape(of: each).batch))]
      case "sum": return ["y": run.tape.sum(each)]
      case "none", "": return ["y": vector.op == "hinge" ? run.tape.mean(each) : each]
      default: throw UnknownOperation(name: "reduction \(reduction)")
      }
    }
  }

  private typealias Errors = (LayerRun) throws -> Variable

  private static func pairwise(_ vector: VectorCase) throws -> Errors? {
    func errors(
      _ x: String = "x", _ target: String = "target", _ body: @escaping (Tape, Variable, Variable) -> Variable
    ) -> Errors {
      { run in body(run.tape, try run.input(x), try run.input(target)) }
    }
    switch vector.op {
    case "mse": return errors { $0.squaredErrors($1, targets: $2) }
    case "l1": return errors { $0.absoluteErrors($1, targets: $2) }
    case "huber":
      let delta = try vector.number("delta")
      return errors { $0.huberErrors($1, targets: $2, delta: delta) }
    case "smooth_l1":
      let beta = try vector.number("beta")
      return errors { $0.smoothAbsoluteErrors($1, targets: $2, beta: beta) }
    case "bce_with_logits":
      let weight =
        vector.attributes["positive_weight"] == nil ? 1 : Float(try vector.numbers("positive_weight")[0])
      return errors("logits") { $0.binaryCrossEntropies($1, targets: $2, positiveWeight: weight) }
    case "kl_div": return errors { $0.divergences(ofLogProbabilities: $1, targets: $2) }
    case "hinge": return errors("x", "y") { $0.hingeErrors($1, targets: $2) }
    case "categorical_kl": return errors("p_logits", "q_logits") { $0.divergences($1, from: $2) }
    case "categorical_entropy": return { run in run.tape.entropies(try run.input("logits")) }
    case "cross_entropy" where vector.text("target") == "probabilities":
      return errors("logits") { $0.crossEntropies($1, targets: $2) }
    default: return nil
    }
  }

  private static func classwise(_ vector: VectorCase) throws -> Errors? {
    func errors(
      _ x: String, _ classes: String = "target",
      _ body: @escaping (Tape, Variable, UnsafeBufferPointer<Int32>) -> Variable
    ) -> Errors {
      { run in
        let input = try run.input(x)
        return try run.integers(classes).withUnsafeBufferPointer { body(run.tape, input, $0) }
      }
    }
    switch vector.op {
    case "cross_entropy" where vector.text("reduction").contains("weights"): return weightedCrossEntropy
    case "cross_entropy":
      let smoothing = vector.optionalNumber("label_smoothing") ?? 0
      return errors("logits") { tape, logits, classes in
        let count = tape.shape(of: logits).channels
        return tape.crossEntropies(
          logits, targets: tape.classTargets(classes, count: count, smoothing: smoothing))
      }
    case "multi_margin":
      let margin = try vector.number("margin")
      return errors("x") { $0.marginErrors($1, classes: $2, margin: margin) }
    case "nll": return errors("log_probabilities") { $0.scale($0.gather($1, actions: $2), by: -1) }
    case "categorical_log_probability":
      return errors("logits", "actions") { $0.logProbabilities($1, actions: $2) }
    default: return nil
    }
  }

  /// The mean divides by the sum of the weights of the rows' classes; here each row's error is multiplied by
  /// its weight over the mean weight.
  private static func weightedCrossEntropy(_ run: LayerRun) throws -> Variable {
    let classes = try run.integers("target")
    let given = try run.tensor("input.class_weight").values
    let weights = classes.map { given[Int($0)] }
    let mean = weights.reduce(0, +) / Float(weights.count)
    let logits = try run.input("logits")
    let tape = run.tape
    let targets = classes.withUnsafeBufferPointer {
      tape.classTargets($0, count: tape.shape(of: logits).channels)
    }
    let scales = tape.constant(shape: VariableShape(batch: weights.count, channels: 1)) { weights[$0] / mean }
    return tape.multiply(tape.crossEntropies(logits, targets: targets), scales)
  }
}
