extension Optimiser {
  /// Everything the next step depends on, for a checkpoint: the running values as `optimiser.mean.NAME` and
  /// so on, and the number of steps as `optimiser.steps`, in two halves of 24 bits that floats hold exactly.
  public func tensors() -> [NamedTensor] {
    let steps = [Float(stepCount >> 24), Float(stepCount & 0xFF_FFFF)]
    var list = [NamedTensor(name: Self.stepsName, shape: [2], values: steps)]
    for (slot, name) in rule.stateList.enumerated() {
      let values = state[(slot * layout.trainedCount)...].prefix(layout.trainedCount)
      list += layout.trained.map {
        NamedTensor(
          name: "optimiser.\(name).\($0.name)", shape: $0.shape,
          values: values[(values.startIndex + $0.range.lowerBound)...].prefix($0.range.count))
      }
    }
    return list
  }

  /// Takes up the state of `tensors()` of an optimiser with the same rule and model. On an error nothing has
  /// changed. `file` is named in errors.
  public mutating func restore(from tensors: [NamedTensor], file: String) throws(TensorFileError) {
    let found = try TensorTable(tensors, file: file)
    try found.check(Self.stepsName, shape: [2])
    var expected = [Self.stepsName]
    for name in rule.stateList {
      for entry in layout.trained {
        try found.check("optimiser.\(name).\(entry.name)", shape: entry.shape)
        expected.append("optimiser.\(name).\(entry.name)")
      }
    }
    try found.checkNothingElse(than: expected)
    let halves = found.values(Self.stepsName)
    guard halves.allSatisfy({ $0 >= 0 && $0 < 0x1p24 && $0 == $0.rounded() }) else {
      throw .malformed(file: file, problem: "\(Self.stepsName) is not a number of steps")
    }
    stepCount = Int(halves[0]) << 24 | Int(halves[1])
    for (slot, name) in rule.stateList.enumerated() {
      for entry in layout.trained {
        let start = slot * layout.trainedCount + entry.offset
        state.replaceSubrange(
          start..<(start + entry.shape.count), with: found.values("optimiser.\(name).\(entry.name)"))
      }
    }
  }

  private static let stepsName = "optimiser.steps"
}

extension OptimiserRule {
  /// The names of the running values, in the order of an optimiser's state.
  var stateList: [String] { [stateNames.first, stateNames.second, stateNames.third].compactMap { $0 } }
}
