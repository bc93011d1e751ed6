import TensorCore
import Testing

extension LayerCases.Context {
  private var root: String { LayerRun.root }

  /// Layers with several inputs or outputs, and operations of the tape.
  func composition(in layout: inout ParameterLayout) throws -> LayerCases.Forward? {
    switch vector.op {
    case "embedding": return try embedding(in: &layout)
    case "self_attention":
      let attention = try attention(in: &layout)
      return { run in
        ["y": attention.forward(try run.input("x"), keep: try run.input("keep"), on: run.tape)]
      }
    case "global_pool_bias":
      let weight = try shape("param.weight")
      let bias = GlobalPoolingBias(name: root, channels: weight[0], pooled: weight[1] / 3, in: &layout)
      return { run in ["y": bias.forward(try run.input("x"), pool: try run.input("g"), on: run.tape)] }
    case "lstm_cell", "gru_cell", "rnn_cell": return try cell(in: &layout)
    case "lstm", "gru", "rnn": return try sequence(in: &layout)
    case "network": return try network(in: &layout)
    case "matmul": return { run in ["y": run.product(try run.input("a"), try run.input("b"))] }
    case "softmax", "log_softmax", "logsumexp", "masked_softmax": return try softmax()
    case "exp":
      return { run in
        // At 8 itself the constant has the gradient.
        let eight = run.tape.constant(shape: VariableShape(batch: 1, channels: 1)) { _ in 8 }
        let clamped = run.tape.smaller(eight, try run.input("x"))
        return ["y": run.tape.apply(.exponential, to: clamped)]
      }
    default: return nil
    }
  }

  private func embedding(in layout: inout ParameterLayout) throws -> LayerCases.Forward {
    let embedding = Embedding(
      name: root, rows: try vector.integer("rows"), width: try vector.integer("width"), in: &layout)
    let shape = try shape("input.indices")
    return { run in
      let y = try run.integers("indices").withUnsafeBufferPointer {
        embedding.forward($0, batch: shape[0], steps: shape[1], on: run.tape)
      }
      return ["y": y]
    }
  }

  private func kind() throws -> RecurrentCell.Kind {
    let name = vector.op.replacing("_cell", with: "")
    return try #require(RecurrentCell.Kind(rawValue: name), "no recurrent cell \(name)")
  }

  private func cell(in layout: inout ParameterLayout) throws -> LayerCases.Forward {
    let cell = RecurrentCell(
      try kind(), name: root, inputs: try vector.integer("in"), hidden: try vector.integer("hidden"),
      in: &layout)
    return { run in
      let start = RecurrentState(
        hidden: try run.input("h"), cell: cell.kind == .lstm ? try run.input("c") : nil)
      let end = cell.step(try run.input("x"), from: start, on: run.tape)
      var outputs = ["h": end.hidden]
      if let c = end.cell { outputs["c"] = c }
      return outputs
    }
  }

  private func sequence(in layout: inout ParameterLayout) throws -> LayerCases.Forward {
    let layers = try vector.integer("layers")
    let network = Recurrent(
      try kind(), name: root, inputs: try vector.integer("in"), hidden: try vector.integer("hidden"),
      layers: layers, in: &layout)
    return { run in
      let (tape, hasCell) = (run.tape, network.cells[0].kind == .lstm)
      func layer(_ i: Int, of name: String) throws -> Variable {
        let all = try run.input(name)
        let shape = tape.shape(of: all)
        return tape.reshape(
          tape.slice(all, i..<(i + 1), along: .batch),
          to: VariableShape(batch: shape.rows, channels: shape.channels))
      }
      var states = try (0..<layers).map {
        RecurrentState(hidden: try layer($0, of: "h0"), cell: hasCell ? try layer($0, of: "c0") : nil)
      }
      let y = network.forward(try run.input("x"), from: &states, on: tape)
      func stack(_ values: [Variable]) -> Variable {
        values.dropFirst().reduce(values[0]) { tape.concatenate($0, $1, along: .batch) }
      }
      var outputs = ["y": y, "h": stack(states.map(\.hidden))]
      if hasCell { outputs["c"] = stack(states.compactMap(\.cell)) }
      return outputs
    }
  }

  private func network(in layout: inout ParameterLayout) throws -> LayerCases.Forward {
    let hidden = try shape("param.hidden.weight")
    if contents["param.conv.weight"] == nil {
      let dense = Dense(name: "\(root).hidden", inputs: hidden[1], outputs: hidden[0], in: &layout)
      let head = DuelingHead(
        name: root, inputs: hidden[0], actions: try shape("param.advantage.weight")[0], in: &layout)
      return { run in
        let features = run.tape.relu(dense.forward(try run.input("x"), on: run.tape))
        return ["y": head.forward(features, on: run.tape)]
      }
    }
    let weight = try shape("param.conv.weight")
    let convolution = Convolution2D(
      name: "\(root).conv", inputs: weight[1], outputs: weight[0], kernel: weight[2], padding: 0,
      hasBias: true,
      in: &layout)
    let dense = Dense(name: "\(root).hidden", inputs: hidden[1], outputs: hidden[0], in: &layout)
    let out = try shape("param.out.weight")
    let last = Dense(name: "\(root).out", inputs: out[1], outputs: out[0], in: &layout)
    let layers = Sequential([convolution, Activation.relu, Flatten(), dense, Activation.relu, last])
    return { run in ["y": layers.forward(try run.input("x"), on: run.tape)] }
  }

  private func softmax() throws -> LayerCases.Forward {
    let rank = try shape("input.x").count
    let axis = vector.attributes["axis"] == nil ? rank - 1 : (try vector.integer("axis") + rank) % rank
    let op = vector.op
    return { run in
      let tape = run.tape
      // The axis changes places with the channels, and back afterwards.
      func turned(_ x: Variable) -> Variable {
        if axis == rank - 1 { return x }
        return axis == 0
          ? tape.permute(x, .channels, .rows, .columns, .batch)
          : tape.permute(x, .batch, .channels, .columns, .rows)
      }
      var x = turned(try run.input("x"))
      if op == "masked_softmax" {
        x = tape.add(x, turned(tape.apply(.logarithm, to: try run.input("mask"))))
      }
      switch op {
      case "log_softmax": return ["y": turned(tape.logSoftmax(x))]
      case "logsumexp": return ["y": tape.logSumExp(x)]
      default: return ["y": turned(tape.softmax(x))]
      }
    }
  }
}

extension LayerRun {
  /// Matrices [rows, columns], or a batch of them.
  func product(_ a: Variable, _ b: Variable) -> Variable {
    func matrices(_ x: Variable) -> Variable {
      let shape = tape.shape(of: x)
      return tape.reshape(
        x,
        to: shape.rows == 1
          ? VariableShape(batch: 1, columns: shape.batch, channels: shape.channels)
          : VariableShape(batch: shape.batch, columns: shape.rows, channels: shape.channels))
    }
    return tape.product(matrices(a), matrices(b))
  }
}
