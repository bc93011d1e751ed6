import TensorCore

/// Two networks from the past of a run, to measure the present one against: the older one is from between a quarter
/// and half of the steps so far.
struct PastSelf {
  /// Steps of the two networks; 0 for none.
  private(set) var steps: [Int]
  private let networks: [Network]

  /// - Parameter steps: those of a checkpoint, whose networks `load` restores.
  init(like network: Network, steps: [Int]? = nil) {
    networks = [network.copy(), network.copy()]
    self.steps = steps?.count == 2 ? steps ?? [0, 0] : [0, 0]
  }

  /// Keeps the present network whenever the number of steps has doubled.
  mutating func note(_ network: Network, step: Int) {
    guard step >= 2 * steps[1] else { return }
    networks[0].parameters.copy(from: networks[1].parameters)
    networks[1].parameters.copy(from: network.parameters)
    steps = [steps[1], step]
  }

  /// The older network with its step; nil as long as there is none.
  var older: (network: Network, step: Int)? { steps[0] > 0 ? (networks[0], steps[0]) : nil }

  func save(to folder: String) throws {
    for (number, network) in networks.enumerated() { try network.save(to: Self.path(number, in: folder)) }
  }

  func load(from folder: String) throws {
    for (number, network) in networks.enumerated() {
      try network.restore(from: Self.path(number, in: folder))
    }
  }

  private static func path(_ number: Int, in folder: String) -> String {
    "\(folder)/past-\(number + 1).safetensors"
  }
}
