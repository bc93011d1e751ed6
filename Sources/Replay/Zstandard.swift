import CZstd

/// Makes one complete zstd frame of a block, with its content size and zstd's own checksum.
struct FrameCompressor: ~Copyable {
  private let context: OpaquePointer
  /// The last frame is the first `count` bytes.
  private(set) var frame: [UInt8] = []
  private(set) var count = 0

  init(level: Int) {
    guard let context = ZSTD_createCCtx() else { fatalError("no memory for a zstd context") }
    self.context = context
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(clamping: level))
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 1)
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
  }

  deinit { ZSTD_freeCCtx(context) }

  mutating func compress(_ block: [UInt8]) {
    let bound = ZSTD_compressBound(block.count)
    if frame.count < bound { frame = [UInt8](repeating: 0, count: bound) }
    // zstd reads `block` and writes at most `frame.count` bytes during the call, and keeps no pointer.
    let result = block.withUnsafeBytes { source in
      frame.withUnsafeMutableBytes { target in
        ZSTD_compress2(context, target.baseAddress, target.count, source.baseAddress, source.count)
      }
    }
    // With room for the bound, zstd can only fail for want of memory.
    precondition(ZSTD_isError(result) == 0, String(cString: ZSTD_getErrorName(result)))
    count = result
  }
}

/// Undoes zstd frames of known size.
struct FrameDecompressor: ~Copyable {
  private let context: OpaquePointer

  init() {
    guard let context = ZSTD_createDCtx() else { fatalError("no memory for a zstd context") }
    self.context = context
  }

  deinit { ZSTD_freeDCtx(context) }

  /// Fills `block` (already of the frame's content size) from one whole frame; zstd's message on failure.
  func decompress(_ frame: borrowing RawSpan, into block: inout [UInt8]) -> String? {
    // zstd stays within both buffers during the call and keeps no pointer.
    let result = frame.withUnsafeBytes { source in
      block.withUnsafeMutableBytes { target in
        ZSTD_decompressDCtx(context, target.baseAddress, target.count, source.baseAddress, source.count)
      }
    }
    if ZSTD_isError(result) != 0 { return String(cString: ZSTD_getErrorName(result)) }
    return result == block.count ? nil : "the frame is shorter than it says"
  }
}

/// What the beginning of a frame says.
enum FrameShape {
  static let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]

  case whole(compressed: Int, content: Int)
  /// More bytes are needed to tell.
  case incomplete
  case unknownContent
  /// No zstd frame begins here.
  case foreign
  case invalid(String)

  init(_ bytes: borrowing RawSpan) {
    // Only read, and only during the closure.
    self = bytes.withUnsafeBytes { source in
      guard zip(source, Self.magic).allSatisfy({ $0 == $1 }) else {
        return .foreign
      }
      if source.count < 4 { return .incomplete }
      let size = ZSTD_findFrameCompressedSize(source.baseAddress, source.count)
      if ZSTD_isError(size) != 0 {
        let isShort = ZSTD_getErrorCode(size) == ZSTD_error_srcSize_wrong
        return isShort ? .incomplete : .invalid(String(cString: ZSTD_getErrorName(size)))
      }
      let content = ZSTD_getFrameContentSize(source.baseAddress, source.count)
      // The two highest numbers mean `unknown` and `error`.
      return content < UInt64(Int.max) ? .whole(compressed: size, content: Int(content)) : .unknownContent
    }
  }
}
