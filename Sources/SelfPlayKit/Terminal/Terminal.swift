import Foundation
import Synchronization

/// What the program's output goes to.
public enum Terminal {
  /// Whether a stream is a terminal that is not `dumb`.
  public static func isTerminal(_ descriptor: Int32) -> Bool {
    isatty(descriptor) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  /// Whether colours may be written to a stream: a terminal, and `NO_COLOR` is not set (no-color.org).
  public static func isColoured(_ descriptor: Int32) -> Bool {
    isTerminal(descriptor) && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
  }

  /// Rows and columns of the terminal on a stream; 24 by 80 where it does not say.
  public static func size(of descriptor: Int32) -> (rows: Int, columns: Int) {
    var window = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0 else { return (24, 80) }
    return (Int(window.ws_row), Int(window.ws_col))
  }

  /// Writes to standard error at once.
  public static func log(_ text: String, terminator: String = "\n") {
    FileHandle.standardError.write(Data((text + terminator).utf8))
  }

  /// Writes to standard output and flushes it, so that it appears in the right order.
  public static func put(_ text: String, terminator: String = "\n") {
    print(text, terminator: terminator)
    if fflush(nil) != 0 { hasLostOutput.store(true, ordering: .relaxed) }
  }

  /// Whether something could not be written to standard output, such as to a full disk.
  public static var isOutputLost: Bool { hasLostOutput.load(ordering: .relaxed) }

  private static let hasLostOutput = Atomic<Bool>(false)
}

/// A colour or weight, for one stream: does nothing where colours may not be written.
public struct Ink: Sendable {
  public enum Tone: String, Sendable {
    case bold = "1"
    case faint = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case blue = "34"
    case magenta = "35"
    case cyan = "36"
    case reversed = "7"
  }

  public let isOn: Bool

  public init(for descriptor: Int32) { isOn = Terminal.isColoured(descriptor) }
  public init(isOn: Bool) { self.isOn = isOn }

  public func callAsFunction(_ text: String, _ tones: Tone...) -> String {
    isOn && !text.isEmpty ? "\u{1B}[\(tones.map(\.rawValue).joined(separator: ";"))m\(text)\u{1B}[0m" : text
  }
}
