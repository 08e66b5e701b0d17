import Foundation
import SystemPackage

/// A socket between processes of this machine that carries descriptors beside bytes.
package struct DescriptorSocket: Sendable {
  package let descriptor: FileDescriptor

  /// Both ends; neither goes to a process by itself.
  package static func pair() throws -> (DescriptorSocket, DescriptorSocket) {
    var ends: [Int32] = [-1, -1]
    #if os(Linux)
      let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    #else
      let type = SOCK_STREAM
    #endif
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw Errno(rawValue: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (Self(descriptor: FileDescriptor(rawValue: ends[0])), Self(descriptor: FileDescriptor(rawValue: ends[1])))
  }

  package func close() { try? descriptor.close() }

  /// No more goes this way; the other side reads to its end.
  package func endWriting() { shutdown(descriptor.rawValue, Int32(SHUT_WR)) }

  /// What lies beside the bytes: a header and, from the next aligned place on, one descriptor, or as many as padding
  /// leaves room for.
  private static let start = MemoryLayout<cmsghdr>.stride
  private static let room = start + max(MemoryLayout<cmsghdr>.alignment, MemoryLayout<Int32>.size)
  private static let rights: Int32 = 1  // SCM_RIGHTS

  package enum Received {
    case message(count: Int, [FileDescriptor])
    /// A descriptor came for which this process has no room.
    case lost
    /// Nothing is there.
    case nothing
  }

  /// Takes what has come, without waiting, at most as much as `bytes` holds.
  package func receive(_ bytes: inout [UInt8]) -> Received {
    withMessage(&bytes) { message, control in
      let count = recvmsg(descriptor.rawValue, &message, Int32(MSG_DONTWAIT) | Self.closingOnExec)
      guard count > 0 else { return .nothing }
      if Int(message.msg_controllen) >= Self.start + MemoryLayout<Int32>.size {
        let header = control.load(as: cmsghdr.self)
        guard header.cmsg_level == SOL_SOCKET, header.cmsg_type == Self.rights else {
          return .message(count: count, [])
        }
        let files = stride(from: Self.start, to: min(Int(header.cmsg_len), Self.room), by: MemoryLayout<Int32>.size).map
        {
          control.load(fromByteOffset: $0, as: Int32.self)
        }
        for file in files { _ = fcntl(file, F_SETFD, FD_CLOEXEC) }
        return .message(count: count, files.map { FileDescriptor(rawValue: $0) })
      }
      return message.msg_flags & Int32(MSG_CTRUNC) != 0 ? .lost : .message(count: count, [])
    }
  }

  private func withMessage<Result>(
    _ bytes: inout [UInt8], _ body: (inout msghdr, UnsafeMutableRawPointer) -> Result
  ) -> Result {
    let control = UnsafeMutableRawPointer.allocate(byteCount: Self.room, alignment: MemoryLayout<cmsghdr>.alignment)
    defer { control.deallocate() }
    control.initializeMemory(as: UInt8.self, repeating: 0, count: Self.room)
    return bytes.withUnsafeMutableBytes { bytes in
      var part = iovec(iov_base: bytes.baseAddress, iov_len: numericCast(bytes.count))
      return withUnsafeMutablePointer(to: &part) { part in
        var message = msghdr()
        message.msg_iov = part
        message.msg_iovlen = 1
        message.msg_control = control
        message.msg_controllen = numericCast(Self.room)
        return body(&message, control)
      }
    }
  }

  #if os(Linux)
    private static let closingOnExec: Int32 = 0x4000_0000  // MSG_CMSG_CLOEXEC
  #else
    private static let closingOnExec: Int32 = 0
  #endif
}
