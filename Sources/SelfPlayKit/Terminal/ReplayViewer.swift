import Foundation

/// Steps through the games of an album with keys, on a terminal in raw mode.
public struct ReplayViewer {
  private let album: GameAlbum
  private let home: Home
  private let ink = Ink(for: STDOUT_FILENO)
  private var game: Int
  private var ply: Int
  private var walk: GameWalk?
  private var typed: String?

  public init(album: GameAlbum, home: Home, game: Int, ply: Int) {
    self.album = album
    self.home = home
    self.game = game
    self.ply = ply
  }

  /// Shows positions until `q` or the end of input. Throws if a game cannot be replayed.
  public mutating func run() throws {
    while true {
      let current = try walk ?? album.walk(through: game, home: home)
      walk = current
      ply = min(max(ply, 0), current.last)
      draw(current)
      guard let key = Key.read(), handle(key, last: current.last) else { return }
    }
  }

  /// Does what a key asks for; false to quit.
  private mutating func handle(_ key: Key, last: Int) -> Bool {
    if let digits = typed { return handleTyping(key, digits) }
    switch key {
    case .right, .down, .enter, .character("j"), .character("l"), .character(" "): ply += 1
    case .left, .up, .backspace, .character("k"), .character("h"): ply -= 1
    case .pageDown: ply += 10
    case .pageUp: ply -= 10
    case .home, .character("0"): ply = 0
    case .end, .character("G"), .character("$"): ply = last
    case .character("g"): typed = ""
    case .character("n"): open(game + 1)
    case .character("p"): open(game - 1)
    case .character("q"), .escape, .character("\u{4}"): return false
    default: break
    }
    return true
  }

  private mutating func handleTyping(_ key: Key, _ digits: String) -> Bool {
    switch key {
    case .character(let character) where character.isASCII && character.isNumber && digits.count < 6:
      typed = digits + String(character)
    case .backspace: typed = String(digits.dropLast())
    case .enter:
      ply = Int(digits) ?? ply
      typed = nil
    default: typed = nil
    }
    return true
  }

  private mutating func open(_ index: Int) {
    guard 0..<album.count ~= index else { return }
    (game, ply, walk) = (index, 0, nil)
  }

  private func draw(_ current: GameWalk) {
    let (rows, columns) = Terminal.size(of: STDOUT_FILENO)
    let title = "Game \(game + 1) of \(album.count)  \(current.heading)"
    let hint = typed.map { "go to move: \($0)" } ?? "←/→ step   home/end   g go to   n/p game   q quit"
    let share = current.last == 0 ? 1 : Double(ply) / Double(current.last)
    let width = min(columns - 1, 60)
    let done = Int((share * Double(width)).rounded())
    let bar =
      ink(String(repeating: "━", count: done), .cyan)
      + ink(String(repeating: "━", count: width - done), .faint)
    var lines = [ink(String(title.prefix(columns - 1)), .bold), ""]
    lines += current.page(ply, ink: ink).split(separator: "\n", omittingEmptySubsequences: false).map(
      String.init)
    let place = "\(ply)/\(current.last)   "
    let footer = ["", bar, place + ink(String(hint.prefix(max(0, columns - 1 - place.count))), .faint)]
    lines = Array(lines.prefix(max(1, rows - footer.count))) + footer
    Terminal.put(
      "\u{1B}[H" + lines.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J", terminator: "")
  }
}
