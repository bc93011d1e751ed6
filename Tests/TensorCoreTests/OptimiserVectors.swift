import TensorCore
import Testing

@Suite("Optimisers agree with PyTorch")
struct OptimiserVectors {
  private func rule(_ vector: VectorCase) throws -> OptimiserRule {
    let attributes = vector.attributes
    switch vector.op {
    case "sgd":
      return .sgd(momentum: attributes.momentum ?? 0, nesterov: attributes.nesterov ?? false)
    case "adam", "adamw":
      let betas = try #require(attributes.betas)
      let epsilon = try #require(attributes.eps)
      return vector.op == "adam"
        ? .adam(beta1: betas[0], beta2: betas[1], epsilon: epsilon)
        : .adamW(beta1: betas[0], beta2: betas[1], epsilon: epsilon)
    case "rmsprop":
      return .rmsprop(
        alpha: try #require(attributes.alpha), epsilon: try #require(attributes.eps),
        centred: attributes.centered ?? false)
    default: throw UnknownOperation(name: vector.op)
    }
  }

  @Test(
    "parameters after each of twenty steps, through a checkpoint in the middle",
    arguments: try VectorCase.load("optimizers").filter { $0.op != "clip_grad_norm" })
  func steps(vector: VectorCase) throws {
    let contents = try vector.contents("optimizers")
    var layout = ParameterLayout()
    for name in ["w", "b"] {
      _ = layout.addParameter(name, shape: try #require(contents["param.\(name)"]).shape, decays: true)
    }
    let parameters = Parameters(layout: layout)
    let tape = Tape(parameters: parameters)
    for entry in layout.trained {
      for (i, value) in try #require(contents["param.\(entry.name)"]).values.enumerated() {
        parameters.trained[entry.offset + i] = value
      }
    }
    var optimiser = Optimiser(
      try rule(vector), weightDecay: vector.attributes.weight_decay ?? 0, for: layout)
    for step in 0..<20 {
      if step == 10 {
        var resumed = Optimiser(
          try rule(vector), weightDecay: vector.attributes.weight_decay ?? 0, for: layout)
        try resumed.restore(from: optimiser.tensors(), file: "checkpoint")
        #expect(resumed.stepCount == 10)
        optimiser = resumed
      }
      for entry in layout.trained {
        let gradients = try #require(contents["input.grad.\(entry.name)"]).values
        for i in 0..<entry.shape.count {
          tape.gradient[entry.offset + i] = gradients[step * entry.shape.count + i]
        }
      }
      optimiser.step(parameters, gradient: tape.gradient, learningRate: try #require(vector.attributes.lr))
      for entry in layout.trained {
        let outputs = try #require(contents["output.\(entry.name)"]).values
        let expected = outputs[(step * entry.shape.count)..<((step + 1) * entry.shape.count)]
        #expect(largestDifference(parameters.trained[entry.range], expected) <= 2e-5, "step \(step)")
      }
    }
  }

  @Test(
    "gradients shortened to a norm",
    arguments: try VectorCase.load("optimizers").filter { $0.op == "clip_grad_norm" })
  func clips(vector: VectorCase) throws {
    let contents = try vector.contents("optimizers")
    var gradient = try #require(contents["input.w"]).values + #require(contents["input.b"]).values
    let expected = try #require(contents["output.w"]).values + #require(contents["output.b"]).values
    let length = gradient.withUnsafeMutableBufferPointer { norm(of: $0) }
    #expect(largestDifference([length], try #require(contents["output.norm"]).values) <= 2e-5)
    let scale = clippingScale(norm: length, limit: try #require(vector.attributes.max_norm))
    #expect(largestDifference(gradient.map { $0 * scale }, expected) <= 2e-5)
  }
}
