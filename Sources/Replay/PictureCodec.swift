import CZstd
import Synchronization

/// Compresses pictures and undoes it, for stores that several threads may read at once: each reader gets a context of
/// its own, of which there are as many as there ever were readers at once.
final class PictureCodec: Sendable {
  private let writer: Mutex<Writer>
  private let readers = Mutex<[Reader]>([])
  private let capacity: Int

  /// - Parameter capacity: the most bytes that are compressed at a time.
  init(capacity: Int) {
    self.capacity = capacity
    writer = Mutex(Writer(capacity: capacity))
  }

  /// Lends the compressed first `count` bytes to `body`.
  func compress(_ bytes: [UInt8], count: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
    writer.withLock { writer in
      // zstd stays within both buffers during the call and keeps no pointer.
      let size = bytes.withUnsafeBytes { source in
        writer.target.withUnsafeMutableBytes { target in
          ZSTD_compressCCtx(writer.context, target.baseAddress, target.count, source.baseAddress, count, 1)
        }
      }
      // With room for the bound, zstd can only fail for want of memory.
      precondition(ZSTD_isError(size) == 0, String(cString: ZSTD_getErrorName(size)))
      writer.target.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<size])) }
    }
  }

  /// Lends the bytes that were compressed to `body`.
  func decompress<Result>(_ bytes: UnsafeRawBufferPointer, _ body: (UnsafeBufferPointer<UInt8>) -> Result)
    -> Result
  {
    let reader = readers.withLock { $0.popLast() } ?? Reader(capacity: capacity)
    defer { readers.withLock { $0.append(reader) } }
    return reader.target.withUnsafeMutableBufferPointer { target in
      // zstd stays within both buffers during the call and keeps no pointer.
      let size = ZSTD_decompressDCtx(
        reader.context, target.baseAddress, target.count, bytes.baseAddress, bytes.count)
      // The bytes never left this process.
      precondition(ZSTD_isError(size) == 0, String(cString: ZSTD_getErrorName(size)))
      return body(UnsafeBufferPointer(rebasing: target[..<size]))
    }
  }

  /// A compressor's context and room for what it makes. A class, as the owner of zstd's memory; the lock hands it to one
  /// thread at a time.
  private final class Writer: @unchecked Sendable {
    let context: OpaquePointer
    var target: [UInt8]

    init(capacity: Int) {
      guard let context = ZSTD_createCCtx() else { fatalError("no memory for a zstd context") }
      self.context = context
      target = [UInt8](repeating: 0, count: ZSTD_compressBound(capacity))
    }

    deinit { ZSTD_freeCCtx(context) }
  }

  /// A decompressor's context and room for what it makes. A class, as the owner of zstd's memory; who has taken it from
  /// the list is alone with it.
  private final class Reader: @unchecked Sendable {
    let context: OpaquePointer
    var target: [UInt8]

    init(capacity: Int) {
      guard let context = ZSTD_createDCtx() else { fatalError("no memory for a zstd context") }
      self.context = context
      target = [UInt8](repeating: 0, count: capacity)
    }

    deinit { ZSTD_freeDCtx(context) }
  }
}
