/// Why replay data was refused: one line that names the file, the byte, what is wrong and the remedy.
public struct ReplayError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Reason: Hashable, Sendable {
    /// The file ends inside a frame, as it does after a crash.
    case truncated
    /// Bytes are not what was written.
    case corrupt
    /// Something is larger than the reader accepts.
    case limit
    /// Written by a newer version.
    case version
    /// The operating system refused.
    case system
    /// Another process writes the same file.
    case locked
    /// A position is not the end of a frame of this file.
    case position
    /// The record does not follow from the rules: another game, an illegal action, another outcome.
    case disagreement
  }

  public var reason: Reason
  /// The file, where it is known.
  public var file: String?
  /// Byte offset of the frame in the file, where it is known.
  public var offset: UInt64?
  /// Number of the record in its frame, from 0, where it is known.
  public var record: Int?
  public var problem: String
  public var remedy: String

  public init(
    _ reason: Reason, file: String? = nil, offset: UInt64? = nil, record: Int? = nil, problem: String,
    remedy: String
  ) {
    self.reason = reason
    self.file = file
    self.offset = offset
    self.record = record
    self.problem = problem
    self.remedy = remedy
  }

  public var description: String {
    var places: [String] = []
    if let file { places.append(file) }
    if let offset { places.append("byte \(offset)") }
    if let record { places.append("record \(record)") }
    return (places + ["\(problem); \(remedy)"]).joined(separator: ": ").printable
  }

  /// The same error with the place it happened at.
  func located(file: String, offset: UInt64, record: Int? = nil) -> ReplayError {
    var error = self
    error.file = file
    error.offset = offset
    error.record = record
    return error
  }
}

extension String {
  /// With `?` in place of control characters: what comes from files is untrusted, and none of theirs may reach a
  /// terminal.
  package var printable: String {
    var result = ""
    for scalar in unicodeScalars {
      let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      result.unicodeScalars.append(isControl ? "?" : scalar)
    }
    return result
  }
}
