extension InferencePlan {
  /// The global features of some channels of an image, or of all; see `GlobalFeatures`.
  public mutating func pool(_ image: PlanVariable, channels: Range<Int>? = nil) -> PlanVariable {
    let channels = channels ?? 0..<values[image.index].channels
    let output = input(rows: 1, columns: 1, channels: 3 * channels.count)
    steps.append(.pooling(image, channels: channels, output: output))
    return output
  }

  /// The first channels of an image, as many as a vector has, plus the vector at every point, with ReLU.
  public mutating func shift(_ image: PlanVariable, by vector: PlanVariable) -> PlanVariable {
    let value = values[image.index]
    let output = input(rows: value.rows, columns: value.columns, channels: values[vector.index].channels)
    steps.append(.shift(image, by: vector, output: output))
    return output
  }
}
