import CKernels

/// Turns what the last layers of a compiled network make into the values of actions.
// A class, as the owner of memory: it belongs to one engine, and is as little shared as that is.
final class ActionValueReader {
  private let head: ActionValueHead
  private let actions: Int
  private let kernels: kernel_table
  /// [chunk, actions, atoms].
  private let returns: FloatBuffer
  /// The returns of a categorical distribution, [atoms].
  private let support: FloatBuffer

  init(_ description: NetworkDescription, chunk: Int, kernels: kernel_table) {
    head = description.actionValueHead
    actions = description.actions
    self.kernels = kernels
    let atoms = head.distribution.atoms
    let isPlain = atoms == 1 && !head.isDuelling
    returns = FloatBuffer(count: isPlain ? 0 : chunk * actions * atoms)
    support = FloatBuffer(count: atoms)
    if case .categorical(let values) = head.distribution {
      for atom in 0..<atoms { support.pointer[atom] = values[atom] }
    } else {
      support.all.update(repeating: 1 / Float(atoms))
    }
  }

  /// Expectations [boards, actions], and if asked for probabilities or quantiles [boards, actions, atoms].
  /// - Parameters:
  ///   - output: [boards, actions, atoms]; the advantages of a duelling head.
  ///   - state: [boards, atoms], the other stream of a duelling head.
  func read(
    _ output: UnsafePointer<Float>, state: UnsafePointer<Float>?, boards: Int,
    into values: UnsafeMutablePointer<Float>, distributions: UnsafeMutablePointer<Float>?
  ) {
    let atoms = head.distribution.atoms
    var source = output
    if let state {
      for board in 0..<boards { combine(output, state, board, atoms) }
      source = UnsafePointer(returns.pointer)
    }
    if case .categorical = head.distribution {
      kernels.softmax_rows(source, boards * actions, atoms, returns.pointer)
      source = UnsafePointer(returns.pointer)
    }
    distributions?.update(from: source, count: boards * actions * atoms)
    guard atoms > 1 else { return values.update(from: source, count: boards * actions) }
    for row in 0..<(boards * actions) {
      var mean: Float = 0
      for atom in 0..<atoms { mean += source[row * atoms + atom] * support.pointer[atom] }
      values[row] = mean
    }
  }

  /// V + A - mean A for every atom (Wang et al. 2016, equation 9).
  private func combine(
    _ advantages: UnsafePointer<Float>, _ state: UnsafePointer<Float>, _ board: Int, _ atoms: Int
  ) {
    let start = board * actions * atoms
    for atom in 0..<atoms {
      var sum: Float = 0
      for action in 0..<actions { sum += advantages[start + action * atoms + atom] }
      let shift = state[board * atoms + atom] - sum / Float(actions)
      for action in 0..<actions {
        let i = start + action * atoms + atom
        returns.pointer[i] = advantages[i] + shift
      }
    }
  }
}
