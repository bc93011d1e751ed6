import Foundation
import TensorCore

/// Half a cosine from one learning rate to another over the budget (Loshchilov and Hutter 2017).
package func cosineSchedule(from start: Float, to end: Float, share: Float) -> Float {
  end + (start - end) * 0.5 * (1 + cos(Float.pi * min(max(share, 0), 1)))
}

extension Network {
  /// Takes the weights of a file, whose tensors must be exactly this network's.
  func restore(from path: String) throws(TensorFileError) {
    try parameters.restore(from: Safetensors(contentsOf: path).tensors, file: path)
  }

  /// Takes those tensors of a file that have the name and the shape of one of this network's, which are at least half of
  /// them; returns how many.
  package func adopt(from path: String) throws(TensorFileError) -> Int {
    try parameters.adopt(from: Safetensors(contentsOf: path).tensors, file: path)
  }
}
