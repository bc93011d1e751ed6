/// The contents of a file in the safetensors format (Hugging Face): named tensors and a map of texts.
public struct Safetensors: Hashable, Sendable {
  public var tensors: [NamedTensor]
  public var metadata: [String: String]

  public init(tensors: [NamedTensor], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  public subscript(name: String) -> Tensor? { tensors.first { $0.name == name }?.tensor }

  /// The types of numbers that can be read; they become floats. I64 and I32 beyond 2^24 are rounded.
  enum Element: String, Sendable {
    case f32 = "F32"
    case f16 = "F16"
    case bf16 = "BF16"
    case i64 = "I64"
    case i32 = "I32"
    case u8 = "U8"
    case bool = "BOOL"

    var size: Int {
      switch self {
      case .i64: 8
      case .f32, .i32: 4
      case .f16, .bf16: 2
      case .u8, .bool: 1
      }
    }
  }
}
