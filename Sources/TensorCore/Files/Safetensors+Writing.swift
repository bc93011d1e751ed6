import FoundationEssentials

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Safetensors {
  /// The bytes of a file with all tensors as F32, or rounded to the nearest F16. Equal contents give equal bytes.
  public func bytes(halves: Bool = false) -> [UInt8] {
    let element: Element = halves ? .f16 : .f32
    var header = "{"
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map {
        "\(Self.quoted($0.key)):\(Self.quoted($0.value))"
      }
      header += "\"__metadata__\":{\(pairs.joined(separator: ","))}"
    }
    var offset = 0
    for item in tensors {
      let end = offset + element.size * item.tensor.values.count
      let shape = item.tensor.shape.dimensions.map(String.init).joined(separator: ",")
      header += header.utf8.count > 1 ? "," : ""
      header +=
        "\(Self.quoted(item.name)):{\"dtype\":\"\(element.rawValue)\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}"
      offset = end
    }
    header += "}"
    // The format pads its header with spaces so that the data is aligned.
    header += String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.utf8.count + offset)
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: header.utf8)
    for item in tensors {
      for value in item.tensor.values {
        if halves {
          withUnsafeBytes(of: Self.half(of: value).littleEndian) { bytes.append(contentsOf: $0) }
        } else {
          withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
        }
      }
    }
    return bytes
  }

  /// The nearest number in half precision, ties to even; beyond 65504 it is infinite.
  private static func half(of value: Float) -> UInt16 {
    let sign = UInt16(value.bitPattern >> 16) & 0x8000
    let magnitude = value.magnitude
    // Subnormal numbers are multiples of 2^-24.
    if magnitude < 0x1p-14 { return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven)) }
    if magnitude.isNaN { return sign | 0x7E00 }
    if magnitude >= 65520 { return sign | 0x7C00 }
    let bits = magnitude.bitPattern
    // The exponent's bias is 15 in place of 127, and 13 bits of the fraction go.
    return sign | UInt16((bits + 0xFFF + (bits >> 13 & 1) - (112 << 23)) >> 13)
  }

  /// Writes the file beside its place, flushes it to the disk and renames it: whatever happens, `path` holds
  /// the old contents or the new.
  public func write(to path: String, halves: Bool = false) throws(TensorFileError) {
    let temporary = "\(path).\(getpid()).tmp"
    do throws(TensorFileError) {
      try Self.writeAndFlush(bytes(halves: halves), to: temporary)
      guard rename(temporary, path) == 0 else { throw Self.failure(path) }
    } catch {
      unlink(temporary)
      throw error
    }
    // The rename itself becomes durable with the folder.
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "."
    let descriptor = open(String(folder), O_RDONLY)
    if descriptor >= 0 {
      fsync(descriptor)
      close(descriptor)
    }
  }

  private static func writeAndFlush(_ bytes: [UInt8], to path: String) throws(TensorFileError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(path) }
    var done = 0
    while done < bytes.count {
      let written = bytes.withUnsafeBytes {
        writeBytes(descriptor, $0, from: done)
      }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else {
        defer { close(descriptor) }
        throw failure(path)
      }
      done += written
    }
    guard fsync(descriptor) == 0 else {
      defer { close(descriptor) }
      throw failure(path)
    }
    guard close(descriptor) == 0 else { throw failure(path) }
  }

  private static func failure(_ path: String) -> TensorFileError {
    .unwritable(file: path, reason: String(cString: strerror(errno)))
  }

  /// A JSON string.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

/// The C library's `write`, whose name the method hides.
private func writeBytes(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
  guard let base = bytes.baseAddress else { return 0 }
  return write(descriptor, base + start, bytes.count - start)
}
