/// The shape of a value on a tape. Images are channels-last, [batch, rows, columns, channels]; a sequence has
/// its steps as rows, a vector of features has one row and one column, and a loss is one float. Matrices for
/// `Tape.product` are [columns, channels], one for each batch and row.
public struct VariableShape: Hashable, Sendable {
  public let batch: Int
  public let rows: Int
  public let columns: Int
  public let channels: Int

  /// The number of channel vectors: batch x rows x columns.
  public var vectors: Int { batch * rows * columns }
  /// The number of floats.
  public var count: Int { vectors * channels }

  public init(batch: Int, rows: Int = 1, columns: Int = 1, channels: Int) {
    self.batch = batch
    self.rows = rows
    self.columns = columns
    self.channels = channels
  }

  static let scalar = VariableShape(batch: 1, channels: 1)

  /// The length of one dimension.
  public subscript(axis: Axis) -> Int {
    switch axis {
    case .batch: batch
    case .rows: rows
    case .columns: columns
    case .channels: channels
    }
  }

  func with(channels: Int) -> VariableShape {
    VariableShape(batch: batch, rows: rows, columns: columns, channels: channels)
  }

  func with(_ length: Int, along axis: Axis) -> VariableShape {
    VariableShape(
      batch: axis == .batch ? length : batch, rows: axis == .rows ? length : rows,
      columns: axis == .columns ? length : columns, channels: axis == .channels ? length : channels)
  }

  /// The shape with the lengths of `axes` set to one.
  func reduced(over axes: Axes) -> VariableShape {
    VariableShape(
      batch: axes.contains(.batch) ? 1 : batch, rows: axes.contains(.rows) ? 1 : rows,
      columns: axes.contains(.columns) ? 1 : columns, channels: axes.contains(.channels) ? 1 : channels)
  }

  /// The floats from one index of an axis to the next: the product of the lengths of the faster axes.
  func stride(of axis: Axis) -> Int {
    switch axis {
    case .batch: rows * columns * channels
    case .rows: columns * channels
    case .columns: channels
    case .channels: 1
    }
  }
}

/// A dimension of a value on a tape, the slowest-varying first.
public enum Axis: Int, Hashable, Sendable { case batch, rows, columns, channels }

/// Some dimensions of a value on a tape.
public struct Axes: OptionSet, Hashable, Sendable {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }

  public static let batch = Axes(rawValue: 1)
  public static let rows = Axes(rawValue: 2)
  public static let columns = Axes(rawValue: 4)
  public static let channels = Axes(rawValue: 8)
  /// The points of an image.
  public static let points = Axes(rawValue: 6)
  public static let all = Axes(rawValue: 15)
}
