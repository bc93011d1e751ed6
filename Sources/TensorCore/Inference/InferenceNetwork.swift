import CKernels

/// A network compiled for evaluation: its own packed copy of the weights, and its own scratch memory. `run` and
/// `load` do not allocate. A row of the results depends on its own position only.
// @unchecked: an engine belongs to one worker; it may move between threads but is used by one at a time.
public final class InferenceNetwork: @unchecked Sendable {
  public let description: NetworkDescription
  public let maximumBatch: Int
  public let precision: Precision

  let kernels: kernel_table
  private let steps: [EngineStep]
  /// Those of the steps that are products, which most are. To retain one, as an atomic operation, waits for all that
  /// the step before has stored.
  private let products: [Unmanaged<PackedStep>?]
  private let slots: [Int]
  private let memory: InferencePlan.Memory?
  private let outputs: [PlanVariable]
  /// Positions that pass through the network together, about as many as the cache holds.
  let chunk: Int
  let weights: FloatBuffer
  let scratch: FloatBuffer
  private let noisy: NoisyWeights
  private let reader: ActionValueReader
  private let activations: FloatBuffer
  private let slotOffsets: [Int]
  /// Runs what is not a product, with a copy of the weights of its own; nil if there is no such step.
  let tape: Tape?
  /// The planes and points of the input as the first step sees it: a flat input is one point.
  private let inputPlanes: Int
  private let inputPoints: Int

  /// Set if the input lies as a flat image, and so what the first steps make of it.
  let flat: FlatBoards?

  init(
    _ plan: InferencePlan, of network: Network, maximumBatch: Int, precision: Precision, kernels: Kernels
  ) {
    precondition(maximumBatch > 0, "a batch has at least one position")
    description = network.description
    self.maximumBatch = maximumBatch
    self.precision = precision
    self.kernels = kernels.table
    inputPlanes = plan.values[0].channels
    inputPoints = plan.values[0].rows * plan.values[0].columns
    let onTiles = precision == .bf16 && kernels.hasTiles
    let isFlat = onTiles ? plan.flatValues() : nil
    // Dense layers behind flat images, which are those of heads, stay in f32.
    let roundsDense = isFlat.map { !$0.values.contains(true) } ?? false
    steps = EngineStep.pack(plan, flat: isFlat, roundsDense: roundsDense)
    memory = plan.memory
    outputs = plan.outputs
    let sizes: [Int]
    (slots, sizes) = plan.slots(flat: isFlat?.values)
    products = steps.map { $0.product.map(Unmanaged.passUnretained) }
    let products = steps.compactMap(\.product)
    let tape =
      steps.contains(where: \.isRecorded)
      ? Tape(evaluating: Parameters(layout: network.parameters.layout)) : nil
    self.tape = tape
    let isNoisy = products.contains { $0.plan.deviations != nil }
    let scratchSize = products.map { $0.scratch(boards: 16) / 16 }.max() ?? 0
    var recorded = 0
    if let tape {
      for step in steps { recorded = max(recorded, step.warm(tape, of: plan, boards: 1)) }
    }
    let perPosition = max(1, scratchSize + (sizes.max() ?? 0) + recorded)
    // Weights that outgrow the cache are read again for every chunk, so then chunks grow with them.
    let largest = products.map { $0.bias - $0.weights }.max() ?? 0
    let most = max(1, min(64, max(Self.cacheFloats, largest) / perPosition))
    if isFlat?.values[0] ?? false {
      let flat = FlatBoards(
        plan.values[0], steps: steps.count, maximumBatch: maximumBatch, chunk: most)
      self.flat = flat
      chunk = flat.chunk
    } else {
      flat = nil
      chunk = min(maximumBatch, most)
    }
    weights = FloatBuffer(count: products.last?.end ?? 0)
    // Noise needs a factor for every input and output of a layer.
    let factors = isNoisy ? products.map { $0.inner + $0.outputChannels }.max() ?? 0 : 0
    let chunk = chunk
    scratch = FloatBuffer(count: max(products.map { $0.scratch(boards: chunk) }.max() ?? 0, factors))
    noisy = NoisyWeights(count: isNoisy ? weights.count : 0)
    reader = ActionValueReader(description, chunk: chunk, kernels: kernels.table)
    var offsets = [0]
    // Flat convolutions that make floats leave those of rows that are no points behind the others.
    let spare = plan.values.map(\.channels).max() ?? 0
    for size in sizes { offsets.append(offsets[offsets.count - 1] + (size * chunk + spare + 15) / 16 * 16) }
    slotOffsets = offsets
    activations = FloatBuffer(count: offsets[offsets.count - 1])
    if let tape {
      for step in steps { _ = step.warm(tape, of: plan, boards: chunk) }
      // Takes back what the last one used, in one piece.
      tape.reset(mode: .evaluation)
    }
    load(from: network)
  }

  /// 512 KiB: about half a level-two cache, the weights take the rest.
  private static let cacheFloats = 1 << 17

  /// Takes the current weights of a network with the same description. Does not allocate.
  public func load(from network: Network) {
    precondition(network.description == description, "the network has another description")
    for case let product? in steps.lazy.map(\.product) {
      product.pack(network.parameters, into: weights.pointer, scratch: scratch.pointer, by: kernels)
      product.pack(
        network.parameters, means: weights.pointer, into: noisy, scratch: scratch.pointer)
    }
    tape?.parameters.copy(from: network.parameters)
  }

