/// Why a file of tensors cannot be used.
public enum TensorFileError: Error, Hashable, CustomStringConvertible {
  case unreadable(file: String, reason: String)
  case unwritable(file: String, reason: String)
  case malformed(file: String, problem: String)
  case missing(file: String, tensor: String, expected: Shape)
  case unexpected(file: String, tensor: String)
  case mismatch(file: String, tensor: String, expected: Shape, found: Shape)
  case notFinite(file: String, tensor: String)
  case negativeVariance(file: String, tensor: String)
  case otherNetwork(file: String, fitting: Int, count: Int)
  case description(file: String, problem: String)

  public var description: String {
    switch self {
    case .unreadable(let file, let reason): "\(file): cannot be read: \(reason); check path and permissions"
    case .unwritable(let file, let reason):
      "\(file): cannot be written: \(reason); check the folder, permissions and free space"
    case .malformed(let file, let problem):
      "\(file): not a valid safetensors file: \(problem); write it again or restore a backup"
    case .missing(let file, let tensor, let expected):
      "\(file): tensor \(tensor) \(expected) is missing; use a file made for this network"
    case .unexpected(let file, let tensor):
      "\(file): tensor \(tensor) belongs to no part of the network; use a file made for this network"
    case .mismatch(let file, let tensor, let expected, let found):
      "\(file): tensor \(tensor) has shape \(found), expected \(expected); use a file made for this network"
    case .notFinite(let file, let tensor):
      "\(file): tensor \(tensor) has infinite values or such that are no numbers; use an earlier checkpoint"
    case .negativeVariance(let file, let tensor):
      "\(file): tensor \(tensor) has variances below 0; use an earlier checkpoint"
    case .otherNetwork(let file, let fitting, let count):
      "\(file): fits \(fitting) of the network's \(count) tensors in name and shape; begin with one of the same torso"
    case .description(let file, let problem):
      "\(file): metadata \"network\": \(problem); use a file that selfplay wrote"
    }
  }
}
