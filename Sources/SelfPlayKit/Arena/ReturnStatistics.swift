/// Mean and spread of returns, one number after the other (Welford 1962).
public struct ReturnStatistics: Hashable, Sendable {
  public private(set) var count = 0
  public private(set) var mean = 0.0
  private var squares = 0.0

  public init() {}

  public mutating func add(_ value: Double) {
    count += 1
    let difference = value - mean
    mean += difference / Double(count)
    squares += difference * (value - mean)
  }

  /// Standard deviation of the sample; 0 for fewer than two numbers.
  public var deviation: Double { count < 2 ? 0 : (squares / Double(count - 1)).squareRoot() }

  /// Half the width of the 95 % interval of the mean.
  public var margin: Double { count < 2 ? 0 : 1.959964 * deviation / Double(count).squareRoot() }
}
