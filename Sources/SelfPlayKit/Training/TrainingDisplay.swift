import Foundation
import Learning

/// What a person sees of a run: a few lines that renew themselves on a terminal, else a line now and then.
public struct TrainingDisplay {
  private let session: TrainingSession
  private let isLive: Bool
  private let ink: Ink
  private var lastShown = -Double.infinity
  private var lastStep = -1
  private var shownLines = 0
  private var strengths: [Double] = []
  private var lastStrengthStep = -1
  private var pace = Pace()

  public init(for session: TrainingSession) {
    self.session = session
    isLive = Terminal.isTerminal(STDERR_FILENO)
    ink = Ink(for: STDERR_FILENO)
  }

  /// Shows a report, unless the last one is too recent. `isLast` shows it in any case.
  public mutating func show(_ progress: TrainingProgress, isLast: Bool = false) {
    pace.add(seconds: progress.seconds, share: progress.share)
    if let strength = progress.strength, progress.evaluationStep != lastStrengthStep {
      strengths.append(strength)
      lastStrengthStep = progress.evaluationStep
    }
    guard isLast || progress.seconds - lastShown >= (isLive ? 0.25 : 10) else { return }
    let isRepeated = isLast && progress.step == lastStep
    lastShown = progress.seconds
    lastStep = progress.step
    if isRepeated && !isLive { return }
    guard isLive else { return Terminal.log(line(progress)) }
    let lines = block(progress)
    let width = Terminal.size(of: STDERR_FILENO).columns
    let up = shownLines > 0 ? "\u{1B}[\(shownLines)A" : ""
    let text = lines.map { "\r\u{1B}[2K" + Self.clipped($0, to: width - 1) }.joined(separator: "\n")
    Terminal.log(up + text)
    shownLines = lines.count
  }

  /// Everything in one line, for logs.
  private func line(_ progress: TrainingProgress) -> String {
    var parts = [
      "step \(progress.step)", counted(progress.games, "game"), "\(rate(progress.stepsPerSecond)) steps/s",
    ]
    if let loss = progress.policyLoss { parts.append(String(format: "policy loss %.3f", loss)) }
    if let loss = progress.valueLoss { parts.append(String(format: "value loss %.4f", loss)) }
    parts += state(progress)
    if let accuracy = progress.policyAccuracy { parts.append(String(format: "accuracy %.3f", accuracy)) }
    if let mean = progress.meanReturn { parts.append(String(format: "return %.3f", mean)) }
    if let strength = strengths.last { parts.append("\(strengthName) \(score(strength))") }
    parts += comparison(progress)
    parts.append(timeLeft(progress))
    return parts.joined(separator: ", ")
  }

  /// How well values foretell results, how varied the games are, and what memory the run takes.
  private func state(_ progress: TrainingProgress) -> [String] {
    var parts: [String] = []
    if let error = progress.valueError, let bias = progress.valueBias {
      parts.append(String(format: "values off by %.3f (bias %+.3f)", error.squareRoot(), bias))
    }
    if let share = progress.provenGames {
      parts.append(String(format: "%.0f %% of games proven", share * 100))
    }
    if let share = progress.uniqueShare { parts.append(String(format: "%.0f %% unique", share * 100)) }
    if let wrong = progress.wrongResignations {
      parts.append(String(format: "%.1f %% of resignations wrong", wrong * 100))
    }
    if let size = progress.windowSize {
      let age = progress.windowAge.map { String(format: ", mean age %.0f positions", $0) } ?? ""
      parts.append("window \(size)\(age)")
    }
    if let bytes = progress.memoryBytes {
      let window = progress.windowBytes.map { ", window \($0 >> 20)" } ?? ""
      parts.append("memory \(bytes >> 20) MiB\(window)")
    }
    return parts
  }

  /// The lines of the live display.
  private func block(_ progress: TrainingProgress) -> [String] {
    let unit = session.isSearching ? "positions" : "frames"
    var losses: [String] = []
    if let loss = progress.policyLoss { losses.append(String(format: "policy loss %.3f", loss)) }
    if let loss = progress.valueLoss { losses.append(String(format: "value loss %.4f", loss)) }
    if let epsilon = progress.epsilon { losses.append(String(format: "epsilon %.2f", epsilon)) }
    if let mean = progress.meanReturn {
      losses.append(String(format: "return of the last 100 games %.3f", mean))
    }
    let length = progress.meanLength.map { String(format: ", %.1f moves each", $0) } ?? ""
    let speed =
      "\(rate(progress.stepsPerSecond)) \(unit)/s   \(String(format: "%.1f", progress.gamesPerSecond)) games/s"
    return [
      ink("\(session.name)", .bold)
        + " learns \(session.game.title), seed \(session.seed), in \(session.folder.path)",
      "  \(progress.step) \(unit)   \(counted(progress.games, "game"))\(length)   \(counted(progress.updates, "gradient step"))",
      "  " + speed + "   replay \(progress.replayBytes / 1024) KiB, \(progress.samples) in memory",
      "  " + state(progress).joined(separator: "   "),
      "  " + (losses.isEmpty ? "collecting the first games" : losses.joined(separator: "   ")),
      "  \(strengthName)  " + ink(Curve.sparkline(strengths, width: 40), .green)
        + (strengths.last.map { "  " + ink(score($0), .bold) } ?? "not measured yet")
        + comparison(progress).map { "   " + $0 }.joined(),
      "  " + bar(progress.share) + "  " + timeLeft(progress),
    ]
  }

  /// How the run does against its own past, and against its best network.
  private func comparison(_ progress: TrainingProgress) -> [String] {
    var parts: [String] = []
    if let score = progress.pastScore, let step = progress.pastStep {
      parts.append("\(self.score(score)) against itself at step \(step)")
    }
    if let promotions = progress.promotions {
      let last = progress.gateScore.map { ", last score \(score($0))" } ?? ""
      parts.append("\(promotions) promotions\(last)")
    }
    return parts
  }

  private var strengthName: String {
    session.isAlone ? "mean return" : "score against \(session.definition.evaluation.opponent)"
  }

  private func score(_ value: Double) -> String {
    session.isAlone ? String(format: "%.3f", value) : String(format: "%.0f %%", value * 100)
  }

  private func bar(_ share: Double, width: Int = 40) -> String {
    let done = Int((min(max(share, 0), 1) * Double(width)).rounded())
    return ink(String(repeating: "█", count: done), .cyan) + String(repeating: "░", count: width - done)
      + String(format: " %3.0f %%", share * 100)
  }

  private func timeLeft(_ progress: TrainingProgress) -> String {
    if progress.share >= 1 { return "done" }
    guard let seconds = pace.secondsLeft(seconds: progress.seconds, share: progress.share) else { return "" }
    let left = Int(seconds.rounded(.up))
    return left >= 3600
      ? "\(left / 3600) h \(left % 3600 / 60) min left"
      : left >= 60 ? "\(left / 60) min \(left % 60) s left" : "\(left) s left"
  }

  private func rate(_ value: Double) -> String { String(format: "%.0f", value) }

  /// Cuts a line to a width, not counting what only changes its colour.
  private static func clipped(_ line: String, to width: Int) -> String {
    var result = ""
    var count = 0
    var isEscape = false
    for character in line {
      if character == "\u{1B}" { isEscape = true }
      if !isEscape { count += 1 }
      if count > width && !isEscape { continue }
      result.append(character)
      if isEscape && character.isLetter { isEscape = false }
    }
    return result
  }
}
