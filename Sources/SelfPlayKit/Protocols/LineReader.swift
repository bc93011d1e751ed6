import Foundation

/// Reads lines of bytes from a descriptor, with a deadline, trusting nothing in them.
///
/// A class, because what was read beyond a line belongs to the next one.
final class LineReader {
  enum Line: Hashable {
    case text(String)
    case end
    case timeout
  }

  /// Longer lines are cut: no line of a protocol comes near.
  static let longestLine = 1 << 20

  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var scanned = 0
  private var hasEnded = false

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// The next line without its end, in UTF-8, or if it is not, each byte one character (ISO 8859-1); waits for at most
  /// so many seconds, or for ever.
  func next(within seconds: Double? = nil) -> Line {
    let end = seconds.map { ContinuousClock.now + .seconds($0) }
    while true {
      if let line = takeLine() { return .text(line) }
      if hasEnded { return .end }
      var milliseconds: Int32 = -1
      if let end {
        let rest = end - .now
        if rest <= .zero { return .timeout }
        milliseconds = Int32(min(rest / .milliseconds(1), 1_000_000)) + 1
      }
      var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&request, 1, milliseconds)
      if ready > 0 { fill() } else if ready < 0 && errno != EINTR { hasEnded = true }
    }
  }

  private func fill() {
    var chunk = [UInt8](repeating: 0, count: 16_384)
    let count = read(descriptor, &chunk, chunk.count)
    if count > 0 {
      buffer += chunk[..<count]
    } else if count == 0 || errno != EINTR {
      hasEnded = true
    }
  }

  private func takeLine() -> String? {
    let newline = buffer[scanned...].firstIndex(of: UInt8(ascii: "\n"))
    scanned = buffer.count
    guard
      let end = newline
        ?? (hasEnded && !buffer.isEmpty || buffer.count > Self.longestLine ? buffer.count : nil)
    else { return nil }
    let line =
      String(validating: buffer[..<end], as: UTF8.self)
      ?? String(String.UnicodeScalarView(buffer[..<end].map { Unicode.Scalar($0) }))
    buffer.removeFirst(min(end + 1, buffer.count))
    scanned = 0
    return line
  }
}
