import FoundationEssentials

extension Safetensors {
  /// Headers larger than this are refused.
  static let largestHeader = 16 << 20

  /// Reads a file. Everything in it is checked before use.
  public init(contentsOf path: String) throws(TensorFileError) {
    let data: Data
    do { data = try Data(contentsOf: URL(filePath: path)) } catch {
      throw .unreadable(file: path, reason: "\(error.localizedFailure)")
    }
    try self.init(bytes: [UInt8](data), file: path)
  }

  /// Reads the bytes of a file; `file` is named in errors.
  public init(bytes: [UInt8], file: String) throws(TensorFileError) {
    func problem(_ text: String) -> TensorFileError { .malformed(file: file, problem: text) }
    guard bytes.count >= 8 else { throw problem("it has \(bytes.count) bytes, the header's length needs 8") }
    let length = bytes[0..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(Self.largestHeader) else {
      throw problem("the header claims \(length) bytes, at most \(Self.largestHeader) are accepted")
    }
    let dataStart = 8 + Int(length)
    guard dataStart <= bytes.count else {
      throw problem("the header claims \(length) bytes, the file has \(bytes.count - 8) behind its length")
    }
    let header: Header
    do { header = try JSONDecoder().decode(Header.self, from: Data(bytes[8..<dataStart])) } catch {
      throw problem("the header is not the JSON object expected: \(error.shortText)")
    }
    metadata = header.metadata
    tensors = []
    var end = 0
    for (name, entry) in header.tensors.sorted(by: { ($0.value.order, $0.key) < ($1.value.order, $1.key) }) {
      let element = try Self.check(
        name, entry, dataCount: bytes.count - dataStart, expectedStart: end, problem)
      end = entry.data_offsets[1]
      let range = (dataStart + entry.data_offsets[0])..<(dataStart + end)
      let values = element.floats(bytes[range])
      tensors.append(NamedTensor(name: name, tensor: Tensor(shape: Shape(entry.shape), values: values)))
    }
    guard dataStart + end == bytes.count else {
      throw problem("\(bytes.count - dataStart - end) bytes of data belong to no tensor")
    }
  }

  private static func check(
    _ name: String, _ entry: Header.Entry, dataCount: Int, expectedStart: Int,
    _ problem: (String) -> TensorFileError
  ) throws(TensorFileError) -> Element {
    guard let element = Element(rawValue: entry.dtype) else {
      throw problem(
        "tensor \(name) has type \(entry.dtype); F32, F16, BF16, I64, I32, U8 and BOOL can be read")
    }
    guard entry.shape.count <= 8, entry.shape.allSatisfy({ $0 >= 0 }) else {
      throw problem("tensor \(name) has the impossible shape \(entry.shape)")
    }
    var size = element.size
    for dimension in entry.shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
      guard !overflow, product <= dataCount else {
        throw problem("tensor \(name) of shape \(entry.shape) is larger than the file's data")
      }
      size = product
    }
    guard entry.data_offsets.count == 2 else {
      throw problem("tensor \(name) has \(entry.data_offsets.count) data_offsets, expected 2")
    }
    guard entry.data_offsets[0] == expectedStart else {
      throw problem("tensor \(name) begins at \(entry.data_offsets[0]), expected \(expectedStart)")
    }
    let end = entry.data_offsets[1]
    guard end <= dataCount else {
      throw problem("tensor \(name) ends at byte \(end) of \(dataCount) bytes of data")
    }
    guard end >= expectedStart, end - expectedStart == size else {
      throw problem(
        "tensor \(name) of shape \(entry.shape) needs \(size) bytes, its offsets are \(expectedStart) and \(end)"
      )
    }
    return element
  }
}

extension Safetensors {
  /// The JSON object in front of the data.
  struct Header: Decodable {
    struct Entry: Decodable {
      let dtype: String
      let shape: [Int]
      // The format's own key.
      let data_offsets: [Int]
      var order: Int { data_offsets.first ?? 0 }
    }

    struct Key: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    var metadata: [String: String] = [:]
    var tensors: [String: Entry] = [:]

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      for key in container.allKeys {
        if key.stringValue == "__metadata__" {
          metadata = try container.decode([String: String].self, forKey: key)
        } else {
          tensors[key.stringValue] = try container.decode(Entry.self, forKey: key)
        }
      }
    }
  }
}

extension Error {
  /// The decoder's message without its nesting.
  fileprivate var shortText: String {
    guard let error = self as? DecodingError else { return "invalid JSON" }
    switch error {
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context),
      .keyNotFound(_, let context):
      let path = context.codingPath.map(\.stringValue).joined(separator: ".")
      return path.isEmpty ? context.debugDescription : "\(path): \(context.debugDescription)"
    @unknown default: return "invalid JSON"
    }
  }

  fileprivate var localizedFailure: String {
    (self as? CocoaError).map {
      $0.code == .fileReadNoSuchFile ? "there is no such file" : "it is no file, or not one that you may read"
    } ?? "\(self)"
  }
}

extension Safetensors.Element {
  /// Little-endian numbers as floats; the count of bytes is a multiple of the size.
  func floats(_ bytes: ArraySlice<UInt8>) -> [Float] {
    let count = bytes.count / size
    return bytes.withUnsafeBytes { raw in
      (0..<count).map { i in
        switch self {
        case .f32:
          Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self)))
        case .f16:
          Self.half(UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self)))
        case .bf16:
          Float(
            bitPattern: UInt32(
              UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self)))
              << 16)
        case .i64: Float(Int64(littleEndian: raw.loadUnaligned(fromByteOffset: 8 * i, as: Int64.self)))
        case .i32: Float(Int32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * i, as: Int32.self)))
        case .u8, .bool: Float(raw[i])
        }
      }
    }
  }

  /// IEEE binary16; Swift's Float16 is not available everywhere.
  private static func half(_ bits: UInt16) -> Float {
    let sign: Float = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 0x1F)
    let fraction = Float(bits & 0x3FF)
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default: return sign * Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction * 0x1p-10)
    }
  }
}
