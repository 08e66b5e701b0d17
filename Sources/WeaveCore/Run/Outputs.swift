import Foundation
import Synchronization
import SystemPackage

/// The files that a program's blocks print into, as it hands them out.
final class Outputs: Sendable {
  private struct State {
    var files: [Int: FileDescriptor] = [:]
    var latest: Int?
  }
  private let state = Mutex(State())

  deinit { state.withLock { for file in $0.files.values { try? file.close() } } }

  /// Takes what has come over the socket, without waiting.
  /// - Returns: false where it is not one file for each block: the latest block, or code before the first, wrote there.
  func take(from socket: FileDescriptor, blocks: Int) throws(EnvironmentError) -> Bool {
    while let (block, file) = try Self.next(socket) {
      guard let file else { return false }
      let isNew = state.withLock { state in
        guard 0..<blocks ~= block, state.files[block] == nil else { return false }
        state.files[block] = file
        state.latest = block
        return true
      }
      if !isNew {
        try? file.close()
        return false
      }
    }
    return true
  }

  /// The block whose file came last.
  var latest: Int? { state.withLock(\.latest) }

  /// The first `limit` bytes that a block printed; nil where it has no file.
  func bytes(of block: Int, limit: Int) -> Data? {
    guard let file = state.withLock({ $0.files[block] }), let size = Self.size(file) else { return nil }
    var data = Data(count: min(size, limit))
    let count = try? data.withUnsafeMutableBytes { bytes in
      var count = 0
      while count < bytes.count {
        let more = try file.read(fromAbsoluteOffset: Int64(count), into: UnsafeMutableRawBufferPointer(rebasing: bytes[count...]))
        if more == 0 { break }
        count += more
      }
      return count
    }
    return count.map { data.prefix($0) }
  }

  /// Of all together.
  var size: Int { state.withLock { $0.files.values.reduce(0) { $0 + (Self.size($1) ?? 0) } } }

  /// Nil where it is no plain file.
  private static func size(_ file: FileDescriptor) -> Int? {
    var status = stat()
    guard fstat(file.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  // MARK: The socket

  /// The next message: a block's index, and its file where there is one with it.
  private static func next(_ socket: FileDescriptor) throws(EnvironmentError) -> (block: Int, file: FileDescriptor?)? {
    let start = MemoryLayout<cmsghdr>.stride
    let size = start + max(MemoryLayout<cmsghdr>.alignment, MemoryLayout<Int32>.size)
    let control = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: MemoryLayout<cmsghdr>.alignment)
    defer { control.deallocate() }
    var index: Int32 = -1
    let (count, room, flags) = withUnsafeMutableBytes(of: &index) { bytes in
      var part = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
      return withUnsafeMutablePointer(to: &part) { part in
        var message = msghdr()
        message.msg_iov = part
        message.msg_iovlen = 1
        message.msg_control = control
        message.msg_controllen = numericCast(size)
        let count = recvmsg(socket.rawValue, &message, Int32(MSG_DONTWAIT) | closingOnExec)
        return (count, Int(message.msg_controllen), message.msg_flags)
      }
    }
    guard count > 0 else { return nil }
    if room >= start + MemoryLayout<Int32>.size {
      let header = control.load(as: cmsghdr.self)
      if header.cmsg_level == SOL_SOCKET, header.cmsg_type == 1 {  // SCM_RIGHTS
        let file = FileDescriptor(rawValue: control.load(fromByteOffset: start, as: Int32.self))
        _ = fcntl(file.rawValue, F_SETFD, FD_CLOEXEC)
        if count == MemoryLayout<Int32>.size { return (Int(index), file) }
        try? file.close()
      }
    } else if flags & Int32(MSG_CTRUNC) != 0 {
      throw EnvironmentError("too many files are open, one for each block that runs: raise the limit (ulimit -n)")
    }
    return (Int(index), nil)
  }

  #if os(Linux)
    private static let closingOnExec: Int32 = 0x4000_0000  // MSG_CMSG_CLOEXEC
  #else
    private static let closingOnExec: Int32 = 0
  #endif
}
