/// The lengths of a tensor's dimensions, the slowest-varying first. An empty shape is a scalar's.
public struct Shape: Hashable, Sendable, CustomStringConvertible, ExpressibleByArrayLiteral {
  public let dimensions: [Int]

  public init(_ dimensions: [Int]) {
    precondition(dimensions.allSatisfy { $0 >= 0 }, "a dimension cannot be negative")
    self.dimensions = dimensions
  }

  public init(arrayLiteral elements: Int...) { self.init(elements) }

  /// The number of elements.
  public var count: Int { dimensions.reduce(1, *) }
  public var description: String { "[\(dimensions.map(String.init).joined(separator: ", "))]" }
}
