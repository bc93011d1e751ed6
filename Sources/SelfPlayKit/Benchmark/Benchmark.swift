import Dispatch
import Environments
import Foundation
import Search
import Synchronization

/// Measures speed for some seconds on some threads, each with its own work.
public struct Benchmark: Sendable {
  public var seconds: Double
  public var threads: Int

  public init(seconds: Double, threads: Int) {
    self.seconds = seconds
    self.threads = threads
  }

  /// Steps a second of random play, every state observed, restarts counted in.
  public func environment(_ game: AnyGame) throws -> Double {
    try game.visit(EnvironmentRun(benchmark: self))
  }

  /// Simulations and playouts a second of searches with new trees from the start.
  public func rollouts(
    _ game: AnyGame, simulations: Int
  ) throws -> (simulations: Double, playouts: Double) {
    try game.visit(RolloutRun(benchmark: self, simulations: simulations))
  }

  private struct EnvironmentRun: GameVisitor {
    let benchmark: Benchmark

    func visit<Subject: Notation>(_ game: Subject) throws -> Double {
      try benchmark.rates { clock, thread in
        var random = Random(seed: 1, purpose: .playout, index: UInt64(thread))
        var planes = [Float](repeating: 0, count: game.observationShape.count)
        var state = game.start(using: &random)
        var steps = 0
        while !clock.isOver {
          // The clock is read once in so many steps, as reading it costs as much as one.
          for _ in 0..<256 {
            let action = game.randomLegalAction(in: state, using: &random)
            let isOver = game.step(&state, taking: action, using: &random).status.isOver
            if isOver { state = game.start(using: &random) }
            var span = planes.mutableSpan
            game.observe(state, into: &span)
          }
          steps += 256
        }
        return [steps]
      }[0]
    }
  }

  private struct RolloutRun: GameVisitor {
    let benchmark: Benchmark
    let simulations: Int

    func visit<Subject: Notation>(_ game: Subject) throws -> (simulations: Double, playouts: Double) {
      let rates = try benchmark.rates { clock, thread in
        var random = Random(seed: 1, purpose: .playout, index: UInt64(thread))
        var search = TreeSearch(game: game, parameters: SearchParameters(rule: UCB1()))
        var counts = [0, 0]
        while !clock.isOver {
          search.begin(game.start(using: &random), random: random)
          _ = random.next()
          var rest = simulations
          while rest > 0, !clock.isOver {
            let batch = min(rest, 64)
            counts[1] += search.simulatePlayouts(batch, limit: 10_000)
            counts[0] += batch
            rest -= batch
          }
        }
        return counts
      }
      return (rates[0], rates[1])
    }
  }

  /// When a measurement ends.
  struct Clock: Sendable {
    let end: UInt64

    var isOver: Bool { DispatchTime.now().uptimeNanoseconds >= end || Interruption.isRequested }
  }

  /// Runs the body on every thread until its clock is over; what each of its counts, summed over the threads, came to
  /// a second. Throws an error of any of them.
  func rates(_ body: @escaping @Sendable (Clock, Int) throws -> [Int]) throws -> [Double] {
    Interruption.holdResults()
    let results = Mutex<[Result<[Int], any Error>]>([])
    let started = DispatchTime.now().uptimeNanoseconds
    let clock = Clock(end: started + UInt64(seconds * 1e9))
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      let result = Result { try body(clock, thread) }
      results.withLock { $0.append(result) }
    }
    let elapsed = Double(DispatchTime.now().uptimeNanoseconds - started) * 1e-9
    let rows = try results.withLock { try $0.map { try $0.get() } }
    return (0..<(rows.first?.count ?? 0)).map { column in
      Double(rows.reduce(0) { $0 + $1[column] }) / elapsed
    }
  }
}
