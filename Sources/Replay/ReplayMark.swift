/// A place between two frames of a replay file, from which it can be read without what comes before.
public struct ReplayMark: Codable, Hashable, Sendable {
  /// Position in the file.
  public var position: UInt64
  /// Number of frames before it.
  public var sequence: UInt64

  public init(position: UInt64, sequence: UInt64) {
    self.position = position
    self.sequence = sequence
  }

  public static let beginning = ReplayMark(position: 0, sequence: 0)
}

extension ReplayBlock {
  /// Where the block begins.
  public var start: ReplayMark { ReplayMark(position: offset, sequence: sequence) }
}

extension ReplayWriter {
  /// Where the next frame begins.
  public var mark: ReplayMark { ReplayMark(position: position, sequence: sequence) }
}
