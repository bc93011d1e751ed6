#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How a learning rate changes from step to step; steps count from 0. Lengths below 1 count as 1.
public indirect enum LearningRateSchedule: Codable, Hashable, Sendable {
  case constant
  /// Times `factor` after every so many steps.
  case step(every: Int, factor: Float)
  /// Times `factor` at each of the steps listed.
  case milestones([Int], factor: Float)
  /// Times `factor` after every step.
  case exponential(factor: Float)
  /// Half a cosine down to `lowest` in so many steps (Loshchilov and Hutter 2017), and up again if it goes
  /// on.
  case cosine(steps: Int, lowest: Float = 0)
  /// Half a cosine down to `lowest`, again and again, each time `growth` times as long (Loshchilov and Hutter
  /// 2017).
  case cosineRestarts(steps: Int, growth: Int = 1, lowest: Float = 0)
  /// From one share of the rate to another in so many steps, then constant.
  case linear(from: Float, to: Float, steps: Int)
  /// Down to 0 as (1 - step / steps)^power.
  case polynomial(power: Float, steps: Int)
  /// Linearly up from a share of the rate, then another schedule from its step 0 on.
  case warmUp(from: Float, steps: Int, then: LearningRateSchedule)

  /// The rate in use at a step, given the rate that the schedule starts from or changes.
  public func rate(_ base: Float, at step: Int) -> Float { Float(rate(Double(base), step)) }

  private func rate(_ base: Double, _ step: Int) -> Double {
    switch self {
    case .constant: base
    case .step(let every, let factor): base * pow(Double(factor), Double(step / max(1, every)))
    case .milestones(let steps, let factor): base * pow(Double(factor), Double(steps.count { $0 <= step }))
    case .exponential(let factor): base * pow(Double(factor), Double(step))
    case .cosine(let steps, let lowest):
      Self.cosine(base, Double(lowest), Double(step) / Double(max(1, steps)))
    case .cosineRestarts(let steps, let growth, let lowest):
      Self.restarted(base, Double(lowest), step, first: max(1, steps), growth: max(1, growth))
    case .linear(let from, let to, let steps):
      base * (Double(from) + Double(to - from) * min(1, Double(step) / Double(max(1, steps))))
    case .polynomial(let power, let steps):
      base * pow(max(0, 1 - Double(step) / Double(max(1, steps))), Double(power))
    case .warmUp(let from, let steps, let then):
      step < steps
        ? base * (Double(from) + (1 - Double(from)) * Double(step) / Double(steps))
        : then.rate(base, step - steps)
    }
  }

  private static func cosine(_ base: Double, _ lowest: Double, _ share: Double) -> Double {
    lowest + (base - lowest) * 0.5 * (1 + cos(Double.pi * share))
  }

  private static func restarted(_ base: Double, _ lowest: Double, _ step: Int, first: Int, growth: Int)
    -> Double
  {
    var (position, length) = (step, first)
    if growth == 1 { position %= first }
    while position >= length {
      position -= length
      length *= growth
    }
    return cosine(base, lowest, Double(position) / Double(length))
  }
}
