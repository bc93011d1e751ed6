import Foundation
import Synchronization

/// Raw mode of the terminal on standard input: keys arrive at once and unechoed, on the alternate screen.
public enum TerminalMode {
  // The mode to go back to. Written once by `enterRaw`, before `raw` is set with release order, and read only
  // after `raw` was seen set: the signal handler may read it without a lock.
  nonisolated(unsafe) private static var original = termios()
  private static let raw = Atomic<Bool>(false)

  public static var isRaw: Bool { raw.load(ordering: .acquiring) }

  /// Switches to raw mode; false if standard input is no terminal.
  public static func enterRaw() -> Bool {
    guard !isRaw, tcgetattr(STDIN_FILENO, &original) == 0 else { return false }
    var mode = original
    mode.c_lflag &= ~tcflag_t(ECHO | ICANON)
    mode.c_cc.6 = 0  // VMIN: read returns without waiting for a byte
    mode.c_cc.5 = 1  // VTIME: after a tenth of a second
    guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &mode) == 0 else { return false }
    raw.store(true, ordering: .releasing)
    emit("\u{1B}[?1049h\u{1B}[?25l")
    return true
  }

  /// Goes back to the mode before `enterRaw`. Safe in a signal handler, and when called twice.
  public static func restore() {
    guard raw.exchange(false, ordering: .acquiringAndReleasing) else { return }
    emit("\u{1B}[?25h\u{1B}[?1049l")
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &original)
  }

  private static func emit(_ codes: StaticString) {
    _ = write(STDOUT_FILENO, codes.utf8Start, codes.utf8CodeUnitCount)
  }
}

/// A key pressed in raw mode.
public enum Key: Hashable, Sendable {
  case left, right, up, down, home, end, pageUp, pageDown, escape, enter, backspace
  case character(Character)

  /// Waits for a key in raw mode; nil when input has ended.
  public static func read() -> Key? {
    while true {
      switch readByte() {
      case .byte(let byte): return key(from: byte)
      case .ended: return nil
      case .nothing: continue
      }
    }
    return nil
  }

  private enum Input {
    case byte(UInt8)
    case nothing, ended
  }

  private static func readByte() -> Input {
    var byte: UInt8 = 0
    let started = DispatchTime.now().uptimeNanoseconds
    switch Foundation.read(STDIN_FILENO, &byte, 1) {
    case 1: return .byte(byte)
    // With VMIN 0 a quiet terminal and a closed one both read as empty; only the latter at once.
    case 0: return DispatchTime.now().uptimeNanoseconds - started < 10_000_000 ? .ended : .nothing
    default: return errno == EINTR ? .nothing : .ended
    }
  }

  private static func key(from byte: UInt8) -> Key {
    switch byte {
    case 0x1B: return escapeSequence()
    case 0x0A, 0x0D: return .enter
    case 0x08, 0x7F: return .backspace
    default: return .character(Character(Unicode.Scalar(byte)))
    }
  }

  private static func escapeSequence() -> Key {
    guard case .byte(let second) = readByte() else { return .escape }
    guard second == UInt8(ascii: "[") || second == UInt8(ascii: "O") else { return .escape }
    var digits = ""
    while case .byte(let byte) = readByte() {
      switch byte {
      case UInt8(ascii: "A"): return .up
      case UInt8(ascii: "B"): return .down
      case UInt8(ascii: "C"): return .right
      case UInt8(ascii: "D"): return .left
      case UInt8(ascii: "H"): return .home
      case UInt8(ascii: "F"): return .end
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ";"):
        digits.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: "~"):
        return ["1": .home, "7": .home, "4": .end, "8": .end, "5": .pageUp, "6": .pageDown][digits] ?? .escape
      default: return .escape
      }
    }
    return .escape
  }
}