  /// Draws new noise on the weights of noisy layers, which without this, and after each `load`, are their means.
  /// Does not allocate.
  public func perturb(seed: UInt64) {
    var random = SplitMix64(state: seed)
    for step in steps {
      step.product?.perturb(weights.pointer, by: noisy, scratch: scratch.pointer, using: &random)
    }
  }

  /// Evaluates `batch` positions [batch, planes, rows, columns]: fills `logits` [batch, actions] and `values`
  /// [batch], the view of the player to move. For networks with policy and value heads.
  ///
  /// `states` [batch, stateCount] is what a recurrent network remembers of each position's past, and becomes
  /// what it remembers now; without it every position is the first of its episode.
  public func run(
    batch: Int, planes: UnsafeBufferPointer<Float>,
    states: UnsafeMutableBufferPointer<Float>? = nil,
    logits: UnsafeMutableBufferPointer<Float>, values: UnsafeMutableBufferPointer<Float>
  ) {
    guard case .policyValue = description.heads else {
      preconditionFailure("this network has action values, not policy and value")
    }
    precondition(values.count >= batch, "values has room for \(values.count) of \(batch) positions")
    run(batch: batch, planes: planes, states: states, first: logits, second: values.baseAddress)
  }

  /// Evaluates `batch` positions [batch, planes, rows, columns]: fills `actionValues` [batch, actions], and with
  /// `distributions` [batch, actions, atoms] the probabilities or quantiles of each action's return. `states` is as
  /// above.
  public func run(
    batch: Int, planes: UnsafeBufferPointer<Float>,
    states: UnsafeMutableBufferPointer<Float>? = nil,
    actionValues: UnsafeMutableBufferPointer<Float>, distributions: UnsafeMutableBufferPointer<Float>? = nil
  ) {
    guard case .actionValues = description.heads else {
      preconditionFailure("this network has policy and value, not action values")
    }
    let atoms = description.actionValueHead.distribution.atoms
    precondition(
      (distributions?.count ?? .max) >= batch * description.actions * atoms, "the distributions do not fit")
    run(
      batch: batch, planes: planes, states: states, first: actionValues, second: distributions?.baseAddress)
  }

  private func run(
    batch: Int, planes: UnsafeBufferPointer<Float>, states: UnsafeMutableBufferPointer<Float>?,
    first: UnsafeMutableBufferPointer<Float>, second: UnsafeMutablePointer<Float>?
  ) {
    let (actions, stateCount) = (description.actions, description.stateCount)
    let atoms = description.actionValueHead.distribution.atoms
    precondition(batch <= maximumBatch, "\(batch) positions, compiled for \(maximumBatch)")
    precondition(planes.count >= batch * description.inputCount, "the planes do not fill the batch")
    precondition(first.count >= batch * actions, "the results do not fit \(batch) positions")
    precondition(
      states.map { $0.count >= batch * stateCount } ?? true,
      "states for fewer than \(batch) positions")
    guard let source = planes.baseAddress, let first = first.baseAddress else { return }
    if flat != nil { kernels.tiles_begin() }
    defer { if flat != nil { kernels.tiles_end() } }
    var position = 0
    while position < batch {
      let boards = flat?.next(of: batch - position) ?? min(chunk, batch - position)
      let state = states?.baseAddress.map { $0 + position * stateCount }
      encode(source + position * description.inputCount, boards: boards)
      remember(state, count: boards * stateCount)
      for i in steps.indices {
        if let product = products[i] {
          product._withUnsafeGuaranteedRef { run($0, boards: boards) }
        } else {
          run(steps[i], boards: boards)
        }
      }
      if case .policyValue = description.heads {
        (first + position * actions).update(from: value(outputs[0]), count: boards * actions)
        if let second { (second + position).update(from: value(outputs[1]), count: boards) }
      } else {
        reader.read(
          value(outputs[0]), state: outputs.count > 1 ? value(outputs[1]) : nil, boards: boards,
          into: first + position * actions, distributions: second.map { $0 + position * actions * atoms })
      }
      if let memory, let state {
        state.update(from: value(memory.after), count: boards * stateCount)
      }
      position += boards
    }
  }

  /// Sets what a recurrent network remembers to `state`, or to the zeros at the start of an episode.
  private func remember(_ state: UnsafePointer<Float>?, count: Int) {
    guard let memory else { return }
    if let state {
      value(memory.before).update(from: state, count: count)
    } else {
      value(memory.before).update(repeating: 0, count: count)
    }
  }

  private func encode(_ planes: UnsafePointer<Float>, boards: Int) {
    guard let flat else {
      return channelsLast(
        planes, batch: boards, planes: inputPlanes, points: inputPoints,
        into: value(PlanVariable(index: 0)))
    }
    if flat.arrange(boards: boards) {
      for step in steps {
        guard let product = step.product, case .tiles = product.method else { continue }
        flat.convolutions[product.index] = convolution(product, flat)
      }
    }
    flat.encode(planes, into: pixels(PlanVariable(index: 0)), by: kernels)
  }

  /// A value that lies as a flat image.
  func pixels(_ variable: PlanVariable) -> UnsafeMutablePointer<UInt16> {
    // A slot holds one value at a time, and which of them are halves is known from the plan.
    UnsafeMutableRawPointer(value(variable)).assumingMemoryBound(to: UInt16.self)
  }

  func value(_ variable: PlanVariable) -> UnsafeMutablePointer<Float> {
    activations.pointer + slotOffsets[slots[variable.index]]
  }
}
