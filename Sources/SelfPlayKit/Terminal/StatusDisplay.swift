import Foundation

/// The state of long work on standard error: a line that renews itself on a terminal, else a line now and then.
public struct StatusDisplay {
  private let isLive: Bool
  private let interval: Double
  private var lastShown: Double
  private var hasLine = false

  /// `plainInterval` is the time between lines, in seconds, where there is no terminal.
  public init(plainInterval: Double = 10) {
    isLive = Terminal.isTerminal(STDERR_FILENO)
    interval = isLive ? 0.1 : plainInterval
    lastShown = isLive ? 0 : Self.now
  }

  /// Shows the text unless the last one is too recent; it is only made if it is shown.
  public mutating func show(_ text: @autoclosure () -> String) {
    let now = Self.now
    guard now - lastShown >= interval else { return }
    lastShown = now
    guard isLive else { return Terminal.log(text()) }
    let width = Terminal.size(of: STDERR_FILENO).columns
    Terminal.log("\r\u{1B}[2K" + text().prefix(width - 1), terminator: "")
    hasLine = true
  }

  /// Removes the line, so that results start on a clean one.
  public mutating func clear() {
    if hasLine { Terminal.log("\r\u{1B}[2K", terminator: "") }
    hasLine = false
  }

  private static var now: Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }
}
