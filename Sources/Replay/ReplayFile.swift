import Glibc

/// An open file; closed when its owner goes.
struct ReplayFile: ~Copyable {
  let path: String
  private let descriptor: Int32

  enum Mode { case reading, appending }

  init(_ path: String, mode: Mode) throws(ReplayError) {
    let flags = mode == .reading ? O_RDONLY : O_RDWR | O_CREAT
    descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o644)
    self.path = path
    guard descriptor >= 0 else {
      throw Self.system("cannot be opened", path: path, remedy: "check the path and its permissions")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw ReplayError(
        .system, file: path, problem: "is not a regular file", remedy: "name a replay file")
    }
    if mode == .appending, flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      throw ReplayError(
        .locked, file: path, problem: "another process is writing this file",
        remedy: "stop it, or write to another file")
    }
  }

  /// Unlocks before it closes: a process that another thread has just forked shares the lock until its `exec`.
  deinit {
    guard descriptor >= 0 else { return }
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  static func system(
    _ problem: String, path: String, offset: UInt64? = nil, remedy: String
  ) -> ReplayError {
    let cause = String(cString: strerror(errno))
    return ReplayError(.system, file: path, offset: offset, problem: "\(problem): \(cause)", remedy: remedy)
  }

  func size() throws(ReplayError) -> UInt64 {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw Self.system("has no size", path: path, remedy: "check the disk")
    }
    return UInt64(status.st_size)
  }

  /// Reads up to `count` bytes at `offset` into `buffer` from `start` on; fewer only at the end of the file.
  func read(
    _ count: Int, at offset: UInt64, into buffer: inout [UInt8], from start: Int
  ) throws(ReplayError) -> Int {
    precondition(start + count <= buffer.count, "the buffer is too small")
    var done = 0
    while done < count {
      // pread fills at most the bytes that the precondition above grants.
      let result = buffer.withUnsafeMutableBytes {
        let room = UnsafeMutableRawBufferPointer(rebasing: $0[start + done..<start + count])
        return pread(descriptor, room.baseAddress, room.count, off_t(offset) + off_t(done))
      }
      if result < 0, errno == EINTR { continue }
      guard result >= 0 else {
        throw Self.system("cannot be read", path: path, offset: offset, remedy: "check the disk")
      }
      if result == 0 { break }
      done += result
    }
    return done
  }

  /// Writes all bytes at `offset`; on failure the file is cut back to `offset`.
  func write(_ bytes: borrowing RawSpan, at offset: UInt64) throws(ReplayError) {
    var done = 0
    while done < bytes.byteCount {
      // The pointer is only used during the call.
      let result = bytes.withUnsafeBytes {
        let rest = UnsafeRawBufferPointer(rebasing: $0[done...])
        return pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
      }
      if result < 0, errno == EINTR { continue }
      guard result > 0 else {
        let error = Self.system(
          "cannot be written", path: path, offset: offset + UInt64(done),
          remedy: "make room on the disk and resume; everything before is kept")
        ftruncate(descriptor, off_t(offset))
        throw error
      }
      done += result
    }
  }

  func truncate(to size: UInt64) throws(ReplayError) {
    guard ftruncate(descriptor, off_t(size)) == 0 else {
      throw Self.system("cannot be cut", path: path, offset: size, remedy: "check its permissions")
    }
  }

  func synchronise() throws(ReplayError) {
    guard fsync(descriptor) == 0 else {
      throw Self.system("cannot be brought to disk", path: path, remedy: "check the disk, then resume")
    }
  }

  /// Makes a new file's name durable too.
  func synchroniseFolder() throws(ReplayError) {
    let cut = path.lastIndex(of: "/")
    let folder = cut.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let handle = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard handle >= 0 else {
      throw Self.system("cannot be opened", path: folder, remedy: "check its permissions")
    }
    defer { close(handle) }
    guard fsync(handle) == 0 else {
      throw Self.system("cannot be brought to disk", path: folder, remedy: "check the disk")
    }
  }
}
